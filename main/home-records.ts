// Small facts about this machine that the person's own folder keeps as a JSON file, each under a key: what is not there or is none of ours can be measured again.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** All records of a file, oldest first; a file that is not there, or is none of ours, is as good as empty. */
export async function readRecords<T>(file: string, schema: z.ZodType<T>): Promise<Readonly<Record<string, T>>> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return z.record(z.string(), schema).safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** Puts a record under its key, as the newest. @param most how many keys are kept */
export async function keepRecord<T>(file: string, schema: z.ZodType<T>, key: string, record: T, most: number): Promise<void> {
  const { [key]: _before, ...others } = await readRecords(file, schema);
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, JSON.stringify(Object.fromEntries([...Object.entries(others).slice(1 - most), [key, record]])));
  await rename(aside, file);
}
