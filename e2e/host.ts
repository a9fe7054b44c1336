// A loopback host of its own for a test: the real command line, in a home of its own, that can be killed and started again.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { homeFolder } from '../main/home.ts';

const command = fileURLToPath(new URL('../main/cli/index.ts', import.meta.url));

export class Host {
  /** Everything of the test lies below it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'fovea-e2e-'));
  /** The project that a page finds open; null = the list of projects. */
  readonly project: string | null;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #home = makeHome(this.folder);
  #child: ChildProcess | null = null;
  #port = 0;
  url = '';

  /** @param project makes the project in the folder of the test, and says where it is */
  constructor(project: (folder: string) => string | null = () => null) {
    this.project = project(this.folder);
  }

  /** Starts, or starts again where it was: pages that are open find it by the same address and token. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [command, 'serve', ...(this.project === null ? [] : [this.project]), '--json', '--no-open', '--port', String(this.#port)], {
      env: { ...process.env, FOVEA_HOME: this.#home, FOVEA_TOKEN: this.#token, HOME: this.folder, USERPROFILE: this.folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const first = await new Promise<string>((done, failed) => {
      createInterface({ input: child.stdout! }).once('line', done);
      child.once('exit', (code) => failed(new Error(`the host ended with code ${code}`)));
    });
    this.url = (JSON.parse(first) as { url: string }).url;
    this.#port = Number(new URL(this.url).port);
  }

  /** Number of the process; null while it does not run. */
  get pid(): number | null { return this.#child?.pid ?? null; }

  /** What lets a program in, as the page is let in. */
  get door(): { readonly origin: string; readonly token: string } { return { origin: new URL(this.url).origin, token: this.#token }; }

  /** Without warning, as a crash or a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((done) => { child.once('exit', done); child.kill('SIGKILL'); });
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child && child.exitCode === null && child.signalCode === null) await new Promise((done) => { child.once('exit', done); child.kill('SIGTERM'); });
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A person's own folder, new, in which only the engine pack of this machine is found again: it is large and only read. */
export function makeHome(folder: string): string {
  const home = join(folder, 'home'), engines = join(homeFolder(), 'engines');
  mkdirSync(home);
  if (existsSync(engines)) symlinkSync(engines, join(home, 'engines'), 'junction');
  return home;
}
