// What is picked on the drawing is what the run gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toggledStages } from './stage-picks.ts';

test('picking a stage turns it and no other, whatever the set, and never leaves none', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), fc.nat(11), (trained, pick) => {
    const stage = pick % trained.length, names = trained.map((_, i) => `stage${i}`);
    fc.pre(trained.some(Boolean));
    const value = toggledStages(names, trained, stage);
    const members = typeof value === 'number' ? names.slice(-value) : value.split(',');
    const wanted = trained.map((one, i) => (i === stage ? !one : one));
    assert.deepEqual(names.map((name) => members.includes(name)), wanted.some(Boolean) ? wanted : trained);
  }));
});
