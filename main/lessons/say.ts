// Sentences and names of lessons: keys of the contract's texts with their values, checked by the compiler.
import { fill } from '#contract/fill.ts';
import type { Names } from '#contract/fill.ts';
import { lessonTexts } from '#contract/lesson-texts.ts';
import type { LessonText } from '#contract/lesson-texts.ts';
import type { Said } from '#contract/lessons.ts';

type ValuesOf<K extends LessonText> = [Names<(typeof lessonTexts)[K]>] extends [never] ? [] : [Readonly<Record<Names<(typeof lessonTexts)[K]>, string | number>>];

export function say<K extends LessonText>(key: K, ...[params]: ValuesOf<K>): Said {
  return { key, params: { ...params } };
}

/** A share of 1 as whole per cent. */
export const percent = (share: number): number => Math.round(share * 100);

/** As the command line says it. */
export function inEnglish({ key, params }: Said): string {
  const text = (name: string): string | undefined => (Object.hasOwn(lessonTexts, name) ? lessonTexts[name as LessonText] : undefined); // its key was just looked up
  const values = Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? text(value) ?? value : value] as const);
  return fill(text(key) ?? key, Object.fromEntries(values), 'en');
}
