// Ten thousand pictures that all differ, of a size that cameras of microscopes make for the web, imported by the command line.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foveaJson } from '../../build/fovea-process.ts';
import { encodeWebp, resize, wholeAt } from '../../main/images/index.ts';
import { stream } from '../../main/random.ts';

const width = 480, height = 360;

/** Draws clouds of random colour, unlike each other, and makes a project of them, two pictures for each subject. */
export async function manyPictures(folder: string, pictures: number): Promise<string> {
  const drawn = join(folder, 'pictures'), project = join(folder, 'project');
  await mkdir(drawn);
  for (let i = 0; i < pictures; i++) {
    const random = stream(11, `clouds/${i}`);
    const coarse = { width: 8, height: 6, channels: 3, data: Uint8Array.from({ length: 8 * 6 * 3 }, (_, at) => random.integer(at, 256)) };
    const data = resize(coarse, wholeAt(height, width), 'bicubic');
    await writeFile(join(drawn, `S${i >> 1}_${i % 2}.webp`), await encodeWebp({ width, height, channels: 3, data }, 80));
  }
  await foveaJson('create', project, '--name', 'Many');
  await foveaJson('import', project, drawn, '--labels', 'none', '--subject', 'regex:^(S\\d+)_');
  return project;
}
