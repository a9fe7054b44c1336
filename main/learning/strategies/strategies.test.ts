import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Phase, StrategyRecord } from '#contract/plan.ts';
import { strategies, strategy } from './index.ts';

for (const one of strategies) {
  test(`${one.id} is a record of the contract, and its defaults give phases of the contract`, () => {
    StrategyRecord.parse(one);
    const { phases } = one.recipe({}, 10);
    ok(phases.length > 0);
    for (const phase of phases) {
      Phase.parse(phase);
      if (phase.kind === 'train') equal(phase.rates.length, 10);
    }
    const defaults = Object.fromEntries(one.params.map((param) => [param.id, param.default]));
    deepEqual(one.recipe(defaults, 10), one.recipe({}, 10));
  });

  test(`${one.id} takes the ends of each range and refuses what lies beyond`, () => {
    for (const { id, min, max, choices } of one.params) {
      for (const value of choices ?? [min!, max!]) one.recipe({ [id]: value }, 10);
      const beyond = choices ? 'none of these' : max! + 1;
      throws(() => one.recipe({ [id]: beyond }, 10), { code: 'invalid', key: 'strategy.value' });
    }
    throws(() => one.recipe({ speed: 3 }, 10), { code: 'invalid', key: 'strategy.param' });
  });
}

test('the first one is the default of a run', () => {
  equal(strategies[0]!.id, 'lp-ft');
});

test('probe, then fine-tune trains the last stages and leaves the others frozen', () => {
  const [fit, train] = strategy('lp-ft').recipe({ stages: 2, learningRate: 0.01, layerDecay: 0.5 }, 5).phases;
  equal(fit!.kind, 'fit');
  deepEqual(train?.kind === 'train' && train.rates, [null, null, null, 0.005, 0.01]);
});

test('fine-tuning slows every stage by its distance from the head', () => {
  const [phase] = strategy('fine-tune').recipe({ learningRate: 1, layerDecay: 0.5 }, 4).phases;
  deepEqual(phase?.kind === 'train' && phase.rates, [0.125, 0.25, 0.5, 1]);
});

test('zero stands for what is chosen or left out', () => {
  equal(strategy('lp-ft').recipe({}, 4).penalty, null);
  equal(strategy('lp-ft').recipe({ penalty: 0.1 }, 4).penalty, 0.1);
  const [phase] = strategy('fine-tune').recipe({ patience: 0 }, 4).phases;
  equal(phase?.kind === 'train' && phase.patience, null);
  equal(strategy('fine-tune').recipe({ clipNorm: 2 }, 4).clipNorm, 2);
});

test('a number given as text is refused, and an unknown strategy is answered with the list', () => {
  throws(() => strategy('lp-ft').recipe({ epochs: '5' }, 4), { key: 'strategy.value', message: 'Epochs (epochs) must be a whole number from 1 to 1000, not 5.' });
  throws(() => strategy('fine-tun'), { code: 'not-found', message: /There are lp-ft, feature-extraction, last-stages, fine-tune, / });
});

test('stages are so many from the head, or any set by name; a name that the network has not is answered with those that it has', () => {
  const names = ['stem', 'low', 'middle', 'high', 'head'];
  const ratesOf = (id: string, stages: number | string) => strategy(id).recipe({ stages, learningRate: 0.5, layerDecay: 1 }, 5, names).phases.flatMap((phase) => (phase.kind === 'train' ? [phase.rates.map((rate) => rate !== null)] : []));
  deepEqual(ratesOf('chosen-stages', 'low, high'), [[false, true, false, true, true]], 'a new head is always trained');
  deepEqual(ratesOf('lp-ft', 'low,high'), [[false, true, false, true, false]], 'a fitted head may stay');
  deepEqual(ratesOf('lp-ft', 9), [[true, true, true, true, true]]);
  throws(() => ratesOf('chosen-stages', 'low,hihg'), { code: 'invalid', key: 'strategy.stage', message: 'The network has no stage "hihg". Its stages are stem, low, middle, high, head.' });
  throws(() => ratesOf('chosen-stages', 'low,,high'), { key: 'strategy.value' });
});

test('gradual unfreezing lets one more stage join in each phase, from the head down', () => {
  const { phases } = strategy('gradual-unfreezing').recipe({ stages: 3, epochs: 5, epochsPerStage: 2, learningRate: 0.26 }, 4);
  deepEqual(phases.map((phase) => phase.kind === 'train' && phase.epochs), [2, 2, 5]);
  deepEqual(phases.map((phase) => phase.kind === 'train' && phase.rates.map((rate) => rate !== null)), [[false, false, false, true], [false, false, true, true], [false, true, true, true]]);
  const [, second] = phases;
  ok(second?.kind === 'train' && Math.abs(second.rates[2]! - 0.1) < 1e-12, 'each slower by 2.6');
});

test('discriminative rates are equidistant as multiples between their ends', () => {
  const [, all] = strategy('discriminative').recipe({ learningRate: 0.02, lowestRate: 1e-5 }, 4).phases;
  const found = all?.kind === 'train' ? all.rates.map((rate) => rate!) : [];
  found.forEach((rate, i) => ok(Math.abs(rate / (1e-5 * 10 ** i) - 1) < 1e-9, `${rate}`));
});

test('a choice that looks like a number may be given as one', () => {
  deepEqual(strategy('last-stages').recipe({ hidden: 64 }, 4).hidden, [64]);
});

test('warm-up belongs to every schedule that has no rise of its own', () => {
  for (const schedule of ['cosine', 'step', 'constant'] as const) {
    const [phase] = strategy('fine-tune').recipe({ schedule, warmup: 0.25 }, 4).phases;
    equal(phase?.kind === 'train' && phase.schedule.kind !== 'one-cycle' && phase.schedule.warmup, 0.25);
  }
});
