// `fovea lesson [ID]`: one of the lecture's experiments, really run on the sample project, with its numbers and two sentences.
import { StudioError } from '#contract/errors.ts';
import { LessonId } from '#contract/lessons.ts';
import type { LessonResult } from '#contract/lessons.ts';
import { inEnglish } from '../lessons/index.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { runJob } from './jobs.ts';
import { duration, table } from './output.ts';

export const lesson: Command = {
  name: 'lesson',
  summary: 'Run a short experiment on the sample project; without ID, list them.',
  positionals: ['[ID]'],
  options: { set: { value: 'key=value', multiple: true, help: 'a number of the lesson, e.g. seed=8' } },
  async run(context) {
    const { link, output, positionals: [wanted], values } = context;
    const { lessons } = await link.call('lesson.list', {});
    if (wanted === undefined) {
      output.result({ lessons: lessons.map((one) => ({ ...one, title: inEnglish(one.title), question: inEnglish(one.question) })) }, () =>
        table(['lesson', 'asks', 'about', 'numbers (--set)'], lessons.map(({ id, question, seconds, params }) => [id, inEnglish(question), duration(seconds), params.map((param) => `${param.id}=${param.default}`).join(' ')])));
      return;
    }
    const { data: id } = LessonId.safeParse(wanted);
    if (!id) throw new UsageError(`There is no lesson "${wanted}". There are ${LessonId.options.join(', ')}.`);
    let result: LessonResult | undefined;
    const { job } = await runJob(context, () => link.call('lesson.start', { lesson: id, values: Object.fromEntries(values.texts('set').map(numberOf)) }), (push) => {
      if (push.type === 'lesson.result' && push.result.lesson === id && push.result.done) result = push.result;
    });
    if (!result) throw new StudioError('cancelled', 'lesson.stopped', {}, `The lesson ended (${job.status}) before it had a result.`);
    const shown = result;
    output.result(plain(shown), () => lines(shown));
  },
};

/** `seed=8` -> ['seed', 8] */
function numberOf(text: string): [string, number] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || !Number.isFinite(Number(value))) throw new UsageError(`--set needs a name and a number, such as seed=8, not "${text}".`);
  return [name, Number(value)];
}

/** For scripts: everything with its English text. */
function plain({ plot, sentences, ...rest }: LessonResult) {
  const axis = ({ title, names, ...scale }: LessonResult['plot']['x']) => ({ title: inEnglish(title), ...scale, names: names.map(inEnglish) });
  return {
    ...rest, sentences: sentences.map(inEnglish),
    plot: {
      title: inEnglish(plot.title), x: axis(plot.x), y: axis(plot.y), series: plot.series.map(({ name, points }) => ({ name: inEnglish(name), points })),
      levels: plot.levels.map(({ name, y }) => ({ name: inEnglish(name), y })),
    },
  };
}

function lines({ plot, sentences, seconds }: LessonResult): string[] {
  const places = [...new Set(plot.series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const named = (x: number) => (plot.x.scale === 'names' ? inEnglish(plot.x.names[x]!) : String(x));
  const cell = (value: number | null) => (value === null ? null : Math.abs(value) > 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toFixed(3));
  return [
    inEnglish(plot.title), '',
    ...table([inEnglish(plot.x.title), ...plot.series.map(({ name }) => inEnglish(name))], places.map((x) => [named(x), ...plot.series.map(({ points }) => cell(points.find((point) => point.x === x)?.y ?? null))])),
    ...plot.levels.map(({ name, y }) => `${inEnglish(name)}: ${cell(y)}`), `(${inEnglish(plot.y.title)})`, '',
    ...sentences.map(inEnglish), '', `Measured here in ${duration(seconds)}.`,
  ];
}
