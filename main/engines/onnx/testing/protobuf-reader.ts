// Reads the protobuf wire format, for tests of what was written.
import assert from 'node:assert/strict';

/** One field as it lies on the wire: a number, or the bytes of a float or a length-delimited field. */
export type Field = readonly [field: number, value: bigint | Uint8Array];

/** Reads a message by https://protobuf.dev/programming-guides/encoding/, knowing nothing of its meaning. */
export function readFields(data: Uint8Array): readonly Field[] {
  let at = 0;
  const readVarint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => data.subarray(at, at += length);
  const fields: Field[] = [];
  while (at < data.length) {
    const tag = Number(readVarint());
    const wireType = tag & 7;
    assert.ok(wireType === 0 || wireType === 2 || wireType === 5, `wire type ${wireType}`);
    fields.push([tag >> 3, wireType === 0 ? readVarint() : take(wireType === 5 ? 4 : Number(readVarint()))]);
  }
  assert.equal(at, data.length, 'the last field ends where the data end');
  return fields;
}
