// Drawing and changing boxes as a flat machine: pressed, dragged, let go. A drag is a preview; letting go is one change.
import { assertNever } from '#contract/errors.ts';
import type { Box } from '#contract/geometry.ts';
import type { Point, Size } from '../canvas/viewport.ts';
import { boxAt, boxBetween, handleAt, movedBox, resizedBox } from './box-shapes.ts';
import type { Handle, NamedBox } from './box-shapes.ts';

/** What is under way between press and release. */
export type BoxAct =
  | { readonly kind: 'draw'; readonly from: Point; readonly to: Point }
  | { readonly kind: 'move'; readonly id: string; readonly box: Box; readonly from: Point; readonly to: Point }
  | { readonly kind: 'resize'; readonly id: string; readonly box: Box; readonly handle: Handle; readonly to: Point };

/** What it comes to. */
export type BoxOutcome =
  | { readonly kind: 'add'; readonly box: Box }
  | { readonly kind: 'change'; readonly id: string; readonly box: Box }
  | { readonly kind: 'none' };

/** What a press meets: boxes, the selected one, and how near a press counts as on a handle, in picture pixels. */
export interface BoxScene { readonly boxes: readonly NamedBox[]; readonly selected: string | null; readonly reach: number }

/**
 * A press: on a handle of the selected box it resizes; with the drawing tool it draws; else it takes the box under it.
 * @returns null when it meets nothing
 */
export function press(at: Point, tool: 'select' | 'box', { boxes, selected, reach }: BoxScene): BoxAct | null {
  const held = boxes.find(({ id }) => id === selected);
  const handle = held ? handleAt(held.box, at, reach) : null;
  if (held && handle) return { kind: 'resize', id: held.id, box: held.box, handle, to: at };
  if (tool === 'box') return { kind: 'draw', from: at, to: at };
  const under = boxAt(boxes, at, reach);
  return under && { kind: 'move', id: under.id, box: under.box, from: at, to: at };
}

export function drag(act: BoxAct, to: Point): BoxAct {
  return { ...act, to };
}

/** The box as it would be now; null while there is none yet. */
export function previewed(act: BoxAct, picture: Size): Box | null {
  switch (act.kind) {
    case 'draw': return boxBetween(act.from, act.to, picture);
    case 'move': return movedBox(act.box, { x: act.to.x - act.from.x, y: act.to.y - act.from.y }, picture);
    case 'resize': return resizedBox(act.box, act.handle, act.to, picture);
    default: return assertNever(act);
  }
}

/** @param least sides below so many picture pixels are a slip of the hand, not a box */
export function release(act: BoxAct, picture: Size, least: number): BoxOutcome {
  const box = previewed(act, picture);
  if (box === null) return { kind: 'none' };
  if (act.kind === 'draw') return box.x2 - box.x1 < least || box.y2 - box.y1 < least ? { kind: 'none' } : { kind: 'add', box };
  const same = box.x1 === act.box.x1 && box.y1 === act.box.y1 && box.x2 === act.box.x2 && box.y2 === act.box.y2;
  return same ? { kind: 'none' } : { kind: 'change', id: act.id, box };
}
