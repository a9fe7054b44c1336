// Names of the 1,000 ImageNet classes, in the order of the pretrained classifiers' outputs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourcesFolder } from '../home.ts';

export interface ImageNetClass {
  /** WordNet id, e.g. `n02219486`. */
  readonly id: string;
  readonly name: string;
}

export function imageNetClasses(resources: string = resourcesFolder): readonly ImageNetClass[] {
  const lines = readFileSync(join(resources, 'imagenet-classes.txt'), 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ id: line.slice(0, 9), name: line.slice(10).replaceAll('_', ' ') }));
}
