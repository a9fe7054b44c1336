// Where the files of an exported model go.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';

export interface ModelPlaces {
  readonly model: string;
  /** The JSON file beside it. */
  readonly card: string;
}

/**
 * @param out a file with the format's ending, or a folder, which gets `model` with that ending
 * @throws StudioError invalid for a file without the ending
 */
export async function modelPlaces(out: string, ending: '.onnx' | '.safetensors'): Promise<ModelPlaces> {
  const found = await stat(out).catch(() => null);
  const isNamed = out.toLowerCase().endsWith(ending) && !found?.isDirectory();
  if (!isNamed && found?.isFile()) throw new StudioError('invalid', 'export.ending', { out, ending }, `${out} is a file without the ending ${ending}. Name a file with that ending, or a folder.`);
  const stem = isNamed ? out.slice(0, -ending.length) : join(out, 'model');
  return { model: isNamed ? out : `${stem}${ending}`, card: `${stem}.json` };
}
