// `npm run engine [-- --verify]`: makes the native engine pack of this machine, or checks every byte of the one that is there.
import { homeFolder } from '../../main/home.ts';
import { packsFolder } from '../../main/engines/pack.ts';
import { ensurePack } from './ensure.ts';

const home = homeFolder();
const { available, reason } = await ensurePack(home, { progress: (line) => console.log(line), verify: process.argv.includes('--verify') });
if (available) console.log(`The tensorflow engine is there, in ${packsFolder(home)}.${reason === null ? '' : ` ${reason}`}`);
else console.error(`No tensorflow engine: ${reason}`);
process.exitCode = available ? 0 : 1;
