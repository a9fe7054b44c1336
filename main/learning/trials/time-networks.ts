// How long one picture takes through whole networks on this machine: a few forward passes with random weights, whose time is that of trained ones.
import type { TimeDocument } from '#contract/jobs.ts';
import { StudioError } from '#contract/errors.ts';
import { openEngine } from '../../engines/index.ts';
import type { Engine } from '../../engines/engine.ts';
import type { JobIo } from '../../jobs/io.ts';
import { initialValues, variant } from '../../nets/index.ts';
import { segmenter } from '../../nets/segmenters.ts';
import type { Network } from '../../nets/graph.ts';
import { stream } from '../../random.ts';

/** Pictures in a pass, and passes after the first, of which the middle one counts. */
const pictures = 4, passes = 3;

/** Tells one network after the other, with the engine that pictures are looked at with. */
export async function timeNetworks({ backbones, task, home, threads }: TimeDocument, io: JobIo): Promise<void> {
  const { engine, record } = await openEngine({ engine: 'auto', purpose: 'infer', home, threads, precision: 'float32' });
  try {
    for (const [place, id] of backbones.entries()) {
      if (io.stopRequested()) throw new StudioError('cancelled', 'backbone.measure-stopped', {}, 'Measuring was stopped; what is measured is kept.');
      io.send({ type: 'progress', done: place, total: backbones.length, what: id, secondsLeft: null });
      const network = task === 'segmentation' ? segmenter(id).build({ classes: 2 }) : variant(id).build({ classes: 1000 });
      io.send({ type: 'timed', backbone: id, time: { seconds: await secondsPerPicture(engine, network), engine: record, at: new Date().toISOString() } });
    }
  } finally {
    await engine.close();
  }
}

async function secondsPerPicture(engine: Engine, network: Network): Promise<number> {
  const runner = await engine.runner({ network, values: initialValues(network, 1, { head: 'zero' }), outputs: [network.output], precision: 'float32' });
  try {
    const noise = stream(1, 'time/pictures'), shape = [pictures, ...network.input];
    const input = { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => noise.uniform(i)) };
    const seconds: number[] = [];
    // The first pass makes the program.
    for (let pass = 0; pass <= passes; pass++) {
      const began = performance.now();
      await runner.run(input);
      if (pass > 0) seconds.push((performance.now() - began) / 1000 / pictures);
    }
    return seconds.sort((a, b) => a - b)[passes >> 1]!;
  } finally {
    await runner.close();
  }
}
