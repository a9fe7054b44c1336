// Kill -9 of the host or of its training job, at random moments of labelling while a run trains: what was acknowledged must be there, and the page must go on by itself.
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import type { Push } from '#contract/events.ts';
import { loopbackLink } from '../../main/host/loopback-link.ts';
import type { LoopbackLink } from '../../main/host/loopback-link.ts';
import { stream } from '../../main/random.ts';
import type { Host } from '../host.ts';
import { notes } from './recorder.ts';

export interface Killed {
  readonly kills: { readonly host: number; readonly job: number };
  readonly acknowledged: { readonly changes: number; readonly epochs: number };
  readonly lost: { readonly changes: number; readonly epochs: number };
  /** How often the page took a label again without help. */
  readonly recovered: number;
}

/** @param runId of the run that trains meanwhile; it is resumed after each kill */
export async function killAtRandom(page: Page, host: Host, projectId: string, runId: string, times: number): Promise<Killed> {
  const moments = stream(3, 'kills of the screens');
  const changes = new Set<string>(), epochs = new Set<number>();
  const kills = { host: 0, job: 0 };
  let recovered = 0, lostChanges = 0, lostEpochs = 0;

  for (let round = 0; round < times; round++) {
    let link = await watched(host, runId, epochs);
    await resumed(link, projectId, runId);
    const until = Date.now() + 300 + moments.uniform(2 * round) * 4000;
    await pressUntil(page, () => Date.now() >= until);
    const job = jobOf(host.pid);
    if (round % 2 === 1 && job !== null) {
      kills.job++;
      process.kill(job, 'SIGKILL');
      for (const { patch } of (await notes(page)).acknowledged) changes.add(patch);
    } else {
      kills.host++;
      await host.kill();
      for (const { patch } of (await notes(page)).acknowledged) changes.add(patch);
      link.close();
      await host.start();
      link = await watched(host, runId, epochs);
    }
    recovered += await takesLabels(page) ? 1 : 0;
    const { patches } = await link.call('patch.since', { projectId, sequence: 0 });
    const kept = new Set(patches.map(({ patch }) => patch.id));
    lostChanges = [...changes].filter((id) => !kept.has(id)).length;
    const told = new Set((await link.call('run.events', { projectId, runId, after: 0 })).filter(({ body }) => body.type === 'epoch').map(({ sequence }) => sequence));
    lostEpochs = [...epochs].filter((sequence) => !told.has(sequence)).length;
    link.close();
  }
  return { kills, acknowledged: { changes: changes.size, epochs: epochs.size }, lost: { changes: lostChanges, epochs: lostEpochs }, recovered };
}

/** A line of our own to the host, over which epochs are heard as a page hears them. */
async function watched(host: Host, runId: string, epochs: Set<number>): Promise<LoopbackLink> {
  const link = await loopbackLink(host.door);
  link.on((push: Push) => { if (push.type === 'run.event' && push.runId === runId && push.event.body.type === 'epoch') epochs.add(push.event.sequence); });
  return link;
}

/** Lets the run go on where it was cut off. */
async function resumed(link: LoopbackLink, projectId: string, runId: string): Promise<void> {
  for (;;) {
    const { status } = await link.call('run.get', { projectId, runId });
    if (status === 'failed' || status === 'interrupted') return void await link.call('run.resume', { projectId, runId });
    if (status === 'running' && (await link.call('job.list', { projectId })).some(({ subjectId, status: job }) => subjectId === runId && job === 'running')) return;
    if (status === 'finished' || status === 'stopped') throw new Error('the run ended before the kills did; give it more epochs');
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Label keys, as fast as a quick person, until it is enough. */
async function pressUntil(page: Page, enough: () => boolean): Promise<void> {
  for (let key = 0; !enough(); key++) {
    await page.keyboard.press(key % 2 === 0 ? '1' : '2');
    await page.waitForTimeout(60);
  }
}

/** Whether a label key is acknowledged within a minute, without anything but waiting. */
async function takesLabels(page: Page): Promise<boolean> {
  await notes(page);
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    await page.waitForTimeout(200);
    if ((await notes(page)).acknowledged.length > 0 && await page.getByText('Fovea does not answer.').isHidden()) return true;
  }
  return false;
}

/** The process of a job of this host: found by its parent. */
function jobOf(host: number | null): number | null {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const found = rows.find((row) => Number(row?.[2]) === host && /jobs[\\/]child/.test(row?.[3] ?? ''));
  return found ? Number(found[1]) : null;
}
