// What label keys do: on Label to the picture one is at, on Images to the selected ones.
import type { ImageRow } from '#contract/overview.ts';
import type { Change } from '#contract/patch.ts';
import type { ClassRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import { changeBox, selectedBox } from './box-acts.ts';
import { acceptClasses, editChange, setClass, setStatus, toggleClass, wholeLabels } from './labelling.ts';
import { chooseClass } from './mask-acts.ts';
import type { Project } from './project.svelte.ts';
import { undecided } from './proposals.svelte.ts';
import type { Proposal } from './proposals.svelte.ts';
import type { Session } from './session.svelte.ts';

/** The pictures that a key is about: the selection, or the one picture one is at. */
export function targets({ screen, project }: Session): readonly string[] {
  if (project === null) return [];
  const { selection, currentId, ids } = project.images;
  if (screen === 'images' && selection.size > 0) return ids.filter((id) => selection.has(id));
  return currentId === null ? [] : [currentId];
}

/** Gives a class: to the selected shape, to the next one while shapes are drawn, else to the picture; in a multi-label project gives it or takes it back. */
export function giveClass(session: Session, one: ClassRecord): Promise<void> {
  const { project, view } = session;
  if (project === null) return Promise.resolve();
  if (session.screen === 'label' && project.record.task === 'segmentation') return chooseClass(session, one);
  const box = selectedBox(session);
  if (session.screen === 'label' && (box !== null || view.tool === 'box')) {
    view.boxClass = one.id;
    return box === null || box.classId === one.id ? Promise.resolve() : changeBox(session, box, { classId: one.id });
  }
  const several = project.record.task === 'multilabel';
  return change(session, (n) => t('change.class', { n, name: one.name }), (row) => (several ? toggleClass : setClass)(row, one.id, project.labelling()), !several);
}

/** Accepts what the model proposes for the picture one is at. */
export function acceptProposal(session: Session): Promise<void> {
  const { project } = session;
  if (project === null) return Promise.resolve();
  const { modelId } = project.proposals, several = project.record.task === 'multilabel';
  const names = openProposals(project).map(({ one }) => one.name).join(', ');
  return change(session, () => t('change.accepted', { name: names }), (row) => acceptClasses(row, project.proposed(row.image.id).map(({ one }) => one.id), several, { ...project.labelling(), source: 'accepted', modelId }), true);
}

/** Proposals for the picture one is at, while nobody has decided about it. */
export function openProposals(project: Project): readonly Proposal[] {
  const row = project.images.current;
  return row && undecided(row) ? project.proposed(row.image.id) : [];
}

export function beUnsure(session: Session): Promise<void> {
  return change(session, (n) => t('change.unsure', { n }), (row) => setStatus(row, 'unsure'), true);
}

export function skip(session: Session): Promise<void> {
  return change(session, (n) => t('change.skipped', { n }), (row) => setStatus(row, 'skipped'), true);
}

/** Takes all classes of the picture as a whole away. */
export function clearLabel(session: Session): Promise<void> {
  return change(session, (n) => t('change.cleared', { n }), (row) => setStatus(row, 'open'), false);
}

export function exclude(session: Session, excluded: boolean): Promise<void> {
  return change(session, (n) => (excluded ? t('change.excluded', { n }) : t('change.included', { n })), (row) => editChange(row, { excluded }), false);
}

export function setSubject(session: Session, subject: string | null): Promise<void> {
  return change(session, (n) => t('change.subject', { n, subject: subject ?? '–' }), (row) => editChange(row, { subject }), false);
}

async function change(session: Session, title: (n: number) => string, changes: (row: ImageRow) => readonly Change[], moves: boolean): Promise<void> {
  const { project } = session;
  if (project === null) return;
  const ids = targets(session);
  const bulk = session.screen === 'images';
  // On Label the next picture comes with the key, not with the acknowledgement.
  const [only] = ids;
  const row = ids.length === 1 && only !== undefined ? project.images.rows.get(only) : undefined;
  const done = row ? project.changes.apply(title(1), changes(row)).then(() => 1) : project.changePictures(ids, title, changes);
  if (!bulk && moves && session.settings.advance) step(project, 1);
  const n = await done.catch(() => 0); // the reason stands in the status bar and on Label
  if (bulk && n > 0) session.toasts.show(title(n), { undo: true });
}

export function step(project: Project, by: number): void {
  project.images.moveTo(project.images.at + by);
}

/** Goes to the next picture that nobody has decided about, from here on and then from the start. */
export async function nextOpen(project: Project): Promise<boolean> {
  const open = await project.link.call('image.ids', { projectId: project.id, filter: { label: 'unlabelled', status: 'open' } });
  const undecided = new Set(open);
  const { ids, at } = project.images;
  for (let step = 1; step <= ids.length; step++) {
    const place = (at + step) % ids.length, id = ids[place];
    if (id !== undefined && undecided.has(id)) {
      project.images.moveTo(place);
      return true;
    }
  }
  return false;
}

/** The class of a picture as a whole, when it has one; where masks are drawn, that of the first. */
export function classOf(project: Project, row: ImageRow | undefined): ClassRecord | null {
  const [label] = row ? (project.record.task === 'segmentation' ? row.annotations : wholeLabels(row)) : [];
  return label === undefined ? null : project.classById.get(label.classId) ?? null;
}
