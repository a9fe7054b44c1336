// The command line: a table of commands over the same studio that the screens use.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { errorRecord } from '#contract/errors.ts';
import { inProcessLink } from '../host/in-process.ts';
import { nodePlatform } from '../host/node-platform.ts';
import { createStudio } from '../studio.ts';
import { adapt } from './adapt.ts';
import { backbones } from './backbones.ts';
import { UsageError, parse, usage } from './command.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { create } from './create.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { importPictures } from './import.ts';
import { lesson } from './lesson.ts';
import { models, runs } from './lists.ts';
import { lrFind } from './lr-find.ts';
import { Output } from './output.ts';
import { predict } from './predict.ts';
import { pretrain } from './pretrain.ts';
import { rank } from './rank.ts';
import { serve } from './serve.ts';
import { split } from './split.ts';
import { status } from './status.ts';
import { strategies } from './strategies.ts';
import { train } from './train.ts';

const commands: readonly Command[] = [doctor, backbones, strategies, create, importPictures, status, split, train, pretrain, lrFind, evaluate, rank, compare, adapt, predict, exportCommand, models, runs, demo, lesson, serve];

const overview = (): string => ['Usage: fovea COMMAND ... [--json]', '', ...commands.map(({ name, positionals, summary }) => `  ${[name, ...positionals].join(' ').padEnd(22)} ${summary}`), '', 'fovea COMMAND --help shows the options of a command.'].join('\n');

/**
 * Runs one command.
 * @returns exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const output = new Output(args.includes('--json'));
  if (name === undefined || name === 'help' || name === '--help') {
    process.stdout.write(`${overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  const platform = nodePlatform();
  try {
    if (!command) throw new UsageError(`There is no command "${name}".\n\n${overview()}`);
    if (rest.includes('--help')) {
      process.stdout.write(`${usage(command)}\n`);
      return 0;
    }
    const { positionals, values } = parse(command, rest);
    const studio = await createStudio(platform);
    const interrupt = new AbortController();
    let times = 0;
    const onInterrupt = () => ++times === 1 ? interrupt.abort() : process.exit(130); // a second Ctrl-C does not wait; what is stored stays stored
    process.on('SIGINT', onInterrupt);
    try {
      await command.run({ link: inProcessLink(studio), studio, platform, output, positionals, values, interrupted: interrupt.signal });
      return 0;
    } finally {
      process.off('SIGINT', onInterrupt);
      await studio.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      output.error({ code: 'usage', message: error.message });
      return 2;
    }
    const record = errorRecord(error);
    if (record.code === 'internal') platform.log('error', record.message, error);
    output.error({ code: record.code, message: record.message });
    return 1;
  }
}

const isMain = process.argv[1] !== undefined && createRequire(import.meta.url).resolve(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) process.exitCode = await main(process.argv.slice(2));
