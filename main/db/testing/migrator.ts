// For tests: a process that opens a project with a long migration, telling when it begins.
import { openProject } from '../folder.ts';
import { migrations } from '../migrations/index.ts';
import { longMigration } from './long-migration.ts';

await openProject(process.argv[2] ?? '', [...migrations, longMigration(() => process.send?.('begins'))]);
process.send?.('done');
setInterval(() => undefined, 1000);
