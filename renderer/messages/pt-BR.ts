// Todas as mensagens em português do Brasil, por área, com as chaves e os valores do inglês.
import type { MessageKey } from './en.ts';
import { choosing } from './pt-BR/choosing.ts';
import { errors } from './pt-BR/errors.ts';
import { frame } from './pt-BR/frame.ts';
import { images } from './pt-BR/images.ts';
import { label } from './pt-BR/label.ts';
import { lessons } from './pt-BR/lessons.ts';
import { lessonTexts } from './pt-BR/lesson-texts.ts';
import { leaving } from './pt-BR/leaving.ts';
import { maskResults } from './pt-BR/mask-results.ts';
import { firstLook } from './pt-BR/first-look.ts';
import { masks } from './pt-BR/masks.ts';
import { projects } from './pt-BR/projects.ts';
import { results } from './pt-BR/results.ts';
import { settings } from './pt-BR/settings.ts';
import { strategies } from './pt-BR/strategies.ts';
import { train } from './pt-BR/train.ts';
import { trainMasks } from './pt-BR/train-masks.ts';

export const ptBR = { ...frame, ...projects, ...images, ...label, ...masks, ...train, ...trainMasks, ...firstLook, ...strategies, ...results, ...maskResults, ...choosing, ...lessons, ...lessonTexts, ...leaving, ...settings } satisfies Readonly<Record<MessageKey, string>>;

/** Errors by their keys; the English of an error comes with it. */
export const ptBRErrors = errors;
