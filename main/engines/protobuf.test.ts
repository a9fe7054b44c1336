// Bytes are those of the protobuf specification, and what is written can be read back by the rules of the wire format alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFields } from './onnx/testing/protobuf-reader.ts';
import type { Field } from './onnx/testing/protobuf-reader.ts';
import { bytes, float, integer, join, message, sequence, string, varint } from './protobuf.ts';

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

test('the examples of the specification are encoded as it prints them', () => {
  assert.equal(hex(varint(150)), '9601');
  assert.equal(hex(varint(-2)), 'feffffffffffffffff01');
  assert.equal(hex(join(integer(1, 150))), '089601');
  assert.equal(hex(join(string(2, 'testing'))), '120774657374696e67');
  assert.equal(hex(join(message(3, integer(1, 150)))), '1a03089601');
});

test('an integer of 64 bits keeps its value', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (field, value) => {
    const [[readField, readValue]] = readFields(join(integer(field, value))) as [Field];
    assert.deepEqual([readField, BigInt.asIntN(64, readValue as bigint)], [field, value]);
  }));
});

test('texts, bytes, floats and messages keep their values and their order', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 400 }), fc.float({ noNaN: true }), (text, data, number) => {
    const inner = sequence([string(1, text), bytes(2, data), float(3, number)]);
    const [[, body], [after, last]] = readFields(join(sequence([message(7, inner), integer(8, 1)]))) as [Field, Field];
    const [first, second, third] = readFields(body as Uint8Array) as [Field, Field, Field];
    assert.equal(new TextDecoder().decode(first[1] as Uint8Array), new TextDecoder().decode(new TextEncoder().encode(text)));
    assert.deepEqual(new Uint8Array(second[1] as Uint8Array), data);
    assert.equal(Buffer.from(third[1] as Uint8Array).readFloatLE(), number);
    assert.deepEqual([after, last], [8, 1n]);
  }));
});
