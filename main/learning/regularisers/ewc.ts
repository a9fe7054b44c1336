// Elastic weight consolidation: each weight is pulled back the harder, the more the old task depends on it (Kirkpatrick et al. 2017).
import { stream } from '../../random.ts';
import { chosen } from './anchors.ts';
import { fisherInformation } from './fisher.ts';
import type { Opening } from './regulariser.ts';

/** lambda / 2 sum of F_i (w_i - w_i0)^2 over the backbone, and a head that goes on for the same classes; F from the parent's own pictures where they are there, else from the project's. */
export const ewc: Opening<'ewc'> = async ({ lambda, pictures }, context) => {
  const { run, backbone, head, start } = context;
  const old = run.continuesHead ? new Set([...backbone, ...head]) : backbone;
  if (old.size === 0) return { terms: [] };
  const pool = run.parent.training.length > 0 ? run.parent.training : run.training;
  const members = Array.from(stream(run.document.seed, 'fisher/pictures').permutation(0, pool.length).subarray(0, pictures), (i) => pool[i]!);
  const importance = await fisherInformation(context, old, members);
  // A weight that no answer depends on has no gradient, and is free.
  const weighed = new Set([...old].filter((name) => importance.has(name)));
  return { terms: weighed.size === 0 ? [] : [{ kind: 'anchor-penalty', coefficient: lambda, anchors: chosen(start, weighed), importance }] };
};
