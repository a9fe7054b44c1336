// For tests: folders of small generated pictures, each unlike the others, and a project to import them into.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { ImportOptions, type ImportReport } from '#contract/import.ts';
import { annotationsOf, classes, createProject, images, intakeStore, type Project } from '../../db/index.ts';
import { encodePng, resize, wholeAt } from '../../images/index.ts';
import { stream } from '../../random.ts';
import { intake, type IntakeContext } from '../index.ts';

/** A grey picture of soft blobs; another seed gives another picture. Large ones are enlarged small ones. */
export function testPicture(seed: number, side = 24): Promise<Uint8Array> {
  const drawn = Math.min(side, 96), small = { width: drawn, height: drawn, channels: 1, data: blobs(seed, drawn) } as const;
  return encodePng(drawn === side ? small : { width: side, height: side, channels: 1, data: resize(small, wholeAt(side, side), 'bilinear') });
}

function blobs(seed: number, side: number): Uint8Array {
  const draws = stream(seed, 'test/picture');
  const spots = Array.from({ length: 6 }, (_, i) => ({ x: side * draws.uniform(4 * i), y: side * draws.uniform(4 * i + 1), width: side * (0.1 + 0.2 * draws.uniform(4 * i + 2)), light: 255 * draws.uniform(4 * i + 3) - 100 }));
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const x = i % side, y = Math.floor(i / side);
    return Math.max(0, Math.min(255, spots.reduce((sum, spot) => sum + spot.light * Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.width ** 2), 100)));
  });
}

export interface Bench {
  /** Folder to import from. */
  readonly folder: string;
  readonly project: Project;
  /** Writes a file below the folder. */
  put(path: string, content: Uint8Array | string): Promise<void>;
  run(options?: Partial<ImportOptions>, context?: Partial<IntakeContext>): Promise<ImportReport>;
  remove(): Promise<void>;
}

/** @param t removes it all when the test ends */
export async function bench(t?: TestContext): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'fovea-intake-')), folder = join(root, 'pictures');
  await mkdir(folder);
  const project = await createProject(join(root, 'project'), { name: 'Test', task: 'classification' });
  const made: Bench = {
    folder, project,
    async put(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    run: (options = {}, context = {}) => intake(ImportOptions.parse({ paths: [folder], ...options }), { store: intakeStore(project.db), blobs: project.blobs, progress: () => {}, stopRequested: () => false, ...context }),
    async remove() {
      project.close();
      await rm(root, { recursive: true });
    },
  };
  t?.after(made.remove);
  return made;
}

/** Class of each picture by path, as the project has it. */
export function labels({ project: { db } }: Bench): Record<string, string> {
  const names = new Map(classes(db).map(({ id, name }) => [id, name]));
  return Object.fromEntries(images(db).map(({ id, path }) => [path, annotationsOf(db, id).map(({ classId }) => names.get(classId)).join(' and ')]));
}
