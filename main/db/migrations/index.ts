// The list of migrations, in order.
import type { Migration } from './migration.ts';
import { start } from './001-start.ts';
import { parents } from './002-parents.ts';
import { jobKinds } from './003-job-kinds.ts';
import { partPredictions } from './004-part-predictions.ts';
import { comparisons } from './005-comparisons.ts';
import { maskPredictions } from './006-mask-predictions.ts';
import { maskKind } from './007-mask-kind.ts';

export type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [start, parents, jobKinds, partPredictions, comparisons, maskPredictions, maskKind];
