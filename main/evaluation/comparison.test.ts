import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmRecord, Control, UnitRecord } from '#contract/comparison.ts';
import { stream } from '../random.ts';
import { measureArms } from './comparison.ts';
import type { ComparisonPlan } from './comparison.ts';
import { evaluate } from './evaluate.ts';
import { verdictOf } from './verdict.ts';

const n = 120, folds = 3;
const arm = (id: string, control: Control | null = null): ArmRecord => ({ id, control, backbone: null, weights: null, strategy: null });
const plan = (arms: readonly ArmRecord[], seeds: readonly number[] = [1]): ComparisonPlan => ({
  arms, classes: ['a', 'b'], folds, seeds, seed: 1,
  images: Array.from({ length: n }, (_, i) => ({ id: `p${i}`, group: `s${i}`, reference: i % 2, fold: i % folds })),
});
/** An arm that is right with a probability, on all folds; errors are its own. */
function units(id: string, share: number, { seconds = 1, seed = 1, upTo = folds } = {}): UnitRecord[] {
  const random = stream(seed, `arm/${id}`);
  return Array.from({ length: upTo }, (_, fold) => ({
    arm: id, fold, seed, seconds, cut: false, error: null,
    predictions: Array.from({ length: n }, (_v, i) => i).filter((i) => i % folds === fold).map((i) => {
      const right = random.uniform(i) < share ? 0.6 + 0.3 * random.uniform(n + i) : 0.4 - 0.3 * random.uniform(n + i);
      return { image: `p${i}`, probabilities: i % 2 === 0 ? [right, 1 - right] : [1 - right, right] };
    }),
  }));
}

test('figures of an arm are those of an evaluation of its held-out predictions, intervals included', () => {
  const made = plan([arm('x')]), own = units('x', 0.8);
  const [{ result }] = measureArms(made, own) as [ReturnType<typeof measureArms>[number]];
  const said = new Map(own.flatMap(({ predictions }) => predictions.map(({ image, probabilities }) => [image, probabilities])));
  const whole = evaluate({ classes: ['a', 'b'], probabilities: made.images.map(({ id }) => said.get(id)!), references: made.images.map(({ reference }) => reference), subjects: made.images.map(({ group }) => group), majorityClass: 0, seed: 1 });
  for (const figure of ['accuracy', 'balancedAccuracy', 'auc', 'logLoss'] as const) assert.deepEqual(result[figure], whole[figure], figure);
});

test('where transfer is no better than a control the verdict says so first, and where it clearly is, that', () => {
  const arms = [arm('lp'), arm('majority', 'majority'), arm('histogram', 'histogram')];
  const doubt = [...units('lp', 0.72), ...units('majority', 0.5), ...units('histogram', 0.7)];
  const verdict = verdictOf(plan(arms), measureArms(plan(arms), doubt))!;
  assert.deepEqual(verdict.negative, ['histogram']);
  assert.match(verdict.sentences[0]!, /^Transfer is not better beyond doubt: lp gets .* a logistic regression on colour histograms/);

  const clear = [...units('lp', 0.95), ...units('majority', 0.5), ...units('histogram', 0.6)];
  const good = verdictOf(plan(arms), measureArms(plan(arms), clear))!;
  assert.deepEqual(good.negative, []);
  assert.match(good.sentences[0]!, /^Use lp/);
  assert.match(good.sentences[1]!, /^Transfer is worth it/);

  const worse = verdictOf(plan(arms), measureArms(plan(arms), [...units('lp', 0.6), ...units('majority', 0.5), ...units('histogram', 0.95)]))!;
  assert.match(worse.sentences.find((one) => one.includes('colour'))!, /^Negative transfer/);
});

test('more minutes are advised where the clock ended an arm, and not for training from scratch, whose share of the time is fixed', () => {
  const arms = [arm('lp'), arm('from-scratch', 'from-scratch')];
  const said = (cut: string) => verdictOf(plan(arms), measureArms(plan(arms), [...units('lp', 0.9), ...units('from-scratch', 0.6)].map((unit) => ({ ...unit, cut: unit.arm === cut }))))!.sentences;
  assert.ok(said('lp').some((one) => one.startsWith('The clock ended trainings of lp')) && !said('lp').some((one) => one.startsWith('Training from scratch')));
  assert.ok(said('from-scratch').some((one) => one.startsWith('Training from scratch was ended early')) && !said('from-scratch').some((one) => one.startsWith('The clock')));
});

test('the cheapest arm within the noise of the best is recommended, however much dearer the best is', () => {
  const arms = [arm('dear'), arm('cheap'), arm('poor')];
  const measured = measureArms(plan(arms), [...units('dear', 0.98, { seconds: 100 }), ...units('cheap', 0.93, { seconds: 2 }), ...units('poor', 0.55)]);
  const verdict = verdictOf(plan(arms), measured)!;
  assert.equal(verdict.best, 'dear');
  assert.equal(verdict.cheapest, 'cheap');
  const poor = measured[2]!.result;
  assert.ok(!poor.withinNoise && poor.toBest!.high! < 0);
  assert.equal(measured[0]!.result.toBest, null);
});

test('an arm without all folds and seeds has no figures, and one that failed says why', () => {
  const made = plan([arm('some'), arm('one seed'), arm('failed'), arm('none')], [1, 2]);
  const error = { code: 'refused' as const, key: 'x', params: {}, message: 'It cannot be.' };
  const found = measureArms(made, [...units('some', 0.9, { upTo: 2 }), ...units('one seed', 0.9), { ...units('failed', 0.9)[0]!, error, predictions: [] }]);
  assert.deepEqual(found.map(({ result: { status, accuracy, problem } }) => [status, accuracy.value, problem]), [['partial', null, null], ['partial', null, null], ['failed', null, 'It cannot be.'], ['waiting', null, null]]);
  assert.equal(verdictOf(made, found), null);
});

test('over several seeds the figures are means over them', () => {
  const made = plan([arm('x')], [1, 2]);
  const accuracies = [1, 2].map((seed) => measureArms(plan([arm('x')], [seed]), units('x', 0.7, { seed }))[0]!.result.accuracy.value!);
  assert.notEqual(accuracies[0], accuracies[1]);
  const both = measureArms(made, [...units('x', 0.7, { seed: 1 }), ...units('x', 0.7, { seed: 2 })])[0]!.result.accuracy.value!;
  assert.ok(Math.abs(both - (accuracies[0]! + accuracies[1]!) / 2) < 1e-12);
});
