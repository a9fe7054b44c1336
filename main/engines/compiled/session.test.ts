import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from './emitter.ts';
import { GraphWriter } from './graph-writer.ts';
import { GraphSession } from './session.ts';
import { native } from './testing/native.ts';
import { Variables } from './variables.ts';

const found = await native();

describe('a graph of our own in a tensorflow session', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;

  /** y = a * b + c with a variable b. */
  function product() {
    const graph = new GraphWriter();
    const emit = new Emitter(graph);
    const variables = new Variables(graph);
    variables.declare('b', [2]);
    const a = graph.placeholder('a', 'float32', [-1, 2]);
    const y = emit.add(emit.multiply(a.ref, variables.read('b').ref), graph.constant('float32', [2], [10, 20]));
    const access = variables.access().get('b')!;
    const clear = variables.clearing(['b']);
    return { a, y, access, clear, session: new GraphSession(binding, graph.savedModel()) };
  }

  test('computes with a variable that is set, read and cleared from outside', () => {
    const { a, y, access, clear, session } = product();
    session.run([{ input: access.value, shape: [2], data: Float32Array.of(2, 3) }], [access.load]);
    const feed = { input: a, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    const [result, b] = session.run([feed], [y, access.save]);
    assert.deepEqual(result, { shape: [2, 2], data: Float32Array.of(12, 26, 16, 32) });
    assert.deepEqual(b, { shape: [2], data: Float32Array.of(2, 3) });
    session.run([], [clear]);
    assert.deepEqual(session.run([feed], [y])[0]!.data, Float32Array.of(10, 20, 10, 20));
    session.close();
  });

  test('says what is wrong with a feed, with a variable that has no value, and with a graph', () => {
    const { a, y, session } = product();
    const tensors = binding.getNumOfTensors();
    assert.throws(() => session.run([{ input: a, shape: [1, 3], data: new Float32Array(3) }], [y]), /a:0 takes \[-1, 2\], not \[1, 3\]/);
    assert.throws(() => session.run([{ input: a, shape: [1, 2], data: new Float32Array(3) }], [y]), /a:0: 3 numbers for shape \[1, 2\]/);
    assert.throws(() => session.run([{ input: a, shape: [1, 2], data: new Int32Array(2) }], [y]), /a:0 takes float32/);
    assert.throws(() => session.run([{ input: a, shape: [1, 2], data: new Float32Array(2) }], [y]), /b/);
    assert.equal(binding.getNumOfTensors(), tensors);
    session.close();
    session.close();
    assert.throws(() => session.run([], [y]), /closed/);
    const graph = new GraphWriter();
    graph.within('layer1/conv/', () => new Emitter(graph).add(graph.constant('float32', [2], [1, 2]), graph.constant('float32', [3], [1, 2, 3])));
    assert.throws(() => new GraphSession(binding, graph.savedModel()), /must be equal.*layer1\/conv\/AddV2/s);
  });

  test('keeps the state of two sessions over one graph apart', () => {
    const [one, two] = [product(), product()];
    for (const [{ access, session }, value] of [[one, 1], [two, 2]] as const) {
      session.run([{ input: access.value, shape: [2], data: Float32Array.of(value, value) }], [access.load]);
    }
    assert.deepEqual([one, two].map(({ session, access }) => session.run([], [access.save])[0]!.data[0]), [1, 2]);
    one.session.close();
    two.session.close();
  });
});

test('names in a graph are unique, carry their scope, and equal constants are one node', () => {
  const graph = new GraphWriter();
  assert.equal(graph.constant('int32', [2], [1, 2]), graph.constant('int32', [2], [1, 2]));
  assert.notEqual(graph.constant('int32', [2], [1, 2]), graph.constant('int32', [1, 2], [1, 2]));
  assert.notEqual(graph.constant('int32', [2], [1, 2]), graph.constant('float32', [2], [1, 2]));
  const names = graph.within('a/', () => [graph.node('NoOp', [], {}), graph.node('NoOp', [], {}), graph.within('a/b/', () => graph.node('NoOp', [], {}, { name: 'x' }))]);
  assert.deepEqual(names, ['a/NoOp', 'a/NoOp_1', 'a/b/x']);
  assert.equal(graph.scope, '');
});
