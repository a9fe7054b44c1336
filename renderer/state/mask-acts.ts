// What is done with masks on the picture one is at: each stroke, click, button or key is one patch and can be undone.
import type { ImageRow } from '#contract/overview.ts';
import type { Geometry, Mask, Polygon } from '#contract/geometry.ts';
import { components, fillHoles } from '#contract/masks/components.ts';
import { fromBox, fromPolygon, toPolygons } from '#contract/masks/polygons.ts';
import { area, emptyMask, sameMask } from '#contract/masks/runs.ts';
import { subtract } from '#contract/masks/sets.ts';
import { simplified } from '#contract/masks/simplify.ts';
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import type { Edit, EditedObject } from '../tools/mask-edit.ts';
import type { Corners } from '../tools/polygon-tool.ts';
import { classOfNextBox } from './box-acts.ts';
import { editChange } from './labelling.ts';
import type { MaskProposal } from './mask-proposals.svelte.ts';
import type { Session } from './session.svelte.ts';

export interface MaskAnnotation extends EditedObject { readonly annotation: AnnotationRecord }

/** Pixels of shapes, drawn once. */
const drawn = new WeakMap<Geometry, Mask>();

/** Masks and polygons of a picture as pixels, lowest first. */
export function masksOf(row: ImageRow | undefined): readonly MaskAnnotation[] {
  return row?.annotations.flatMap((annotation) => {
    const { id, classId, geometry } = annotation;
    if (geometry === null || geometry.shape === 'box') return [];
    if (geometry.shape === 'mask') return [{ id, classId, mask: geometry, annotation }];
    let mask = drawn.get(geometry);
    if (mask === undefined) drawn.set(geometry, mask = fromPolygon(geometry, row.image));
    return [{ id, classId, mask, annotation }];
  }) ?? [];
}

export const segmenting = ({ project }: Session): boolean => project?.record.task === 'segmentation';

/** The annotation that is selected on the picture, of whatever shape. */
export function selectedShape({ project, view, screen }: Session): AnnotationRecord | null {
  if (project === null || screen !== 'label') return null;
  return project.images.current?.annotations.find(({ id, geometry }) => id === view.box && geometry !== null) ?? null;
}

/** The class that is drawn with. */
export const classInHand = classOfNextBox;

/** Writes what a tool made of the masks. Without any class it asks for one first. */
export function applyEdit(session: Session, { change, remove, add }: Edit, title: (name: string) => string): Promise<void> {
  const row = session.project?.images.current, one = classInHand(session);
  if (!session.project || !row) return Promise.resolve();
  if (one === null && add !== null) {
    session.overlay = 'new-class';
    return Promise.resolve();
  }
  const byId = new Map(row.annotations.map((annotation) => [annotation.id, annotation]));
  const changes: Change[] = [
    ...change.flatMap(({ id, mask }) => changed(session, byId.get(id), mask)),
    ...remove.flatMap((id) => removed(byId.get(id))),
    ...(add !== null && one !== null ? [added(session, row, one.id, add)] : []),
  ];
  return apply(session, row, title(one?.name ?? ''), changes);
}

/** Draws a shape of the class in hand. It is not selected: what is drawn next is a shape of its own. */
export async function addShape(session: Session, geometry: Geometry): Promise<void> {
  const row = session.project?.images.current, one = classInHand(session);
  if (!row) return;
  if (one === null) {
    session.overlay = 'new-class';
    return;
  }
  await apply(session, row, t('change.mask.add', { name: one.name }), [added(session, row, one.id, geometry)]);
}

/** Keeps what a model proposes for the picture: it is the person's from then on, and says which model drew it. @returns the ids of the new masks by those of the proposals */
export function keepProposals(session: Session, wanted: readonly MaskProposal[]): ReadonlyMap<string, string> {
  const { project } = session, row = project?.images.current, ids = new Map<string, string>();
  if (!project || !row) return ids;
  const { newId, reader } = project.labelling();
  const changes = wanted.flatMap(({ id, className, mask, modelId }): Change[] => {
    const one = project.classByName.get(className), own = newId();
    if (one === undefined) return [];
    ids.set(id, own);
    return [{ of: 'annotation', id: own, from: null, to: { id: own, imageId: row.image.id, classId: one.id, geometry: mask, source: 'accepted', reader, modelId } }];
  });
  project.maskProposals.settle(row.image.id, new Set(ids.keys()));
  void apply(session, row, t('change.mask.kept', { n: changes.length }), changes);
  return ids;
}

/** The proposal that is selected on the picture. */
export function selectedProposal({ project, view }: Session): MaskProposal | null {
  return project?.maskProposals.of(project.images.current?.image.id).find(({ id }) => id === view.box) ?? null;
}

/** Gives the selected shape another form. */
export function changeShape(session: Session, from: AnnotationRecord, geometry: Geometry): Promise<void> {
  return act(session, t('change.mask.edit', { name: nameOf(session, from) }), changed(session, from, geometry));
}

/** Makes two polygons of the selected one. */
export function partPolygon(session: Session, from: AnnotationRecord, halves: readonly [Corners, Corners]): Promise<void> {
  const row = session.project?.images.current;
  const [first, second] = halves.map((points): Polygon => ({ shape: 'polygon', points: points.map(([x, y]): [number, number] => [x, y]) })) as [Polygon, Polygon]; // two halves
  return row ? act(session, t('change.mask.separate'), [...changed(session, from, first), added(session, row, from.classId, second)]) : Promise.resolve();
}

/** Takes a class in hand, and gives it to the selected shape. */
export function chooseClass(session: Session, one: ClassRecord): Promise<void> {
  session.view.boxClass = one.id;
  const from = selectedShape(session);
  if (from === null || from.classId === one.id) return Promise.resolve();
  return act(session, t('change.mask.class', { name: one.name }), [{ of: 'annotation', id: from.id, from, to: { ...from, classId: one.id, reader: readerOf(session) } }]);
}

export function deleteShape(session: Session): Promise<void> {
  const from = selectedShape(session);
  if (from === null) return Promise.resolve();
  session.view.box = null;
  return act(session, t('change.mask.delete', { name: nameOf(session, from) }), removed(from));
}

/** Fills the holes of the selected mask, or of all of the class in hand. */
export function fillHolesOf(session: Session): Promise<void> {
  const one = classInHand(session), selected = selectedShape(session);
  const changes = masksOf(session.project?.images.current).filter(({ annotation }) => (selected ? annotation === selected : annotation.classId === one?.id)).flatMap(({ mask, annotation }) => {
    const filled = fillHoles(mask);
    return area(filled) === area(mask) ? [] : changed(session, annotation, filled);
  });
  return act(session, t('change.mask.holes'), changes);
}

/** Parts of a mask that do not hang together become masks of their own. */
export function separate(session: Session): Promise<void> {
  const selected = selectedShape(session), row = session.project?.images.current, found = masksOf(row).find(({ annotation }) => annotation === selected);
  const [first, ...others] = found ? components(found.mask) : [];
  if (!row || !found || !first || others.length === 0) return Promise.resolve();
  return act(session, t('change.mask.separate'), [...changed(session, found.annotation, first), ...others.map((part) => added(session, row, found.classId, part))]);
}

/** Takes the part of a mask that hangs together with a pixel out of it, as a mask of the class in hand, and selects it. */
export function pickComponent(session: Session, id: string, part: Mask): Promise<void> {
  const row = session.project?.images.current, one = classInHand(session), found = masksOf(row).find((mask) => mask.id === id);
  if (!row || !found || one === null) return Promise.resolve();
  if (sameMask(part, found.mask)) {
    session.view.box = id;
    return Promise.resolve();
  }
  const own = added(session, row, one.id, part);
  session.view.box = own.id;
  return act(session, t('change.mask.separate'), [...changed(session, found.annotation, subtract(found.mask, part)), own]);
}

/** Puts the masks of the picture before this one onto this one, where both are of one size. */
export async function copyLast(session: Session): Promise<void> {
  const { project } = session, row = project?.images.current, before = project?.images.ids[project.images.at - 1];
  if (!project || !row || before === undefined) return;
  const [last] = await project.images.rowsOf([before]);
  if (!last || last.image.width !== row.image.width || last.image.height !== row.image.height) {
    session.toasts.show(t('mask.copyOther'));
    return;
  }
  await apply(session, row, t('change.mask.copy', { n: masksOf(last).length }), masksOf(last).map(({ annotation }) => added(session, row, annotation.classId, annotation.geometry!)));
}

/** Says that nothing is to be seen on the picture: that is a label too, and a network learns from it. */
export function markEmpty(session: Session): Promise<void> {
  const row = session.project?.images.current;
  return !row || masksOf(row).length > 0 ? Promise.resolve() : addShape(session, emptyMask(row.image));
}

/** A box or polygon becomes the pixels in it, and a mask its outline with corners to move: exact along the pixels, or with fewer corners. */
export function convert(session: Session, to: 'mask' | 'polygon', tolerance = 0.75): Promise<void> {
  const row = session.project?.images.current, from = selectedShape(session);
  if (!row || !from || from.geometry === null || from.geometry.shape === to) return Promise.resolve();
  const { geometry } = from, mask = geometry.shape === 'mask' ? geometry : geometry.shape === 'box' ? fromBox(geometry, row.image) : fromPolygon(geometry, row.image);
  if (area(mask) === 0) return Promise.resolve();
  const [first, ...others] = to === 'mask' ? [mask] : toPolygons(mask).map(({ points }): Geometry => ({ shape: 'polygon', points: simplified(points, tolerance).map(([x, y]): [number, number] => [x, y]) }));
  if (!first) return Promise.resolve();
  return act(session, t(to === 'mask' ? 'change.mask.toMask' : 'change.mask.toPolygon'), [...changed(session, from, first), ...others.map((one) => added(session, row, from.classId, one))]);
}

/** The next or the previous shape of the picture, round and round. */
export function stepShape(session: Session, by: number): void {
  const row = session.project?.images.current, all = [...row?.annotations.filter(({ geometry }) => geometry !== null) ?? [], ...session.project?.maskProposals.of(row?.image.id) ?? []];
  const at = all.findIndex(({ id }) => id === session.view.box);
  session.view.box = all.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % all.length)?.id ?? null;
}

const nameOf = ({ project }: Session, { classId }: AnnotationRecord) => project?.classById.get(classId)?.name ?? '';
const readerOf = ({ project }: Session) => project?.labelling().reader ?? null;

function added({ project }: Session, row: ImageRow, classId: string, geometry: Geometry): Extract<Change, { of: 'annotation' }> {
  const { newId, ...said } = project!.labelling(); // the row is of the project
  const to: AnnotationRecord = { id: newId(), imageId: row.image.id, classId, geometry, ...said };
  return { of: 'annotation', id: to.id, from: null, to };
}

/** What a model proposed and a person corrected stays marked as such, with the model's id: the log of changes holds both. */
function changed(session: Session, from: AnnotationRecord | undefined, geometry: Geometry): Change[] {
  if (from === undefined) return [];
  const source = from.source === 'accepted' ? 'accepted' : 'person';
  return [{ of: 'annotation', id: from.id, from, to: { ...from, geometry, source, reader: readerOf(session) } }];
}

function removed(from: AnnotationRecord | undefined): Change[] {
  return from === undefined ? [] : [{ of: 'annotation', id: from.id, from, to: null }];
}

function act(session: Session, title: string, changes: readonly Change[]): Promise<void> {
  const row = session.project?.images.current;
  return row ? apply(session, row, title, changes) : Promise.resolve();
}

/** A refusal stands in the status bar and on Label. */
function apply(session: Session, row: ImageRow, title: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return Promise.resolve();
  return session.project?.changes.apply(title, [...editChange(row, { status: 'open' }), ...changes]).catch(() => undefined) ?? Promise.resolve();
}
