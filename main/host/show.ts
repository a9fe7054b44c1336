// Opens what showing.ts chose, and ends it again.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endGroup, killGroup } from './process-group.ts';
import type { Showing } from './showing.ts';

export interface Shown {
  /** One sentence: what was opened, and why that. */
  readonly sentence: string;
  /** Resolves when the person closes the window; never for a browser that is not ours. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** A browser that ends sooner has not shown a window: it handed the address to one that runs already, or it failed. */
const SHORTEST = 3000;

/**
 * Opens the screens. Never fails: what cannot be opened is told, and the person opens the printed address.
 * @param url stands in the browser's command line, which others can read: with a ticket, never with the token
 * @param home the browser's own profile lies there, apart from the person's tabs and extensions
 */
export async function show(showing: Showing, url: string, home: string): Promise<Shown> {
  const never = new Promise<void>(() => undefined);
  const nothing = (sentence: string): Shown => ({ sentence, closed: never, close: async () => undefined });
  if (showing.kind === 'address') return nothing(`Open the address in a browser: ${showing.why}, so no window is opened.`);
  const args = showing.kind === 'browser' ? [...showing.args, url]
    : [`--app=${url}`, `--user-data-dir=${join(home, 'browser')}`, '--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--window-size=1280,860'];
  const started = Date.now();
  // A group of its own, so that a browser of many processes can be ended as one.
  const child = spawn(showing.program, args, { stdio: 'ignore', detached: process.platform !== 'win32' });
  const failure = await new Promise<Error | null>((done) => child.once('spawn', () => done(null)).once('error', done));
  if (failure !== null) return nothing(`Open the address in a browser: ${showing.program} did not start (${failure.message}).`);
  if (showing.kind === 'browser') {
    child.unref();
    return nothing(`Opened in the default browser: ${showing.why}.`);
  }
  // A second Ctrl-C does not wait for anything, and still leaves no window behind.
  const leave = () => killGroup(child);
  process.once('exit', leave);
  const closed = new Promise<void>((done) => child.once('exit', () => {
    process.off('exit', leave);
    if (Date.now() - started >= SHORTEST) done();
  }));
  return { sentence: `Opened in a window of its own: ${showing.why}.`, closed, close: () => endGroup(child) };
}
