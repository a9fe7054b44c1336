import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError, parse, usage } from './command.ts';
import { runOptions, train } from './train.ts';
import { measure, share, table } from './output.ts';

test('options are checked as they are read, and a wrong one names itself', () => {
  const { positionals, values } = parse(train, ['folder', '--seed', '7', '--set', 'epochs=5', '--set', 'head=zero', '--set', 'mixup=true']);
  assert.deepEqual(positionals, ['folder']);
  assert.deepEqual(runOptions(values), { seed: 7, values: { epochs: 5, head: 'zero', mixup: true } });
  assert.throws(() => parse(train, ['folder', '--sead', '7']), UsageError);
  assert.throws(() => parse(train, []), /Usage: fovea train DIR/);
  assert.throws(() => parse(train, ['a', 'b']), UsageError);
  assert.throws(() => runOptions(parse(train, ['folder', '--seed', 'seven']).values), /--seed needs a number, not "seven"/);
  assert.throws(() => runOptions(parse(train, ['folder', '--engine', 'abacus']).values), /one of auto, tensorflow, wasm/);
  assert.throws(() => runOptions(parse(train, ['folder', '--set', 'epochs']).values), /key=value/);
});

test('the usage line shows every option with its value', () => {
  const text = usage(train);
  for (const part of ['fovea train DIR', '--backbone ID', '--set key=value ...', '--json']) assert.ok(text.includes(part), part);
});

test('shares lose their zero, and a measure shows its interval', () => {
  assert.equal(share(0.9483), '.948');
  assert.equal(share(1), '1.000');
  assert.equal(share(-0.25), '-.250');
  assert.equal(measure({ value: 0.9, low: 0.85, high: 0.94 }), '.900 (.850 to .940)');
  assert.equal(measure({ value: null, low: null, high: null }), 'not defined');
});

test('a table lines numbers up on the right and texts on the left', () => {
  assert.deepEqual(table(['class', 'n'], [['ant', 5], ['bumblebee', 120]]), ['class        n', '---------  ---', 'ant          5', 'bumblebee  120']);
});
