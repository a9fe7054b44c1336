// Runs the frozen part of a network once per picture and view, and keeps what comes out: in memory for this run, on disk for the next ones.
import { createHash } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { EngineRecord } from '#contract/engines.ts';
import type { Preprocessing } from '#contract/runs.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Network, NodeId } from '../../nets/graph.ts';
import { parameters, shapes, upTo } from '../../nets/index.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { Augmentation } from '../augment/index.ts';
import { chunks } from '../batches/batching.ts';
import type { BatchReader, Picture, PictureBatch } from '../batches/batches.ts';
import type { FeatureCache, FeatureKey } from './feature-cache.ts';

export interface FrozenOptions {
  readonly network: Network;
  readonly engine: Engine;
  readonly record: EngineRecord;
  readonly reader: BatchReader;
  readonly pictures: readonly Picture[];
  readonly preprocessing: Preprocessing;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** None for pictures that nobody will ask for again. */
  readonly cache: FeatureCache | null;
}

/** Output of a node for some pictures; `turn` is the number of the changed view, null = the picture as it is. */
export interface Wanted {
  readonly node: NodeId;
  readonly members: readonly number[];
  readonly turn: number | null;
}

export interface Watcher {
  tell(done: number, total: number): void;
  stopRequested(): boolean;
}

export interface Gathered {
  /** Pictures and views that the network did not have to see. */
  readonly cached: number;
  readonly computed: number;
  /** By picture: why it could not be read. */
  readonly errors: ReadonlyMap<number, Error>;
  /** Why outputs could not be kept on disk; the run goes on without. */
  readonly cacheError: unknown;
}

export interface FrozenOutputs {
  /** Makes outputs available. Throws `cancelled` when asked to stop. @param values of all parameters before the nodes */
  gather(wanted: readonly Wanted[], values: TensorMap, watcher: Watcher): Promise<Gathered>;
  has(node: NodeId, picture: number, turn: number | null): boolean;
  /** Rows of gathered outputs, [members, ...shape]. */
  rows(node: NodeId, members: readonly number[], turn: number | null): Float32Array;
  /** The outputs of several nodes as one vector for each member, one behind the other, [members, length]: what `behind` of nets is fed with. */
  joined(nodes: readonly NodeId[], members: readonly number[], turn: number | null): Tensor;
  /** Of the outputs of several nodes for one picture. */
  bytes(nodes: readonly NodeId[]): number;
}

/** Large enough to fill the processor, small enough that the first batch is soon there. */
const batchSize = 32;
/** Bytes of outputs in one file of the cache: what a killed run may have to compute again. */
const fileBytes = 8 * 2 ** 20;

export function frozenOutputs(options: FrozenOptions): FrozenOutputs {
  const { network, pictures } = options;
  const sizes = shapes(network);
  const lengthOf = (node: NodeId) => sizeOf(sizes.get(node) ?? []);
  const memory = new Map<string, (Float32Array | undefined)[]>();
  const store = (node: NodeId, turn: number | null) => {
    const name = `${turn}/${node}`;
    const found = memory.get(name) ?? new Array<Float32Array | undefined>(pictures.length).fill(undefined);
    memory.set(name, found);
    return found;
  };

  /** Fills memory from disk. */
  async function recall({ node, members, turn }: Wanted, key: FeatureKey, cache: FeatureCache): Promise<void> {
    const missing = members.filter((picture) => !store(node, turn)[picture]);
    const found = await cache.read(key, new Set(missing.map((picture) => pictures[picture]!.key)), lengthOf(node));
    for (const picture of missing) store(node, turn)[picture] = found.get(pictures[picture]!.key);
  }

  function joined(nodes: readonly NodeId[], members: readonly number[], turn: number | null): Tensor {
    const length = nodes.reduce((sum, node) => sum + lengthOf(node), 0), data = new Float32Array(members.length * length);
    let offset = 0;
    for (const node of nodes) {
      members.forEach((picture, i) => {
        const row = store(node, turn)[picture];
        if (!row) throw new Error(`no output of ${node} for picture ${picture}, view ${turn}`);
        data.set(row, i * length + offset);
      });
      offset += lengthOf(node);
    }
    return { shape: [members.length, length], data };
  }

  return {
    has: (node, picture, turn) => store(node, turn)[picture] !== undefined,

    rows: (node, members, turn) => joined([node], members, turn).data,

    joined,

    bytes: (nodes) => 4 * nodes.reduce((sum, node) => sum + lengthOf(node), 0),

    async gather(wanted, values, watcher) {
      const keys = new Map(wanted.map(({ node, turn }) => [`${turn}/${node}`, keyOf(options, values, node, turn)]));
      const keyFor = (node: NodeId, turn: number | null) => keys.get(`${turn}/${node}`)!;
      if (options.cache) for (const one of wanted) await recall(one, keyFor(one.node, one.turn), options.cache);
      const views = missingViews(wanted, (node, picture, turn) => store(node, turn)[picture] !== undefined);
      const total = new Set(wanted.flatMap(({ members, turn }) => members.map((picture) => `${turn}/${picture}`))).size;
      const todo = views.reduce((sum, view) => sum + view.members.length, 0);
      const errors = new Map<number, Error>();
      const writer = cacheWriter(options.cache, keyFor);
      if (todo > 0) {
        const nodes = [...new Set(views.flatMap((view) => view.nodes))];
        const run = await prefixRunner(options, nodes, values);
        let done = 0;
        try {
          const batches = views.flatMap(({ members, turn }) => chunks(members, batchSize).map((part) => ({ members: part, turn })));
          let next = 0;
          for await (const batch of options.reader.read(batches)) {
            const { turn } = batches[next++]!;
            const outputs = await run.outputs(batch);
            for (const node of nodes) batch.members.forEach((picture, place) => {
              const error = batch.errors.get(place);
              if (error) errors.set(picture, error);
              else store(node, turn)[picture] = checked(outputs.get(node)!.subarray(place * lengthOf(node), (place + 1) * lengthOf(node)), network.id);
            });
            const whole = batch.members.filter((_, place) => !batch.errors.has(place));
            for (const node of views.find((view) => view.turn === turn)!.nodes) await writer.add(node, turn, whole.map((picture) => ({ name: pictures[picture]!.key, row: store(node, turn)[picture]! })));
            watcher.tell(done += batch.members.length, todo);
            if (!watcher.stopRequested()) continue;
            await writer.flush();
            throw new StudioError('cancelled', 'run.stopped-early', {}, 'The run was stopped before there was anything to keep.');
          }
          await writer.flush();
        } finally {
          await run.close();
        }
      }
      return { cached: total - todo, computed: todo - errors.size, errors, cacheError: writer.error() };
    },
  };
}

interface View { readonly turn: number | null; readonly nodes: readonly NodeId[]; readonly members: readonly number[] }

/** Per view, the pictures that lack one of the outputs wanted of that view. */
function missingViews(wanted: readonly Wanted[], has: (node: NodeId, picture: number, turn: number | null) => boolean): View[] {
  return [...new Set(wanted.map(({ turn }) => turn))].flatMap((turn): View[] => {
    const lacking = wanted.filter((one) => one.turn === turn).map(({ node, members }) => ({ node, members: members.filter((picture) => !has(node, picture, turn)) })).filter(({ members }) => members.length > 0);
    const members = [...new Set(lacking.flatMap((one) => one.members))].sort((a, b) => a - b);
    return members.length === 0 ? [] : [{ turn, nodes: lacking.map(({ node }) => node), members }];
  });
}

async function prefixRunner({ network, engine, record }: FrozenOptions, nodes: readonly NodeId[], values: TensorMap): Promise<{ outputs(batch: PictureBatch): Promise<ReadonlyMap<NodeId, Float32Array>>; close(): Promise<void> }> {
  const prefix = upTo(network, network.nodes.findLast((node) => nodes.includes(node.id))!.id);
  const runner = await engine.runner({ network: prefix, values: new Map(parameters(prefix).map(({ name }) => [name, values.get(name)!])), outputs: nodes, precision: record.precision });
  return {
    outputs: async ({ input }) => new Map([...await runner.run(input)].map(([node, tensor]) => [node, tensor.data])),
    close: () => runner.close(),
  };
}

/** Everything that the output of a node depends on. */
function keyOf({ network, record, preprocessing, augmentation, seed }: FrozenOptions, values: TensorMap, node: NodeId, turn: number | null): FeatureKey {
  const weights = createHash('sha256');
  for (const { name } of parameters(upTo(network, node))) {
    const { data } = values.get(name)!;
    weights.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { reason: _, precision, ...engine } = record;
  return { weights: weights.digest('hex'), backbone: network.id, node, preprocessing, view: turn === null ? null : { augmentation, seed, turn }, engine, precision };
}

function checked(row: Float32Array, network: string): Float32Array {
  if (row.every(Number.isFinite)) return row;
  throw new StudioError('engine', 'features.not-finite', { network }, `${network} gave a number that is not finite. Choose other weights, or float32 as the precision.`);
}

/** Gathers rows until they fill a file of the cache. A disk that takes no more ends the keeping, not the run. */
function cacheWriter(cache: FeatureCache | null, keyFor: (node: NodeId, turn: number | null) => FeatureKey) {
  const open = new Map<string, { readonly key: FeatureKey; readonly rows: { readonly name: string; readonly row: Float32Array }[] }>();
  let failure: unknown = null;

  async function write({ key, rows }: { readonly key: FeatureKey; readonly rows: { readonly name: string; readonly row: Float32Array }[] }): Promise<void> {
    const taken = rows.splice(0);
    const length = taken[0]?.row.length ?? 0;
    const data = new Float32Array(taken.length * length);
    taken.forEach(({ row }, i) => data.set(row, i * length));
    if (taken.length > 0) await cache!.write(key, taken.map(({ name }) => name), data).catch((error: unknown) => { failure = error; });
  }

  return {
    async add(node: NodeId, turn: number | null, rows: readonly { readonly name: string; readonly row: Float32Array }[]): Promise<void> {
      if (!cache || failure !== null) return;
      const name = `${turn}/${node}`;
      const part = open.get(name) ?? { key: keyFor(node, turn), rows: [] };
      open.set(name, part);
      part.rows.push(...rows);
      if (part.rows.length * (rows[0]?.row.byteLength ?? 0) >= fileBytes) await write(part);
    },
    async flush(): Promise<void> {
      if (failure === null) for (const part of open.values()) await write(part);
    },
    error: () => failure,
  };
}
