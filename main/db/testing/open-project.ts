// For tests: a process that opens the project it is given, says so, and stays until it is ended.
import { openProject } from '../folder.ts';

const project = await openProject(process.argv[2] ?? '');
process.send?.(project.record.readOnly);
process.on('disconnect', () => process.exit());
