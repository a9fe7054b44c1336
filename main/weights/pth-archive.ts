// The archive around a .pth file: a ZIP whose entries are stored as they are. Nothing is ever written to disk under an entry's name.
import { LIMITS, refusePth } from './pth-refusal.ts';

const END = 0x06054b50, DIRECTORY = 0x02014b50, LOCAL = 0x04034b50;
const END_BYTES = 22, DIRECTORY_BYTES = 46, LOCAL_BYTES = 30;
/** What a 32-bit field holds when the number is in a 64-bit one elsewhere. */
const ELSEWHERE = 0xffffffff;

interface Entry {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * The entries by their name without the archive's own folder, e.g. `data.pkl`, `data/0`; views into the file.
 * Specification: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16; PyTorch writes no compression, no folders, and one folder name before all.
 * @throws StudioError `unreadable`, see PthReason
 */
export function readArchive(file: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { count, start, end } = directoryOf(file, view);
  const entries = new Map<string, Entry>();
  let at = start, root: string | null = null;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(file, view, at, { directory: start, end });
    const slash = entry.name.indexOf('/');
    root ??= entry.name.slice(0, slash);
    if (slash < 1 || entry.name.slice(0, slash) !== root) refusePth('bad-name', 'its entries do not lie in one folder', entry.name);
    const name = entry.name.slice(slash + 1);
    if (entries.has(name)) refusePth('duplicate-entry', 'it has one entry twice', name);
    entries.set(name, entry);
    at = entry.next;
  }
  if (at !== end) refusePth('truncated', 'its list of entries is not as long as it says');
  const inOrder = [...entries.values()].sort((a, b) => a.begin - b.begin);
  inOrder.forEach(({ begin, name }, i) => {
    if (begin < (inOrder[i - 1]?.end ?? 0)) refusePth('overlap', 'two of its entries share bytes', name);
  });
  return new Map([...entries].map(([name, { begin, end: stop }]) => [name, file.subarray(begin, stop)]));
}

function directoryOf(file: Uint8Array, view: DataView): { readonly count: number; readonly start: number; readonly end: number } {
  // Behind the record comes a comment of at most 65,535 bytes, whose length it states.
  for (let at = file.byteLength - END_BYTES; at >= Math.max(0, file.byteLength - END_BYTES - 0xffff); at--) {
    if (view.getUint32(at, true) !== END || at + END_BYTES + view.getUint16(at + 20, true) !== file.byteLength) continue;
    const count = view.getUint16(at + 10, true), size = view.getUint32(at + 12, true), start = view.getUint32(at + 16, true);
    if (count === 0xffff || size === ELSEWHERE || start === ELSEWHERE) refusePth('too-large', 'it is larger than four gigabytes, or has more than 65,000 entries');
    if (count > LIMITS.entries) refusePth('too-many-entries', `it has ${count} entries`);
    if (view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count) refusePth('truncated', 'it is one part of several');
    if (start + size > at) refusePth('truncated', 'its list of entries lies outside the file');
    return { count, start, end: start + size };
  }
  return refusePth('truncated', 'its end is missing');
}

function readEntry(file: Uint8Array, view: DataView, at: number, { directory, end: limit }: { readonly directory: number; readonly end: number }): Entry & { readonly next: number } {
  if (at + DIRECTORY_BYTES > limit || view.getUint32(at, true) !== DIRECTORY) refusePth('truncated', 'its list of entries is damaged');
  const flags = view.getUint16(at + 8, true), method = view.getUint16(at + 10, true);
  const stored = view.getUint32(at + 20, true), size = view.getUint32(at + 24, true);
  const nameLength = view.getUint16(at + 28, true), local = view.getUint32(at + 42, true);
  const next = at + DIRECTORY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > limit) refusePth('truncated', 'its list of entries is damaged');
  const name = readName(file.subarray(at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + nameLength));
  if ((flags & 1) !== 0) refusePth('encrypted', 'an entry is encrypted', name);
  if (method !== 0 || stored !== size) refusePth('compressed', 'an entry is compressed, which PyTorch does not do', name);
  if (size === ELSEWHERE || local === ELSEWHERE) refusePth('too-large', 'an entry is larger than four gigabytes', name);

  if (local + LOCAL_BYTES > directory || view.getUint32(local, true) !== LOCAL) refusePth('truncated', 'an entry is not where it should be', name);
  const begin = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const ownName = file.subarray(local + LOCAL_BYTES, local + LOCAL_BYTES + view.getUint16(local + 26, true));
  if (readName(ownName) !== name || view.getUint16(local + 8, true) !== method) refusePth('bad-name', 'an entry is called otherwise in the list', name);
  if (begin + size > directory) refusePth('truncated', 'an entry reaches beyond the file', name);
  return { name, begin, end: begin + size, next };
}

/** Names that would lead out of a folder are refused although they are never used as paths: no honest writer makes them. */
function readName(bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refusePth('bad-name', 'the name of an entry is not UTF-8');
  }
  if (name.length > LIMITS.nameLength || /[\\:\u0000-\u001f]/.test(name) || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    refusePth('bad-name', 'the name of an entry is no plain path', name);
  }
  return name;
}
