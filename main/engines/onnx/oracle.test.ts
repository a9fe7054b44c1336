// Every backbone gives in ONNX Runtime what PyTorch gives for the same weights and pictures, with batch norms folded and as they are.
import { test } from 'node:test';
import { count, variants } from '../../nets/index.ts';
import { forward } from '../../../testdata/oracle/index.ts';
import { equalsForwardOracle } from '../testing/forward-oracle.ts';
import { openOnnxEngine } from './engine.ts';

for (const { id, build } of variants) {
  const expected = forward[id];
  test(`${id} equals PyTorch: logits, pooled features and the statistics of each stage`, { skip: expected ? false : 'no oracle for this variant' }, async () => {
    const network = build({ classes: 10, inputSize: [expected!.input, expected!.input] });
    // VGG's half a gigabyte is run once: ResNet has shown both ways of writing norms.
    const both = network.nodes.some(({ op }) => op === 'norm') && count(network).parameters < 1e8;
    for (const foldNorms of both ? [true, false] : [true]) {
      const engine = await openOnnxEngine({ threads: 2, foldNorms });
      await equalsForwardOracle(engine, network, expected!);
      await engine.close();
    }
  });
}
