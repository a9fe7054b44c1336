// The loopback host: the screens in any browser of this machine. One page, one WebSocket for calls and pushes, pictures by URL.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { PictureSource } from '../api/picture.ts';
import type { Response } from '../contract/api.ts';
import { errorRecord, StudioError } from '../contract/errors.ts';
import type { Push } from '../contract/events.ts';
import { ShellRequest } from '../contract/shell.ts';
import { authorizationOf, refuseAddress, refuseContentType, refuseCookie, refuseToken, sameSecret } from './guard.ts';
import type { Door, Refusal } from './guard.ts';
import { safeHeaders } from './headers.ts';
import { pictureAddress, pictureHeaders } from './picture-address.ts';
import { createShell } from './shell.ts';
import { serveFile } from './static.ts';
import { createTickets } from './tickets.ts';

/** What the host serves; a studio with its dispatch fits. */
export interface Served {
  answer(request: unknown): Promise<Response>;
  subscribe(listener: (push: Push) => void): () => void;
  readonly picture: PictureSource;
}

export interface LoopbackOptions {
  readonly served: Served;
  /** Folder of the built screens. */
  readonly renderer: string;
  /** Folder for what belongs to the person; dropped files wait there. */
  readonly home: string;
  /** 0 = any free one. */
  readonly port?: number;
  /** Kept by a supervisor over restarts of this host; otherwise new with every start. */
  readonly token?: string;
  log(level: 'info' | 'warning' | 'error', message: string, details?: unknown): void;
}

export interface Loopback {
  /** With the token in its fragment, which a browser never sends. For the person's own eyes. */
  readonly url: string;
  /** The address for one page, good once and for a minute: what a command line may hold, which every user of the machine can read. */
  ticketUrl(): string;
  readonly origin: string;
  readonly token: string;
  close(): Promise<void>;
}

/** The subprotocol of calls; the token stands beside it, where no log and no other page sees it. */
export const SUBPROTOCOL = 'fovea.1';
/** A patch of 50,000 changes fits; a flood does not. */
const LARGEST_MESSAGE = 64 * 2 ** 20;
const LARGEST_JSON = 2 ** 20;

/** Starts listening on 127.0.0.1. */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const shell = createShell(options.home), tickets = createTickets();
  const server = createServer({ requestTimeout: 0 });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port ?? 0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the loopback host has no port');
  const door: Door = { hosts: [`127.0.0.1:${address.port}`], token, cookie: `fovea-${address.port}` };

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value ?? '');
    answerHttp(request, response).catch((error: unknown) => {
      if (!(error instanceof StudioError)) options.log('error', 'the loopback host failed to answer', error);
      if (response.headersSent) return void response.destroy();
      // What was not read of a request would be taken for the next one on this line.
      if (!request.complete) response.setHeader('connection', 'close');
      sendJson(response, error instanceof StudioError ? statusOf(error) : 500, { error: errorRecord(error) });
    });
  });

  async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const refused = refuseAddress(door, method, request.headers);
    if (refused) return refuse(response, refused);
    const asked = new URL(request.url ?? '/', 'http://host'), { pathname } = asked;
    if (method === 'POST') return answerPost(pathname, request, response);
    const wanted = pictureAddress(asked);
    if (wanted) {
      const stranger = refuseCookie(door, request.headers);
      if (stranger) return refuse(response, stranger);
      const picture = await options.served.picture(wanted.projectId, wanted.imageId, wanted.size, wanted.window);
      response.writeHead(200, { ...pictureHeaders(picture), 'content-length': picture.bytes.byteLength }).end(picture.bytes);
      return;
    }
    if (!(await serveFile(options.renderer, pathname, response))) response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  }

  async function answerPost(pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const upload = pathname === '/upload';
    if (pathname === '/token') return exchange(request, response);
    const refused = refuseToken(door, request.headers) ?? refuseContentType(request.headers, upload ? 'application/octet-stream' : 'application/json');
    if (refused) return refuse(response, refused);
    if (upload) {
      await shell.receiveFile(headerText(request, 'x-folder'), headerText(request, 'x-name'), request);
      return sendJson(response, 200, {});
    }
    const body = await readJson(request);
    switch (pathname) {
      case '/session':
        response.setHeader('set-cookie', `${door.cookie}=${token}; HttpOnly; SameSite=Strict; Path=/picture`);
        return sendJson(response, 200, {});
      case '/shell': {
        const parsed = ShellRequest.safeParse(body);
        if (!parsed.success) throw new StudioError('invalid', 'shell.invalid', {}, 'This request is not understood.');
        return sendJson(response, 200, await shell.answer(parsed.data));
      }
      default: response.writeHead(404).end();
    }
  }

  /** A ticket, in the header `authorization: Ticket ...`, for the token. */
  function exchange({ headers }: IncomingMessage, response: ServerResponse): void {
    const refused = refuseContentType(headers, 'application/json');
    if (refused) return refuse(response, refused);
    if (tickets.spend(authorizationOf(headers, 'Ticket'))) return sendJson(response, 200, { token });
    options.log('warning', 'a page came with a ticket that is used up, too old, or none of this start');
    refuse(response, { status: 403, reason: 'This ticket was used, or is too old.' });
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE, handleProtocols: () => SUBPROTOCOL });
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
    const given = offered.find((part) => part !== SUBPROTOCOL) ?? '';
    // A browser always sends Origin with an upgrade, so its absence is a stranger too.
    const refused = refuseAddress(door, 'POST', request.headers);
    if (refused || request.url !== '/calls' || !offered.includes(SUBPROTOCOL) || !sameSecret(given, token)) {
      socket.end(`HTTP/1.1 ${refused?.status ?? 403} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  sockets.on('connection', (socket) => {
    socket.on('error', (error) => options.log('warning', 'a page broke the protocol', error));
    socket.on('message', (data, binary) => {
      if (binary) return socket.close(1003);
      let request: unknown;
      try {
        request = JSON.parse(data.toString());
      } catch {
        return socket.close(1007);
      }
      options.served.answer(request).then((response) => socket.send(JSON.stringify(response)), (error: unknown) => {
        options.log('error', 'a call was not answered', error);
        socket.close(1011);
      });
    });
  });
  const unsubscribe = options.served.subscribe((push) => {
    if (sockets.clients.size === 0) return;
    const text = JSON.stringify({ push });
    for (const socket of sockets.clients) socket.send(text);
  });

  const origin = `http://${door.hosts[0]}`;
  return {
    url: `${origin}/#token=${token}`,
    ticketUrl: () => `${origin}/#ticket=${tickets.issue()}`,
    origin,
    token,
    async close() {
      unsubscribe();
      for (const socket of sockets.clients) socket.close(1001);
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
      await shell.close();
    },
  };
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(reason);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** Header values are Latin-1, names of files are not: they come percent-encoded. */
function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  try {
    return typeof value === 'string' ? decodeURIComponent(value) : '';
  } catch {
    return '';
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > LARGEST_JSON) throw new StudioError('invalid', 'host.too-long', {}, 'This request is too long.');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch (cause) {
    throw new StudioError('invalid', 'host.not-json', {}, 'This request is not JSON.', { cause });
  }
}

const statusOf = ({ code }: StudioError): number => (code === 'not-found' ? 404 : code === 'internal' ? 500 : 400);
