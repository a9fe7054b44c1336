// Blobs that a trial makes stay in memory: a comparison keeps figures, no models, and must leave nothing behind in the project.
import { createHash } from 'node:crypto';
import type { Blobs } from '../../blobs/index.ts';

export interface MemoryBlobs extends Blobs {
  /** Gives back the memory of one that nobody will read. */
  drop(sha256: string): void;
}

/** What is put in is kept in memory; everything else is read from the project. */
export function memoryBlobs(project: Blobs): MemoryBlobs {
  const own = new Map<string, Buffer>();
  return {
    ...project,
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      own.set(sha256, Buffer.from(bytes));
      return sha256;
    },
    async get(sha256) {
      return own.get(sha256) ?? project.get(sha256);
    },
    has: (sha256) => own.has(sha256) || project.has(sha256),
    drop: (sha256) => void own.delete(sha256),
  };
}
