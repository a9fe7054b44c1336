// What comes in through any door is checked before anything happens, and what goes out says nothing that it should not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { api, Response } from '#contract/api.ts';
import type { Handlers } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import { dispatch } from './dispatch.ts';

/** A studio with one call of which the test says what it does; the others must not be reached. */
function studioWith(changes: Partial<Handlers>) {
  const logged: unknown[] = [];
  const unreached = Object.fromEntries(Object.keys(api).map((name) => [name, () => assert.fail(`${name} was reached`)]));
  return { logged, handlers: { ...unreached, ...changes } as unknown as Handlers, log: (...entry: unknown[]) => void logged.push(entry) }; // every name of the table has its function
}

test('whatever arrives gets an answer in the shape of an answer, and no handler sees arguments that are not its own', async () => {
  const studio = studioWith({});
  await fc.assert(fc.asyncProperty(fc.oneof(fc.anything(), fc.record({ id: fc.integer(), name: fc.constantFrom('project.open', 'patch.apply', 'image.rows', '__proto__', 'constructor', 'x'), args: fc.anything() })), async (request) => {
    const response = await dispatch(studio, request);
    assert.ok(Response.safeParse(response).success);
    assert.ok('error' in response && response.error.code === 'invalid');
  }));
  assert.deepEqual(studio.logged, []);
});

test('an answer carries the number of its request', async () => {
  const studio = studioWith({ 'app.version': async () => ({ version: '1.2.3', platform: 'test' }) });
  assert.deepEqual(await dispatch(studio, { id: 41, name: 'app.version', args: {} }), { id: 41, result: { version: '1.2.3', platform: 'test' } });
  const { id } = await dispatch(studio, { id: 42, name: 'nothing', args: {} });
  assert.equal(id, 42);
});

test('a person\'s error goes out as it is; a fault of ours goes to the log, and out goes that there was one', async () => {
  const refused = studioWith({ 'app.version': async () => { throw new StudioError('refused', 'test.key', { n: 3 }, 'This cannot work.'); } });
  assert.deepEqual(await dispatch(refused, { id: 1, name: 'app.version', args: {} }), { id: 1, error: { code: 'refused', key: 'test.key', params: { n: 3 }, message: 'This cannot work.' } });
  assert.deepEqual(refused.logged, []);
  const broken = studioWith({ 'app.version': async () => { throw new TypeError('secret of /home/somebody'); } });
  const response = await dispatch(broken, { id: 2, name: 'app.version', args: {} });
  assert.ok('error' in response && response.error.code === 'internal' && !JSON.stringify(response).includes('secret'));
  assert.equal(broken.logged.length, 1);
});

test('a result of the wrong shape is a fault, and fields that the table does not name stay inside', async () => {
  const wrong = studioWith({ 'app.version': async () => ({ version: 7 }) as never });
  const response = await dispatch(wrong, { id: 1, name: 'app.version', args: {} });
  assert.ok('error' in response && response.error.code === 'internal');
  const chatty = studioWith({ 'app.version': async () => ({ version: '1', platform: 'p', password: 'x' }) });
  assert.deepEqual(await dispatch(chatty, { id: 1, name: 'app.version', args: {} }), { id: 1, result: { version: '1', platform: 'p' } });
});

test('what an error says of wrong arguments is short, however long they are', async () => {
  const long = 'x'.repeat(1_000_000);
  for (const request of [{ id: 1, name: long, args: {} }, { id: 1, name: 'project.close', args: { projectId: long } }, { id: 1, name: 'project.close', args: { [long]: 1 } }]) {
    const response = await dispatch(studioWith({}), request);
    assert.ok(JSON.stringify(response).length < 2000);
  }
});

test('keys that reach for a prototype pollute nothing and come through to no handler', async () => {
  let seen: unknown;
  const studio = studioWith({ 'project.create': async (args) => { seen = args; throw new StudioError('refused', 'test', {}, 'That is enough.'); } });
  const text = '{"id":1,"name":"project.create","args":{"folder":"/f","name":"n","task":"classification","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
  const response = await dispatch(studio, JSON.parse(text));
  assert.ok('error' in response);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  if (seen !== undefined) assert.deepEqual([Object.getPrototypeOf(seen), Object.keys(seen as object).includes('constructor')], [Object.prototype, false]);
});
