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
  readonly #token = randomBytes(24).toString('base64url');
  #child: ChildProcess | null = null;
  #port = 0;
  url = '';

  constructor() {
    const home = join(this.folder, 'home');
    mkdirSync(home);
    // The engine pack of this machine is large and only read.
    const engines = join(homeFolder(), 'engines');
    if (existsSync(engines)) symlinkSync(engines, join(home, 'engines'), 'junction');
  }

  /** Starts, or starts again where it was: pages that are open find it by the same address and token. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [command, 'serve', '--json', '--no-open', '--port', String(this.#port)], {
      env: { ...process.env, FOVEA_HOME: join(this.folder, 'home'), FOVEA_TOKEN: this.#token, HOME: this.folder, USERPROFILE: this.folder },
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
