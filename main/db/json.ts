// JSON columns: records are checked again when they come out, since other programs can write to the file too.
import type { z } from 'zod';

export function fromJson<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  return schema.parse(JSON.parse(text));
}

export function fromNullableJson<S extends z.ZodType>(schema: S, text: string | null): z.output<S> | null {
  return text === null ? null : fromJson(schema, text);
}

export function toNullableJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
