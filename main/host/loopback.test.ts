// The loopback host lets in the page of this start and nobody else: strange hosts, strange pages, old tokens, form posts.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Push } from '#contract/events.ts';
import { startLoopback, SUBPROTOCOL } from './loopback.ts';
import type { Loopback } from './loopback.ts';

/** Everything that gets past the door is noted here; an attack must leave it empty. */
const reached: string[] = [];
const listeners = new Set<(push: Push) => void>();
let folder: string, host: Loopback;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fovea-loopback-'));
  mkdirSync(join(folder, 'screens', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'screens', 'index.html'), '<!doctype html><title>Fovea</title>');
  writeFileSync(join(folder, 'screens', 'assets', 'a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  host = await startLoopback({
    served: {
      answer: async (asked) => {
        reached.push('call');
        return { id: (asked as { id: number }).id, result: asked };
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      picture: async () => {
        reached.push('picture');
        return { bytes: Buffer.from('picture'), type: 'image/png' };
      },
    },
    renderer: join(folder, 'screens'),
    home: join(folder, 'home'),
    log: () => undefined,
  });
});
after(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

const port = () => new URL(host.origin).port;
const json = () => ({ authorization: `Bearer ${host.token}`, origin: host.origin, 'content-type': 'application/json' });

interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
/** A header that is undefined is not sent. */
function ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = ''): Promise<Answer> {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return new Promise((done, failed) => {
    const sent = request({ host: '127.0.0.1', port: port(), method, path, headers: { host: `127.0.0.1:${port()}`, ...given }, setHost: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', failed).end(body);
  });
}
function upgrade(options: { origin?: string | undefined; host?: string; protocols?: string[]; path?: string }): Promise<number> {
  return new Promise((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port()}${options.path ?? '/calls'}`, options.protocols ?? [SUBPROTOCOL, host.token], { ...(options.origin === undefined ? {} : { origin: options.origin }), headers: options.host === undefined ? {} : { host: options.host } });
    socket.on('open', () => { socket.close(); done(101); }).on('unexpected-response', (_request, response) => { response.resume(); done(response.statusCode ?? 0); }).on('error', () => undefined);
  });
}

test('a name that is not this host is misdirected: evil, with our port, or ours as a prefix', async () => {
  reached.length = 0;
  for (const strange of ['evil', `evil:${port()}`, `127.0.0.1.evil:${port()}`, '127.0.0.1', `localhost:${port()}`, `[::1]:${port()}`]) {
    assert.equal((await ask('GET', '/', { host: strange })).status, 421, strange);
    assert.equal((await ask('POST', '/session', { ...json(), host: strange, origin: `http://${strange}` }, '{}')).status, 421, strange);
    assert.equal(await upgrade({ host: strange, origin: `http://${strange}` }), 421, strange);
  }
  assert.deepEqual(reached, []);
});

test('a page of another origin is refused, and so is one that hides its origin', async () => {
  reached.length = 0;
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${Number(port()) + 1}`, `https://127.0.0.1:${port()}`]) {
    assert.equal((await ask('POST', '/shell', { ...json(), origin }, '{"type":"places"}')).status, 403, origin);
    assert.equal((await ask('GET', '/picture/p/i/thumbnail', { origin, cookie: `fovea-${port()}=${host.token}` })).status, 403, origin);
    assert.equal(await upgrade({ origin }), 403, origin);
  }
  const { origin: _none, ...absent } = json();
  assert.equal((await ask('POST', '/shell', absent, '{"type":"places"}')).status, 403);
  assert.equal(await upgrade({ origin: undefined }), 403);
  assert.deepEqual(reached, []);
});

test('a picture asked for by another page of this machine is refused even with the cookie', async () => {
  reached.length = 0;
  for (const site of ['cross-site', 'same-site']) {
    assert.equal((await ask('GET', '/picture/p/i/thumbnail', { 'sec-fetch-site': site, cookie: `fovea-${port()}=${host.token}` })).status, 403);
  }
  assert.deepEqual(reached, []);
});

test('without the token of this start nothing is answered', async () => {
  reached.length = 0;
  for (const authorization of ['', 'Bearer', 'Bearer ', `Bearer ${host.token.slice(1)}`, `Bearer ${'A'.repeat(host.token.length)}`]) {
    assert.equal((await ask('POST', '/session', { ...json(), authorization }, '{}')).status, 403, authorization);
  }
  for (const protocols of [[SUBPROTOCOL], [SUBPROTOCOL, 'x'.repeat(43)], [host.token]]) assert.equal(await upgrade({ origin: host.origin, protocols }), 403);
  assert.equal((await ask('GET', '/picture/p/i/thumbnail')).status, 403);
  assert.equal((await ask('GET', '/picture/p/i/thumbnail', { cookie: `fovea-${port()}=old` })).status, 403);
  assert.equal((await ask('GET', `/picture/p/i/thumbnail?token=${host.token}`)).status, 403, 'a token in the address does not count');
  assert.deepEqual(reached, []);
});

test('what a form can send is refused, and so is everything but GET, HEAD and POST', async () => {
  reached.length = 0;
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
    const { status } = await ask('POST', '/shell', { ...json(), 'content-type': type }, '{"type":"places"}');
    assert.equal(status, 415, type);
  }
  for (const method of ['OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await ask(method, '/session', json());
    assert.equal(answer.status, 403, method);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  assert.deepEqual(reached, []);
});

test('the page of this start gets its cookie, its pictures and its calls', async () => {
  reached.length = 0;
  const session = await ask('POST', '/session', json(), '{}');
  assert.equal(session.status, 200);
  const cookie = String(session.headers['set-cookie']);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  const picture = await ask('GET', '/picture/p/i/thumbnail', { cookie: cookie.split(';')[0], 'sec-fetch-site': 'same-origin' });
  assert.deepEqual([picture.status, picture.headers['content-type'], picture.body], [200, 'image/png', 'picture']);
  const socket = new WebSocket(`ws://127.0.0.1:${port()}/calls`, [SUBPROTOCOL, host.token], { origin: host.origin });
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  await new Promise((done) => socket.once('open', done));
  assert.equal(socket.protocol, SUBPROTOCOL, 'the token is not echoed');
  socket.send('{"id":7,"name":"app.version","args":{}}');
  await new Promise((done) => socket.once('message', done));
  for (const listener of listeners) listener({ type: 'images.changed', projectId: 'p' });
  await new Promise((done) => socket.once('message', done));
  assert.deepEqual(messages.map((text) => JSON.parse(text)), [{ id: 7, result: { id: 7, name: 'app.version', args: {} } }, { push: { type: 'images.changed', projectId: 'p' } }]);
  assert.deepEqual(reached, ['picture', 'call']);
  socket.close();
});

test('every answer forbids remote content, guessing of types and framing', async () => {
  for (const answer of [await ask('GET', '/'), await ask('GET', '/none'), await ask('GET', '/', { host: 'evil' })]) {
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*|data:/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
});

test('only files of the screens are served, however the path is written', async () => {
  assert.equal((await ask('GET', '/')).status, 200);
  assert.match(String((await ask('GET', '/assets/a.js')).headers['cache-control']), /immutable/);
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/%00', '/%', '/assets', '/none.js']) assert.equal((await ask('GET', path)).status, 404, path);
});

test('a message that is no JSON, or binary, or a request line that is no HTTP, ends that line alone', async () => {
  for (const data of ['{', Buffer.from([1, 2, 3])]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port()}/calls`, [SUBPROTOCOL, host.token], { origin: host.origin });
    await new Promise((done) => socket.once('open', done));
    socket.send(data);
    const code = await new Promise((done) => socket.once('close', done));
    assert.ok(code === 1003 || code === 1007);
  }
  await new Promise<void>((done) => connect(Number(port()), '127.0.0.1').on('error', () => undefined).on('close', () => done()).resume().end('GARBAGE\r\n\r\n'));
  assert.equal((await ask('GET', '/')).status, 200);
});

test('dropped files land in their own folder and nowhere else, and are gone after release', async () => {
  const { folder: drop } = JSON.parse((await ask('POST', '/shell', json(), '{"type":"receive"}')).body) as { folder: string };
  const upload = (name: string, into = drop) => ask('POST', '/upload', { ...json(), 'content-type': 'application/octet-stream', 'x-folder': encodeURIComponent(into), 'x-name': encodeURIComponent(name) }, 'bytes');
  assert.equal((await upload('a/ä "1".png')).status, 200);
  for (const name of ['../out.png', '/etc/out.png', 'a/../../out.png']) {
    const { status } = await upload(name);
    assert.ok(status === 400 || name.startsWith('/'), name); // an absolute name is taken as one below the folder
  }
  assert.equal((await upload('x.png', folder)).status, 400, 'a folder that was not made by receive');
  const listed = JSON.parse((await ask('POST', '/shell', json(), JSON.stringify({ type: 'list', path: join(drop, 'a') }))).body) as { entries: unknown[] };
  assert.deepEqual(listed.entries, [{ name: 'ä "1".png', path: join(drop, 'a', 'ä "1".png'), kind: 'picture' }]);
  assert.equal((await ask('POST', '/shell', json(), JSON.stringify({ type: 'release', folder: drop }))).status, 200);
  assert.equal((await ask('POST', '/shell', json(), JSON.stringify({ type: 'list', path: drop }))).status, 404);
  assert.equal((await ask('POST', '/shell', json(), JSON.stringify({ type: 'release', folder: tmpdir() }))).status, 404);
});

test('a request that is not understood is refused with a reason', async () => {
  for (const body of ['{"type":"format-disk"}', '{"type":"list"}', '[]', 'no json', '{"type":"places","__proto__":{"x":1},"more":1}']) {
    const answer = await ask('POST', '/shell', json(), body);
    assert.equal(answer.status, 400, body);
    assert.match(answer.body, /"message":"[^"]+"/);
  }
  assert.equal((await ask('POST', '/shell', json(), `"${'x'.repeat(2 ** 21)}"`)).status, 400);
});

test('a ticket is changed for the token once, by this page alone; it opens nothing itself', async () => {
  reached.length = 0;
  const ticket = new URL(host.ticketUrl()).hash.slice('#ticket='.length);
  const exchange = (headers: OutgoingHttpHeaders = {}) => ask('POST', '/token', { origin: host.origin, 'content-type': 'application/json', authorization: `Ticket ${ticket}`, ...headers }, '{}');
  for (const [headers, status] of [
    [{ origin: 'https://evil.example' }, 403], [{ origin: undefined }, 403], [{ 'sec-fetch-site': 'same-site' }, 403], [{ host: 'evil', origin: 'http://evil' }, 421],
    [{ 'content-type': 'text/plain' }, 415], [{ authorization: `Bearer ${ticket}` }, 403], [{ authorization: `Ticket ${ticket.slice(1)}` }, 403], [{ authorization: `Ticket ${host.token}` }, 403],
  ] as const) {
    const answer = await exchange(headers);
    assert.equal(answer.status, status, JSON.stringify(headers));
    assert.ok(!answer.body.includes(host.token));
  }
  assert.equal((await ask('POST', '/shell', { ...json(), authorization: `Bearer ${ticket}` }, '{"type":"places"}')).status, 403);
  assert.equal(await upgrade({ origin: host.origin, protocols: [SUBPROTOCOL, ticket] }), 403);
  const answer = await exchange();
  assert.deepEqual([answer.status, JSON.parse(answer.body), answer.headers['cache-control']], [200, { token: host.token }, 'no-store']);
  assert.equal((await exchange()).status, 403);
  assert.deepEqual(reached, []);
});

test('a flood of 100 MB and a line to anywhere but the calls are refused before anything is read', async () => {
  reached.length = 0;
  for (const path of ['/', '/calls/', '/calls?x', '/%63alls', '/picture/p/i/original']) assert.equal(await upgrade({ origin: host.origin, path }), 403, path);
  const socket = new WebSocket(`ws://127.0.0.1:${port()}/calls`, [SUBPROTOCOL, host.token], { origin: host.origin });
  await new Promise((done) => socket.once('open', done));
  socket.on('error', () => undefined); // the line may break while the flood is still being sent
  const closed = new Promise((done) => socket.once('close', done));
  socket.send(`{"id":1,"name":"project.create","args":{"name":"${'x'.repeat(100e6)}"}}`);
  assert.ok([1006, 1009].includes(await closed as number));
  assert.equal((await ask('GET', '/')).status, 200);
  assert.deepEqual(reached, []);
});
