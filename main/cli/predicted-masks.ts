// What `fovea predict` gives for masks: an indexed PNG per picture, and the area of every class.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { PredictionRecord } from '#contract/records.ts';
import { encodePng } from '../images/index.ts';
import { unpackLabels } from '../masks/index.ts';
import { table } from './output.ts';
import type { Output } from './output.ts';

interface Told {
  readonly path: string;
  readonly mask?: string;
  /** Pixels by class. */
  readonly areas?: Readonly<Record<string, number>>;
  readonly error?: { readonly code: string; readonly message: string };
}

/** @param out folder of the masks; none = only areas are told. Gray values: 0 background, then the classes in their order */
export async function tellMasks(output: Output, rows: readonly PredictionRecord[], classes: readonly string[], out: string | undefined): Promise<void> {
  if (out !== undefined) await mkdir(out, { recursive: true });
  const taken = new Set<string>();
  const predictions = await Promise.all(rows.map(async ({ path, labels, error }): Promise<Told> => {
    if (error || labels === undefined) return { path, error: { code: error?.code ?? 'internal', message: error?.message ?? '' } };
    const map = unpackLabels(labels), areas = Object.fromEntries(classes.map((name, c) => [name, map.labels.reduce((sum, label) => sum + (label === c + 1 ? 1 : 0), 0)]));
    if (out === undefined) return { path, areas };
    const mask = join(out, freeName(basename(path, extname(path)), taken));
    await writeFile(mask, await encodePng({ width: map.width, height: map.height, channels: 1, data: map.labels }));
    return { path, mask, areas };
  }));
  output.result({ classes, predictions }, () => [
    ...table(['picture', ...classes.map((name) => `${name} (pixels)`)], predictions.map((one) => [one.path, ...(one.areas ? classes.map((name) => one.areas?.[name] ?? 0) : [one.error?.message ?? ''])])),
    ...(out === undefined ? [] : [`Masks written to ${out}: 0 is background, ${classes.map((name, c) => `${c + 1} ${name}`).join(', ')}.`]), 'For research use only. Not for use in diagnostic procedures.',
  ]);
  if (rows.length > 0 && rows.every((row) => row.error)) throw new StudioError('unreadable', 'predict.none', {}, 'None of these files could be read as a picture.');
}

/** Pictures of one name in several folders keep apart. */
function freeName(stem: string, taken: Set<string>): string {
  let name = `${stem}.png`;
  for (let i = 2; taken.has(name); i++) name = `${stem}-${i}.png`;
  taken.add(name);
  return name;
}
