// All messages in English, by area. Other languages have the same keys with the same values.
import { choosing } from './en/choosing.ts';
import { frame } from './en/frame.ts';
import { images } from './en/images.ts';
import { label } from './en/label.ts';
import { lessonTexts } from '#contract/lesson-texts.ts';
import { lessons } from './en/lessons.ts';
import { leaving } from './en/leaving.ts';
import { maskResults } from './en/mask-results.ts';
import { firstLook } from './en/first-look.ts';
import { masks } from './en/masks.ts';
import { projects } from './en/projects.ts';
import { results } from './en/results.ts';
import { settings } from './en/settings.ts';
import { strategies } from './en/strategies.ts';
import { train } from './en/train.ts';
import { trainMasks } from './en/train-masks.ts';

export const en = { ...frame, ...projects, ...images, ...label, ...masks, ...train, ...trainMasks, ...firstLook, ...strategies, ...results, ...maskResults, ...choosing, ...lessons, ...lessonTexts, ...leaving, ...settings } as const;

export type En = typeof en;
export type MessageKey = keyof En;
