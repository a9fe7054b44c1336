// Tickets that stand in for the token where others can read along: a program's command line. Each lets in one page, once, soon.
import { randomBytes } from 'node:crypto';
import { sameSecret } from './guard.ts';

/** Seconds until a ticket that nobody used is void: a browser starts within them even on a busy machine. */
export const TICKET_SECONDS = 60;

export interface Tickets {
  issue(): string;
  /** @returns whether it counts; from now on it never does again */
  spend(ticket: string): boolean;
}

/** @param now milliseconds of a clock that never goes back */
export function createTickets(now: () => number = () => performance.now()): Tickets {
  const open = new Map<string, number>();
  return {
    issue() {
      const ticket = randomBytes(32).toString('base64url');
      open.set(ticket, now() + TICKET_SECONDS * 1000);
      return ticket;
    },
    spend(given) {
      for (const [ticket, end] of open) if (now() > end) open.delete(ticket);
      const known = [...open.keys()].find((ticket) => sameSecret(given, ticket));
      return known !== undefined && open.delete(known);
    },
  };
}
