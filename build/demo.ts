// `npm run demo`: makes the engine pack where it can be made, then runs the main job on the sample project.
import { main } from '../main/cli/index.ts';
import { homeFolder } from '../main/home.ts';
import { ensurePack } from './engine/ensure.ts';

const pack = await ensurePack(homeFolder(), { progress: (line) => console.error(line) });
if (!pack.available) console.error(pack.reason);
process.exitCode = await main(['demo', ...process.argv.slice(2)]);
