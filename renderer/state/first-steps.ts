// The first-run path: how far a person has come on it, read off what is there.

/** 1 open or bring pictures, 2 train, 3 read the result; null = all done. */
export type Step = 1 | 2 | 3 | null;

interface Come { readonly pictures: boolean; readonly model: boolean; readonly read: boolean }

/** The step that is next. A result that was read needs no run before it: it may have come with the project. */
export function nextStep({ pictures, model, read }: Come): Step {
  if (read) return null;
  return model ? 3 : pictures ? 2 : 1;
}
