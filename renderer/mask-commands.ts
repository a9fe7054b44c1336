// The commands of Label in a project of masks: part of the one table, looked at before the others.
import type { Command } from './commands.ts';
import type { PlainKey } from './messages/index.svelte.ts';
import type { Tool } from './state/label-view.svelte.ts';
import { convert, copyLast, deleteShape, fillHolesOf, keepProposals, markEmpty, masksOf, segmenting, selectedProposal, selectedShape, separate, stepShape } from './state/mask-acts.ts';
import type { Session } from './state/session.svelte.ts';

const here = (session: Session) => segmenting(session) && session.screen === 'label' && session.project?.images.current !== undefined;
const selected = (session: Session) => here(session) && selectedShape(session) !== null;
const ofShape = (...shapes: readonly string[]) => (session: Session) => here(session) && shapes.includes(selectedShape(session)?.geometry?.shape ?? '');
const cornerInHand = (session: Session) => ofShape('polygon')(session) && session.view.corner !== null;
const drawing = (session: Session) => here(session) && session.view.masks.drawing;
const proposed = (session: Session) => here(session) && (session.project?.maskProposals.of(session.project.images.current?.image.id).length ?? 0) > 0;
const proposalSelected = (session: Session) => here(session) && selectedProposal(session) !== null;
const none = (session: Session) => here(session) && masksOf(session.project?.images.current).length === 0;

const mask = (id: string, title: PlainKey, keys: readonly string[], run: Command['run'], when: Command['when'] = here): Command => ({ id, group: 'mask', title, keys, on: ['label'], when, run });
const tool = (wanted: Tool, title: PlainKey, key: string) => mask(`mask.tool.${wanted}`, title, [key], ({ view }) => { view.tool = wanted; });

/** Moves the place where the tool would be applied: by half a brush, and four view pixels at least. */
function moveCursor({ view, project }: Session, key: string): void {
  const picture = project?.images.current?.image;
  if (!picture) return;
  const from = view.masks.cursor ?? view.middle(), step = Math.max(view.masks.size / 2, 4 / view.viewport.zoom);
  const x = key.endsWith('Left') ? -step : key.endsWith('Right') ? step : 0, y = key.endsWith('Up') ? -step : key.endsWith('Down') ? step : 0;
  view.masks.cursor = { x: Math.min(picture.width - 0.5, Math.max(0.5, from.x + x)), y: Math.min(picture.height - 0.5, Math.max(0.5, from.y + y)) };
}

function keepSelected(session: Session): void {
  const one = selectedProposal(session);
  if (one) session.view.box = keepProposals(session, [one]).get(one.id) ?? null;
}

function dropSelected({ project, view }: Session): void {
  const imageId = project?.images.current?.image.id;
  if (!project || imageId === undefined || view.box === null) return;
  project.maskProposals.settle(imageId, new Set([view.box]));
  view.box = null;
}

function letGo({ view }: Session): void {
  if (view.masks.polygon?.('drop')) return;
  if (view.box !== null) view.box = null;
  else view.tool = 'select';
}

export const maskCommands: readonly Command[] = [
  mask('mask.close', 'command.closePolygon', ['Enter'], ({ view }) => view.masks.polygon?.('close'), drawing),
  mask('mask.back', 'command.backPolygon', ['Backspace'], ({ view }) => view.masks.polygon?.('back'), drawing),
  mask('corner.delete', 'command.deleteCorner', ['Backspace'], ({ view }) => view.masks.editCorner?.('delete'), cornerInHand),
  mask('corner.cut', 'command.cutPolygon', ['A'], ({ view }) => view.masks.editCorner?.('cut'), cornerInHand),
  mask('mask.keepAll', 'command.keepAll', ['Shift+Enter'], (session) => keepProposals(session, session.project?.maskProposals.of(session.project.images.current?.image.id) ?? []), proposed),
  mask('mask.keep', 'command.keep', ['Enter'], keepSelected, proposalSelected),
  mask('mask.drop', 'command.drop', ['Delete'], dropSelected, proposalSelected),
  tool('select', 'command.selectShape', 'V'),
  tool('box', 'command.drawBox', 'R'),
  tool('polygon', 'command.polygonTool', 'P'),
  tool('brush', 'command.brush', 'B'),
  tool('eraser', 'command.eraser', 'E'),
  tool('lasso', 'command.lasso', 'L'),
  tool('fill', 'command.floodFill', 'G'),
  tool('threshold', 'command.threshold', 'T'),
  tool('superpixel', 'command.superpixel', 'Q'),
  tool('component', 'command.component', 'C'),
  mask('mask.smaller', 'command.smaller', ['['], ({ view }) => view.masks.resize(-1)),
  mask('mask.larger', 'command.larger', [']'], ({ view }) => view.masks.resize(1)),
  mask('mask.lessTolerance', 'command.lessTolerance', ['{'], ({ view: { masks } }) => masks.set({ tolerance: Math.max(0, masks.tolerance - 4) })),
  mask('mask.moreTolerance', 'command.moreTolerance', ['}'], ({ view: { masks } }) => masks.set({ tolerance: Math.min(128, masks.tolerance + 4) })),
  { ...mask('mask.cursor', 'command.moveCursor', ['Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowDown'], moveCursor), keyed: true },
  mask('mask.apply', 'command.applyTool', ['K'], ({ view }) => view.masks.applyAt?.(view.masks.cursor ?? view.middle())),
  { ...mask('mask.hide', 'command.hideMasks', ['H'], ({ view }) => { view.masks.hidden = true; }), keyed: true },
  mask('mask.outlines', 'command.outlines', ['O'], ({ view: { masks } }) => masks.set({ outlineOnly: !masks.outlineOnly })),
  mask('mask.next', 'command.nextShape', ['.'], (session) => stepShape(session, 1)),
  mask('mask.previous', 'command.previousShape', [','], (session) => stepShape(session, -1)),
  mask('mask.delete', 'command.deleteShape', ['Delete'], deleteShape, selected),
  mask('mask.holes', 'command.fillHoles', ['J'], fillHolesOf),
  mask('mask.separate', 'command.separate', ['Y'], separate, ofShape('mask', 'polygon')),
  mask('mask.toMask', 'command.toMask', ['M'], (session) => convert(session, 'mask'), ofShape('box', 'polygon')),
  mask('mask.toPolygon', 'command.toPolygon', ['M'], (session) => convert(session, 'polygon'), ofShape('mask')),
  mask('mask.copy', 'command.copyLast', ['D'], copyLast, (session) => here(session) && (session.project?.images.at ?? 0) > 0),
  mask('mask.empty', 'command.markEmpty', ['I'], markEmpty, none),
  mask('mask.none', 'command.noShape', ['Escape'], letGo, (session) => here(session) && (session.view.masks.drawing || session.view.box !== null || session.view.tool !== 'select')),
];
