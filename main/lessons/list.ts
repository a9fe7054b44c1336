// The seven lessons in the order of the lecture. Adding one: a file beside this, a line here, its texts in the contract.
import { depth } from './depth.ts';
import { earlyLayers } from './early-layers.ts';
import { forgetting } from './forgetting.ts';
import { labels } from './labels.ts';
import type { Lesson } from './lesson.ts';
import { negativeTransfer } from './negative-transfer.ts';
import { rate } from './rate.ts';
import { sigmoid } from './sigmoid.ts';

export const lessons: readonly Lesson[] = [earlyLayers, labels, rate, forgetting, negativeTransfer, depth, sigmoid];
