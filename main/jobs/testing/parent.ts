// For tests: a process that starts a real job process, tells its number, and stays until it is ended.
import { nodePlatform } from '../../host/node-platform.ts';

const child = nodePlatform({ home: process.argv[2] ?? '' }).startJob({});
child.onMessage((message) => process.send?.(message));
setInterval(() => undefined, 1000);
