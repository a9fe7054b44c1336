// The pictures of a project as a screen needs them: ids by filter, rows by need, what is selected and where one is.
import type { Link } from '#contract/api.ts';
import type { ImageFilter, ImageOrder, ImageRow } from '#contract/overview.ts';
import type { Patch } from '#contract/patch.ts';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { changeRow, changesByImage } from './apply-patch.ts';

export const noFilter: ImageFilter = { label: 'any', status: null, subject: null, site: null, partition: null, duplicated: false, excluded: null, text: '' };
/** Rows come in blocks, so that scrolling asks seldom. */
const BLOCK = 120;
/** Most rows that one call may ask for. */
const MOST = 500;

export class Images {
  filter = $state.raw<ImageFilter>(noFilter);
  order = $state.raw<ImageOrder>('imported');
  ids = $state.raw<readonly string[]>([]);
  loaded = $state(false);
  /** True when labels changed since the list was made, so that it may hold pictures that no longer match. */
  outdated = $state(false);
  readonly rows = new SvelteMap<string, ImageRow>();
  readonly selection = new SvelteSet<string>();
  /** Position in `ids` of the picture one is at. */
  at = $state(0);
  #anchor = 0;
  #asked = 0;
  /** Rows that are shown but may have changed: asked for again when they are next needed. */
  readonly #stale = new Set<string>();
  readonly #coming = new Map<string, Promise<void>>();
  readonly #link: Link;
  readonly #projectId: string;

  readonly currentId = $derived(this.ids[this.at] ?? null);
  readonly current = $derived(this.currentId === null ? undefined : this.rows.get(this.currentId));
  readonly filtered = $derived(JSON.stringify(this.filter) !== JSON.stringify(noFilter));

  constructor(link: Link, projectId: string) {
    this.#link = link;
    this.#projectId = projectId;
  }

  /** Asks for the list again; one stays at the same picture where it is still there. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const ids = await this.#link.call('image.ids', { projectId: this.#projectId, filter: this.filter, order: this.order });
    if (asked !== this.#asked) return; // a later filter has been asked for meanwhile
    const current = this.currentId;
    this.ids = ids;
    this.loaded = true;
    this.outdated = false;
    const kept = current === null ? -1 : ids.indexOf(current);
    this.at = kept >= 0 ? kept : Math.max(0, Math.min(this.at, ids.length - 1));
    if (this.selection.size > 0) {
      const there = new Set(ids);
      for (const id of this.selection) if (!there.has(id)) this.selection.delete(id);
    }
  }

  setFilter(change: Partial<ImageFilter>): Promise<void> {
    this.filter = { ...this.filter, ...change };
    this.selection.clear();
    return this.refresh();
  }

  /** Orders the list anew. Where the least sure come first, one begins with the first. */
  async setOrder(order: ImageOrder): Promise<void> {
    this.order = order;
    await this.refresh();
    if (order === 'uncertain') this.moveTo(0);
  }

  /** Makes the rows of a stretch of the list come, in whole blocks. */
  ensure(first: number, last: number): void {
    const from = Math.max(0, Math.floor(first / BLOCK) * BLOCK), to = Math.min(this.ids.length, Math.ceil((last + 1) / BLOCK) * BLOCK);
    void this.#fetch(this.ids.slice(from, to));
  }

  /** Rows of these pictures, asked for where they are not there. */
  async rowsOf(ids: readonly string[]): Promise<ImageRow[]> {
    await this.#fetch(ids);
    await Promise.all(ids.map((id) => this.#coming.get(id)));
    return ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
  }

  async #fetch(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => (!this.rows.has(id) || this.#stale.has(id)) && !this.#coming.has(id));
    for (let start = 0; start < missing.length; start += MOST) {
      const block = missing.slice(start, start + MOST);
      const coming = this.#link.call('image.rows', { projectId: this.#projectId, ids: block }).then((rows) => {
        for (const row of rows) this.rows.set(row.image.id, row);
        for (const id of block) this.#stale.delete(id);
      }).finally(() => { for (const id of block) this.#coming.delete(id); });
      for (const id of block) this.#coming.set(id, coming);
      await coming;
    }
  }

  /** Asks for list and rows again; what is on screen stays until the new rows are there. */
  renew(): Promise<void> {
    for (const id of this.rows.keys()) this.#stale.add(id);
    return this.refresh();
  }

  /** Forgets the rows; what is on screen comes again. */
  async reload(): Promise<void> {
    this.rows.clear();
    await this.refresh();
  }

  /** @param changed told of every row that is here and changes */
  applyLocally(patch: Patch, changed: (before: ImageRow, after: ImageRow) => void): void {
    for (const [id, changes] of changesByImage(patch)) {
      const row = this.rows.get(id);
      if (!row) continue;
      const after = changeRow(row, changes);
      this.rows.set(id, after);
      changed(row, after);
    }
    if (this.filtered) this.outdated = true;
  }

  moveTo(at: number): void {
    this.at = Math.max(0, Math.min(at, this.ids.length - 1));
    this.#anchor = this.at;
  }

  /** Click, Ctrl-click and Shift-click. */
  select(at: number, how: 'only' | 'toggle' | 'range'): void {
    const id = this.ids[at];
    if (id === undefined) return;
    this.at = at;
    if (how === 'range') {
      const [from, to] = at < this.#anchor ? [at, this.#anchor] : [this.#anchor, at];
      this.selection.clear();
      for (const other of this.ids.slice(from, to + 1)) this.selection.add(other);
      return;
    }
    this.#anchor = at;
    if (how === 'toggle') this.selection.has(id) ? this.selection.delete(id) : this.selection.add(id);
    else {
      this.selection.clear();
      this.selection.add(id);
    }
  }

  selectAll(): void {
    for (const id of this.ids) this.selection.add(id);
  }
}
