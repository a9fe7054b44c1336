// For tests: a folder of small pictures that are easy to tell apart, in a folder for each class, two for each subject.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../images/index.ts';
import { stream } from '../../random.ts';

const side = 32;

/** Pictures of 32 x 32 named `red/S0_a.png` or `blue/S1_b.png`: noise with more of one colour. */
export async function drawTwoClasses(folder: string, pictures: number): Promise<void> {
  for (let i = 0; i < pictures; i++) {
    const subject = Math.floor(i / 2), name = subject % 2 === 0 ? 'red' : 'blue', channel = name === 'red' ? 0 : 2;
    const random = stream(7, `two-classes/${i}`);
    const data = Uint8Array.from({ length: side * side * 3 }, (_, at) => random.integer(at, 120) + (at % 3 === channel ? 130 : 0));
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, `S${subject}_${i % 2 === 0 ? 'a' : 'b'}.png`), await encodePng({ width: side, height: side, channels: 3, data }));
  }
}
