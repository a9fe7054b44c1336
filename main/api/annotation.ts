// Calls about classes and changes: everything a person does to a project's data is a patch.
import type { Handlers } from '#contract/api.ts';
import { applyPatch, classes, lastPatch, patchesSince, verifyChanges } from '../db/index.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'class.list' | 'patch.apply' | 'patch.since' | 'patch.verify'>;

export function annotationCalls({ projects, publish }: Context): Calls {
  return {
    'class.list': async ({ projectId }) => classes(projects.get(projectId).db),
    'patch.apply': async ({ projectId, patch, reader, origin }) => {
      const { db, record } = projects.get(projectId);
      const { sequence, again } = applyPatch(db, patch, record.task, reader);
      if (!again) publish({ type: 'patch.applied', projectId, sequence, patch, origin });
      return { sequence };
    },
    'patch.since': async ({ projectId, sequence }) => {
      const { db } = projects.get(projectId);
      return { sequence: lastPatch(db), patches: patchesSince(db, sequence) };
    },
    'patch.verify': async ({ projectId }) => verifyChanges(projects.get(projectId).db),
  };
}
