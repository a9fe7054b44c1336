// Which blobs some row names; what is in none of them may be collected.
import type { Database } from './open.ts';

export function liveBlobs(db: Database): ReadonlySet<string> {
  return new Set(db.all<{ sha256: string }>('SELECT sha256 FROM live_blob').map(({ sha256 }) => sha256));
}
