// The import rules R1-R7 of docs/architecture.md, for dependency-cruiser.
import type { IForbiddenRuleType } from 'dependency-cruiser';

/** A library that only one file may import: versions, shims and fall-backs have one place. */
const single: readonly { readonly library: string; readonly file: string }[] = [
  { library: 'better-sqlite3', file: '^main/db/open\\.ts$' },
  { library: 'sharp', file: '^main/images/decode\\.ts$' },
  { library: 'onnxruntime-node', file: '^main/engines/onnx/runtime\\.ts$' },
  { library: '@tensorflow/tfjs-backend-wasm', file: '^main/engines/eager/' },
  { library: '@tensorflow/tfjs-node-gpu', file: '^(main/engines/(pack\\.ts|eager/)|build/engine/)' },
  { library: '@tensorflow/tfjs-core', file: '^main/engines/eager/' },
  { library: 'ws', file: '^main/host/' },
];

/** Tests, and the folders of what only tests use. */
const test = '\\.test\\.ts$|/testing/';
const room = (...names: string[]) => `^main/(${names.join('|')})/`;

export const rules: IForbiddenRuleType[] = [
  {
    name: 'R1-contract-imports-only-zod', severity: 'error',
    from: { path: '^main/contract/', pathNot: test },
    to: { pathNot: '^(main/contract/|node_modules/zod/)' },
  },
  {
    name: 'R2-renderer-sees-only-the-contract', severity: 'error',
    from: { path: '^renderer/' },
    to: { path: '^(main|electron)/', pathNot: '^main/contract/' },
  },
  {
    name: 'R3-only-electron-imports-electron', severity: 'error',
    from: { pathNot: '^(electron|e2e|build)/' },
    to: { path: '^(node_modules/electron/|electron/)|^electron$' },
  },
  ...single.map(({ library, file }): IForbiddenRuleType => ({
    name: `R4-one-place-for-${library.replace('@tensorflow/', '')}`, severity: 'error',
    from: { path: '^(main|electron|renderer|build)/', pathNot: `${file}|${test}` },
    to: { path: `^node_modules/${library}/`, dependencyTypesNot: ['type-only'] },
  })),
  {
    name: 'R5-sql-only-in-db', severity: 'error',
    from: { path: '^main/', pathNot: `^main/(db|api)/|^main/studio\\.ts$|^main/jobs/|${test}` },
    to: { path: '^main/db/' },
  },
  {
    name: 'R6-learning-and-nets-know-no-database', severity: 'error',
    from: { path: room('learning', 'nets', 'evaluation', 'engines', 'weights', 'images', 'splits', 'masks', 'lessons'), pathNot: test },
    to: { path: room('db', 'api', 'host', 'cli', 'jobs'), pathNot: '^main/jobs/io\\.ts$' },
  },
  {
    name: 'R7-nets-and-evaluation-are-data-and-arithmetic', severity: 'error',
    from: { path: room('nets', 'evaluation', 'splits'), pathNot: test },
    to: { path: '^node_modules/(@tensorflow|onnxruntime)|^main/engines/' },
  },
  { name: 'no-cycles', severity: 'error', from: { pathNot: test }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  { name: 'no-missing-modules', severity: 'error', from: {}, to: { couldNotResolve: true } },
];
