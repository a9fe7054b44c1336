// Every backbone gives in TensorFlow what PyTorch gives for the same weights and pictures.
import { test } from 'node:test';
import { variants } from '../../nets/index.ts';
import { forward } from '../../../testdata/oracle/index.ts';
import { equalsForwardOracle } from '../testing/forward-oracle.ts';
import { native } from './testing/native.ts';

const found = await native();

for (const { id, build } of variants) {
  const expected = forward[id];
  // Not in the oracle, or half a gigabyte: VGG-16 is held to it by its training step, the other VGGs by ONNX Runtime and by agreement.test.ts.
  if (!expected || expected.params > 1e8) continue;
  test(`${id} on the tensorflow engine equals PyTorch: logits, pooled features and the statistics of each stage`, { skip: found.skip }, async () => {
    if (found.skip === false) await equalsForwardOracle(found.engine, build({ classes: 10, inputSize: [expected.input, expected.input] }), expected);
  });
}
