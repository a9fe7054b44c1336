import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTickets, TICKET_SECONDS } from './tickets.ts';

test('a ticket lets in once, and the others stay good', () => {
  const tickets = createTickets(), first = tickets.issue(), second = tickets.issue();
  assert.notEqual(first, second);
  assert.match(first, /^[\w-]{43}$/, '256 random bits that an address can hold');
  assert.equal(tickets.spend(first), true);
  assert.equal(tickets.spend(first), false);
  assert.equal(tickets.spend(second), true);
});

test('what is no ticket lets nobody in: nothing, a part of one, one of another host', () => {
  const tickets = createTickets(), ticket = tickets.issue();
  for (const wrong of ['', ticket.slice(1), `${ticket}A`, createTickets().issue()]) assert.equal(tickets.spend(wrong), false, wrong);
  assert.equal(tickets.spend(ticket), true, 'wrong tries cost the right one nothing');
});

test('a ticket that nobody used in time is void', () => {
  let now = 0;
  const tickets = createTickets(() => now), early = tickets.issue(), late = tickets.issue();
  now = TICKET_SECONDS * 1000;
  assert.equal(tickets.spend(early), true);
  now++;
  assert.equal(tickets.spend(late), false);
});
