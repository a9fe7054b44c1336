// What a lesson is: numbers that can be changed, and an experiment that ends in one plot and two sentences.
import { StudioError } from '#contract/errors.ts';
import type { LessonId, LessonParam, LessonPlot, LessonValues, Said } from '#contract/lessons.ts';
import type { Classroom } from './classroom.ts';

export interface Lesson<P extends Readonly<Record<string, NumberRange>> = Readonly<Record<string, NumberRange>>> {
  readonly id: LessonId;
  /** On two cores that nothing else uses, about. */
  readonly seconds: number;
  readonly params: P;
  run(values: { readonly [K in keyof P]: number }, room: Classroom): Promise<Outcome>;
}

export interface Outcome {
  readonly plot: LessonPlot;
  /** Two, and both follow from the numbers: where the effect does not show, they say that. */
  readonly sentences: readonly [Said, Said];
}

export interface NumberRange {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export const whole = (from: number, min: number, max: number): NumberRange => ({ default: from, min, max, whole: true });
export const decimal = (from: number, min: number, max: number): NumberRange => ({ default: from, min, max, whole: false });

/** Every lesson has one: it draws the weights, the order of the pictures and the shares of the labels. */
export const seed = whole(7, 0, 1_000_000);

/** Lets the compiler know a lesson's own parameters inside, and only that it has some outside. */
export function defineLesson<const P extends Readonly<Record<string, NumberRange>>>(lesson: Lesson<P>): Lesson {
  return { ...lesson, run: (values, room) => lesson.run(values as { readonly [K in keyof P]: number }, room) }; // readValues has filled in all of them
}

export function paramList(params: Lesson['params']): LessonParam[] {
  return Object.entries(params).map(([id, range]) => ({ id, ...range }));
}

/** Given values over defaults. Throws `invalid` for an unknown name, and for what is no number in its range. */
export function readValues({ id: lesson, params }: Pick<Lesson, 'id' | 'params'>, given: LessonValues): Record<string, number> {
  const known = Object.keys(params).join(', ');
  for (const name of Object.keys(given)) if (!Object.hasOwn(params, name)) throw new StudioError('invalid', 'lesson.param', { lesson, param: name, known }, `The lesson ${lesson} has no parameter "${name}". It has ${known}.`);
  return Object.fromEntries(Object.entries(params).map(([name, range]) => {
    const value = given[name] ?? range.default;
    const good = Number.isFinite(value) && (!range.whole || Number.isInteger(value)) && value >= range.min && value <= range.max;
    if (!good) throw new StudioError('invalid', 'lesson.value', { param: name, value: String(value), min: range.min, max: range.max }, `${name} must be a ${range.whole ? 'whole ' : ''}number from ${range.min} to ${range.max}, not ${String(value)}.`);
    return [name, value];
  }));
}
