// All calls of contract/api.ts, noun by noun: one that is left out does not compile.
import type { Handlers } from '#contract/api.ts';
import { annotationCalls } from './annotation.ts';
import { catalogueCalls } from './catalogue.ts';
import { choosingCalls } from './choosing.ts';
import type { Context } from './context.ts';
import { imageCalls } from './image.ts';
import { insideCalls } from './inside.ts';
import { lessonCalls } from './lesson.ts';
import { modelCalls } from './model.ts';
import { projectCalls } from './project.ts';
import { runCalls } from './run.ts';
import { splitCalls } from './split.ts';

export function createHandlers(context: Context): Handlers {
  return {
    ...catalogueCalls(context),
    ...projectCalls(context),
    ...imageCalls(context),
    ...annotationCalls(context),
    ...splitCalls(context),
    ...runCalls(context),
    ...modelCalls(context),
    ...choosingCalls(context),
    ...insideCalls(context),
    ...lessonCalls(context),
  } satisfies Handlers;
}
