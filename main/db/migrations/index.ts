// The list of migrations, in order.
import type { Migration } from './migration.ts';
import { start } from './001-start.ts';

export type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [start];
