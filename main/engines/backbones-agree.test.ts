// Networks whose gradients no oracle holds: the engines agree on a small relative of each, on outputs and, as its smooth twin, on the gradients of all parameters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradients, relativeDifference, smoothGradients } from '../../testdata/oracle/index.ts';
import { initialValues, variants } from '../nets/index.ts';
import { distance, loaded, openEngines, outputsOf, smallCase, spec } from './testing/twins.ts';

/** What float32 leaves of agreement between two orders of summation, with a margin of ten: no activation of a smooth twin has a kink. */
const TOLERANCE = 1e-4;

const { wasm, onnx, tensorflow, withoutPack } = await openEngines();

/** Side of the pictures: the smallest that leaves a map of some pixels at the end. Networks for 32 pixels keep them. */
const sideOf = ({ id, inputSize: [height] }: { readonly id: string; readonly inputSize: readonly [number, number] }) => (id === 'inception_v3' ? 107 : Math.min(height, 64));

for (const row of variants) {
  if (gradients[row.id] || smoothGradients[row.id]) continue;
  const side = sideOf(row);

  test(`onnx, wasm and tensorflow give the same outputs of a small ${row.id}`, async () => {
    const one = smallCase(row.id, side, { smooth: false });
    const { network } = one;
    const outputs = [network.output, network.features, network.gradCam];
    const expected = await outputsOf(onnx, one, outputs);
    for (const engine of [wasm, ...(tensorflow ? [tensorflow] : [])]) {
      const actual = await outputsOf(engine, one, outputs);
      for (const id of outputs) assert.ok(relativeDifference(actual.get(id)!.data, expected.get(id)!.data) <= TOLERANCE, `${engine.id}, ${id}`);
    }
  });

  test(`wasm and tensorflow agree on loss and gradients of the smooth twin of a small ${row.id}`, { skip: withoutPack }, async () => {
    const one = smallCase(row.id, side, { smooth: true });
    // Batch statistics over the eight values of such maps would enlarge rounding a hundredfold; agreement.test.ts has them on larger ones.
    const [ours, theirs] = [await loaded(wasm, one, spec(one, false)), await loaded(tensorflow!, one, spec(one, false))];
    const actual = await ours.gradients(one.batch), expected = await theirs.gradients(one.batch);
    assert.ok(Math.abs(actual.loss - expected.loss) <= TOLERANCE * Math.abs(expected.loss), `losses ${actual.loss} and ${expected.loss}`);
    const off = distance(actual.gradients, expected.gradients);
    assert.ok(off <= TOLERANCE, `gradients differ by ${off}`);
    await ours.close();
    await theirs.close();
  });
}

test('through twenty sigmoids the gradient of the first layer vanishes, through twenty ReLUs it does not', async () => {
  const ratio = async (id: string) => {
    const one = smallCase(id, 32, { smooth: false });
    const start = { ...one, values: initialValues(one.network, 1, { head: 'uniform' }) };
    const trainer = await loaded(wasm, start, spec(start, false));
    const { gradients: found } = await trainer.gradients(one.batch);
    await trainer.close();
    const norm = (name: string) => Math.hypot(...found.get(name)!.data);
    return norm('conv1.weight') / norm('layer3.2.conv2.weight');
  };
  // A sigmoid's slope is at most a quarter: 19 of them leave 4^-19 = 4e-12, times what He's initial weights enlarge.
  assert.ok(await ratio('plain20_sigmoid') < 1e-8);
  assert.ok(await ratio('plain20_relu') > 1e-2);
});
