// The job `export`: writes a trained model for elsewhere, runs the written file again, and keeps it only when it says the same.
import { basename } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { ExportDocument } from '#contract/jobs.ts';
import type { JobIo } from '../jobs/io.ts';
import { modelValues } from '../learning/model.ts';
import { networkOf } from '../learning/plan.ts';
import { maskModelValues, maskNetwork, withRoom } from '../learning/segmentation/index.ts';
import type { Network } from '../nets/graph.ts';
import type { TensorMap } from '../tensor.ts';
import { cardText } from './card.ts';
import type { ModelFormat } from './format.ts';
import { onnx } from './onnx.ts';
import { openOutbox } from './outbox.ts';
import type { Outbox, SavedFile } from './outbox.ts';
import { modelPlaces } from './places.ts';
import type { ModelPlaces } from './places.ts';
import { selfTest } from './self-test.ts';
import type { SelfTest } from './self-test.ts';
import { timm } from './timm.ts';

const formats: Readonly<Record<ExportDocument['format'], ModelFormat>> = { onnx, timm };
/** Writing, running again, putting in place. */
const steps = 3;

/**
 * Writes `out` and a card beside it, and tells what was written.
 * @throws StudioError refused for a model that no network file can hold; engine `export.differs`; conflict where something else lies at `out`
 */
export async function exportModel(given: ExportDocument, io: JobIo): Promise<void> {
  refuse(given);
  const isMask = given.head.kind === 'segmentation';
  // Whoever uses the file has tiles of one size only: they need room between their margins.
  const document = isMask ? { ...given, preprocessing: withRoom(given.preprocessing) } : given;
  const network = isMask ? maskNetwork(document) : networkOf(document);
  const places = await modelPlaces(document.out, formats[document.format].ending);
  const values = await (isMask ? maskModelValues(document, network, io.blobs) : modelValues(document.weights, network, io.blobs));
  const outbox = openOutbox();
  try {
    const { files, test } = await writeChecked(document, network, values, places, outbox, io);
    io.send({ type: 'exported', files, selfTest: { maxDifference: test.maxDifference, n: test.n } });
  } finally {
    await outbox.discard();
  }
}

async function writeChecked(document: ExportDocument, network: Network, values: TensorMap, places: ModelPlaces, outbox: Outbox, io: JobIo): Promise<{ readonly files: SavedFile[]; readonly test: SelfTest }> {
  const format = formats[document.format];
  const begin = (done: number, what: string) => {
    if (io.stopRequested()) throw new StudioError('cancelled', 'export.stopped', {}, 'The export was stopped. Nothing was written.');
    io.send({ type: 'progress', done, total: steps, what, secondsLeft: null });
  };
  begin(0, 'Writing the model');
  const { path, saved } = await outbox.add(places.model, format.write(document, network, values));
  begin(1, 'Running the export again');
  const reopened = await format.rerun(path, document, network);
  const test = await selfTest(document, network, values, (pictures) => reopened.probabilities(pictures)).finally(() => reopened.close());
  begin(2, 'Putting it in place');
  const name = basename(places.model);
  await outbox.add(places.card, new TextEncoder().encode(cardText(document, { ...saved, name }, format.facts(document, network, name), test)));
  return { files: await outbox.publish(), test };
}

function refuse({ head, task, format }: ExportDocument): void {
  if (head.kind === 'knn') {
    throw new StudioError('refused', 'export.knn', {}, 'A nearest-neighbour model has no classifier in its network: it compares with the training pictures, which an exported file does not hold. Train with another strategy, such as feature-extraction, and export that model.');
  }
  if (task === 'segmentation' && format === 'timm') throw new StudioError('refused', 'export.segmentation', {}, 'timm has no U-Net that could take these weights. Export to onnx instead.');
}
