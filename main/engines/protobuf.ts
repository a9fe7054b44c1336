// The protobuf wire format, as much of it as an ONNX file needs: varints, fixed 32-bit floats and length-delimited fields.
// https://protobuf.dev/programming-guides/encoding/

/**
 * Encoded fields that are not yet joined: weights are referred to, not copied, until `join` makes the file.
 * `length` counts bytes.
 */
export interface Encoded {
  readonly parts: readonly Uint8Array[];
  readonly length: number;
}

const text = new TextEncoder();

/** Base-128 varint; a negative number takes ten bytes, as int64 wants. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function encoded(...parts: readonly Uint8Array[]): Encoded {
  return { parts, length: parts.reduce((sum, part) => sum + part.byteLength, 0) };
}

function tag(field: number, wireType: 0 | 2 | 5): Uint8Array {
  return varint((field << 3) | wireType);
}

/** int32, int64, bool and enum fields. */
export function integer(field: number, value: number | bigint): Encoded {
  return encoded(tag(field, 0), varint(value));
}

/** float fields. */
export function float(field: number, value: number): Encoded {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return encoded(tag(field, 5), bytes);
}

/** string fields, in UTF-8. */
export function string(field: number, value: string): Encoded {
  return bytes(field, text.encode(value));
}

/** bytes fields; the array is referred to. */
export function bytes(field: number, value: Uint8Array): Encoded {
  return encoded(tag(field, 2), varint(value.byteLength), value);
}

/** A message inside a message. */
export function message(field: number, ...fields: readonly Encoded[]): Encoded {
  const body = sequence(fields);
  const head = encoded(tag(field, 2), varint(body.length));
  return { parts: [...head.parts, ...body.parts], length: head.length + body.length };
}

/** Fields one after the other. */
export function sequence(fields: readonly Encoded[]): Encoded {
  return { parts: fields.flatMap(({ parts }) => parts), length: fields.reduce((sum, field) => sum + field.length, 0) };
}

/** One array with all bytes. */
export function join(value: Encoded): Uint8Array {
  const out = new Uint8Array(value.length);
  let at = 0;
  for (const part of value.parts) {
    out.set(part, at);
    at += part.byteLength;
  }
  return out;
}
