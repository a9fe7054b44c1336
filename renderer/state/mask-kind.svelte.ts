// Whether the masks of a project are of objects or of classes: as the imported ones look, until a person chooses.
import type { Link } from '#contract/api.ts';
import type { Patch } from '#contract/patch.ts';
import type { MaskKind } from '#contract/words.ts';
import { t } from '../messages/index.svelte.ts';
import type { Changes } from './changes.svelte.ts';

export class MaskKindOf {
  #chosen = $state.raw<MaskKind | null>(null);
  #imported = $state.raw<MaskKind>('objects');
  readonly now = $derived(this.#chosen ?? this.#imported);
  readonly #link: Link;
  readonly #projectId: string;
  readonly #changes: Changes;

  constructor(link: Link, projectId: string, changes: Changes) {
    this.#link = link;
    this.#projectId = projectId;
    this.#changes = changes;
  }

  async load(): Promise<void> {
    const { chosen, imported } = await this.#link.call('project.maskKind', { projectId: this.#projectId });
    this.#chosen = chosen;
    this.#imported = imported;
  }

  /** One step that can be undone. What is drawn already stays as it is. */
  choose(kind: MaskKind): void {
    if (kind === this.now) return;
    // A refusal stands in the status bar and on Label.
    void this.#changes.apply(t(`change.mask.kind.${kind}`), [{ of: 'project', id: this.#projectId, from: { maskKind: this.#chosen }, to: { maskKind: kind } }]).catch(() => undefined);
  }

  applyLocally({ changes }: Patch): void {
    for (const change of changes) if (change.of === 'project') this.#chosen = change.to.maskKind;
  }
}
