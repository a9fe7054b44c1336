// Decides whether a request may reach the studio at all: the page of this host, in this browser, with this start's token.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a host knows about itself. */
export interface Door {
  /** The host and port that the page was loaded from, e.g. `127.0.0.1:41523`. */
  readonly hosts: readonly string[];
  readonly token: string;
  /** Name of the cookie that lets pictures load; it holds the token. */
  readonly cookie: string;
}

export interface Refusal { readonly status: 403 | 415 | 421; readonly reason: string }

/**
 * Checks the addresses of a request: a name that is not ours means DNS rebinding, an origin that is not ours means another page.
 * A browser sends Origin with everything but plain GETs; Sec-Fetch-Site tells whose page asks for those.
 */
export function refuseAddress(door: Door, method: string, headers: IncomingHttpHeaders): Refusal | null {
  const { host, origin } = headers;
  if (host === undefined || !door.hosts.includes(host)) return { status: 421, reason: 'This host answers only under its own address.' };
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return { status: 403, reason: `${method} is not answered.` };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, reason: 'Another page asked.' };
  if (origin === undefined ? method === 'POST' : origin !== `http://${host}`) return { status: 403, reason: 'Another page asked.' };
  return null;
}

/** Checks who asks: the token of this start, in the header `authorization: Bearer ...`. */
export function refuseToken(door: Door, headers: IncomingHttpHeaders): Refusal | null {
  return sameSecret(authorizationOf(headers, 'Bearer'), door.token) ? null : { status: 403, reason: 'The token is missing or from an earlier start.' };
}

/** The secret in `authorization: SCHEME secret`; empty when there is none of this scheme. */
export function authorizationOf({ authorization }: IncomingHttpHeaders, scheme: 'Bearer' | 'Ticket'): string {
  return authorization?.startsWith(`${scheme} `) ? authorization.slice(scheme.length + 1) : '';
}

/** Checks the cookie that pictures come with: an <img> cannot send a header. */
export function refuseCookie(door: Door, headers: IncomingHttpHeaders): Refusal | null {
  const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim());
  const given = cookies.find((part) => part.startsWith(`${door.cookie}=`))?.slice(door.cookie.length + 1) ?? '';
  return sameSecret(given, door.token) ? null : { status: 403, reason: 'This page has no session with this host.' };
}

/** Only JSON, said as such: what a form or a careless page can send is refused. */
export function refuseContentType(headers: IncomingHttpHeaders, expected: string): Refusal | null {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === expected ? null : { status: 415, reason: `Send ${expected}.` };
}

/** Compares without telling by its time how much was right. */
export function sameSecret(given: string, secret: string): boolean {
  const a = Buffer.from(given), b = Buffer.from(secret);
  return a.length === b.length && timingSafeEqual(a, b);
}
