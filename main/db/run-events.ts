// What runs told, by sequence number: stored before it is published, so that nobody hears of what a crash can take back.
import { RunEvent, RunEventBody } from '#contract/run-events.ts';
import { fromJson } from './json.ts';
import type { Database } from './open.ts';

export function appendRunEvent(db: Database, runId: string, body: RunEventBody): RunEvent {
  return db.transaction(() => {
    const last = db.get<{ sequence: number }>('SELECT coalesce(max(sequence), 0) AS sequence FROM run_event WHERE run_id = ?', runId);
    const event: RunEvent = { sequence: (last?.sequence ?? 0) + 1, at: new Date().toISOString(), body };
    db.run('INSERT INTO run_event (run_id, sequence, at, body) VALUES (?, ?, ?, ?)', runId, event.sequence, event.at, JSON.stringify(body));
    return event;
  });
}

export function runEvents(db: Database, runId: string, after = 0): RunEvent[] {
  return db.all<{ sequence: number; at: string; body: string }>('SELECT sequence, at, body FROM run_event WHERE run_id = ? AND sequence > ? ORDER BY sequence', runId, after)
    .map(({ sequence, at, body }) => RunEvent.parse({ sequence, at, body: fromJson(RunEventBody, body) }));
}

/** Blob of the last checkpoint; null when the run has made none. */
export function lastCheckpoint(db: Database, runId: string): string | null {
  return db.get<{ blob: string }>("SELECT json_extract(body, '$.blob') AS blob FROM run_event WHERE run_id = ? AND json_extract(body, '$.type') = 'checkpoint' ORDER BY sequence DESC LIMIT 1", runId)?.blob ?? null;
}

/**
 * Forgets all checkpoints of a run but the last ones.
 * @returns blobs that no row names any more
 */
export function forgetCheckpoints(db: Database, runId: string, keep: number): string[] {
  return db.transaction(() => {
    const old = db.all<{ sequence: number; blob: string }>(
      "SELECT sequence, json_extract(body, '$.blob') AS blob FROM run_event WHERE run_id = ? AND json_extract(body, '$.type') = 'checkpoint' ORDER BY sequence DESC LIMIT -1 OFFSET ?", runId, keep);
    for (const { sequence } of old) db.run('DELETE FROM run_event WHERE run_id = ? AND sequence = ?', runId, sequence);
    return old.map(({ blob }) => blob).filter((blob) => db.get('SELECT 1 FROM live_blob WHERE sha256 = ?', blob) === undefined);
  });
}

/** Forgets how far each epoch was at which moment, which nobody asks for once a run has ended. */
export function forgetProgress(db: Database, runId: string): void {
  db.run("DELETE FROM run_event WHERE run_id = ? AND json_extract(body, '$.type') = 'progress'", runId);
}
