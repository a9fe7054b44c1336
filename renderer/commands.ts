// The one table of commands: the menu, the palette, the keyboard and the shortcut sheet all read it, so a shortcut shown is true.
import { maskCommands } from './mask-commands.ts';
import type { PlainKey } from './messages/index.svelte.ts';
import { boxesOf, boxInTheMiddle, deleteBox, nudgeBox, selectedBox, stepBox } from './state/box-acts.ts';
import { acceptProposal, beUnsure, clearLabel, exclude, giveClass, nextOpen, openProposals, skip, step } from './state/label-acts.ts';
import { segmenting } from './state/mask-acts.ts';
import type { Screen, Session } from './state/session.svelte.ts';

export type Group = 'go' | 'project' | 'label' | 'box' | 'mask' | 'move' | 'view' | 'select' | 'train' | 'app';

export interface Command {
  readonly id: string;
  readonly group: Group;
  readonly title: PlainKey;
  /** `Mod` is Ctrl, on a Mac Command. Letters without Mod can be turned off in Settings. */
  readonly keys: readonly string[];
  /** Screens on which its keys act; none = everywhere. */
  readonly on?: readonly Screen[];
  /** What has to be there. */
  readonly when?: (session: Session) => boolean;
  /** What it does depends on the key that was pressed, so it cannot be chosen from a list. */
  readonly keyed?: true;
  run(session: Session, key: string): unknown;
}

const inProject = ({ project }: Session) => project !== null;
const hasPictures = ({ project }: Session) => project !== null && project.images.ids.length > 0;
const hasSelection = ({ project }: Session) => project !== null && project.images.selection.size > 0;
const hasBoxes = ({ project }: Session) => boxesOf(project?.images.current).length > 0;
/** In a project of masks these keys are those of other tools. */
const boxing = (session: Session) => hasPictures(session) && !segmenting(session);
const boxSelected = (session: Session) => selectedBox(session) !== null;
/** The arrow of a key as a step. */
const arrow = (key: string): readonly [x: number, y: number] => (key.endsWith('Left') ? [-1, 0] : key.endsWith('Right') ? [1, 0] : key.endsWith('Up') ? [0, -1] : [0, 1]);
const go = (screen: Screen, title: PlainKey, key: string): Command => ({
  id: `go.${screen}`, group: 'go', title, keys: [key], when: screen === 'settings' || screen === 'lessons' ? () => true : inProject, run: (session) => session.go(screen),
});

export const commands: readonly Command[] = [
  ...maskCommands,
  go('images', 'nav.images', 'Alt+1'),
  go('label', 'nav.label', 'Alt+2'),
  go('train', 'nav.train', 'Alt+3'),
  go('results', 'nav.results', 'Alt+4'),
  go('predict', 'nav.predict', 'Alt+5'),
  go('export', 'nav.export', 'Alt+6'),
  go('lessons', 'nav.lessons', 'Alt+7'),
  go('compare', 'nav.compare', 'Alt+8'),
  go('settings', 'nav.settings', 'Mod+,'),
  { id: 'go.projects', group: 'go', title: 'command.allProjects', keys: ['Alt+0'], run: (session) => session.leave() },

  { id: 'project.new', group: 'project', title: 'command.newProject', keys: ['Mod+Alt+N'], run: (session) => { session.overlay = 'new-project'; } },
  { id: 'project.open', group: 'project', title: 'command.openProject', keys: ['Mod+O'], run: (session) => { session.overlay = 'open-project'; } },
  { id: 'project.sample', group: 'project', title: 'projects.sample', keys: [], run: (session) => session.openSample() },
  { id: 'images.add', group: 'project', title: 'command.addPictures', keys: ['Mod+I'], when: inProject, run: (session) => { session.go('images'); session.overlay = 'add-pictures'; } },

  { id: 'label.class', group: 'label', title: 'command.setClass', keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], on: ['label', 'images'], keyed: true, when: hasPictures, run: (session, key) => {
    const one = session.project?.classes[Number(key) - 1];
    return one && giveClass(session, one);
  } },
  { id: 'label.accept', group: 'label', title: 'command.accept', keys: ['Enter'], on: ['label'], when: ({ project }) => project !== null && openProposals(project).length > 0, run: acceptProposal },
  { id: 'label.unsure', group: 'label', title: 'command.unsure', keys: ['0'], on: ['label', 'images'], when: hasPictures, run: beUnsure },
  { id: 'label.skip', group: 'label', title: 'command.skip', keys: ['X'], on: ['label', 'images'], when: hasPictures, run: skip },
  { id: 'label.clear', group: 'label', title: 'command.clearLabel', keys: ['Backspace'], on: ['label', 'images'], when: hasPictures, run: clearLabel },
  { id: 'label.newClass', group: 'label', title: 'command.newClass', keys: ['N'], on: ['label', 'images'], when: inProject, run: (session) => { session.overlay = 'new-class'; } },
  { id: 'edit.undo', group: 'label', title: 'command.undo', keys: ['Z', 'Mod+Z'], when: inProject, run: (session) => session.undo() },
  { id: 'edit.redo', group: 'label', title: 'command.redo', keys: ['Shift+Z', 'Mod+Shift+Z', 'Mod+Y'], when: inProject, run: (session) => session.redo() },

  { id: 'tool.select', group: 'box', title: 'command.selectTool', keys: ['V'], on: ['label'], when: boxing, run: ({ view }) => { view.tool = 'select'; } },
  { id: 'tool.box', group: 'box', title: 'command.boxTool', keys: ['B'], on: ['label'], when: boxing, run: ({ view }) => { view.tool = 'box'; } },
  { id: 'tool.pan', group: 'box', title: 'command.panTool', keys: ['H'], on: ['label'], when: boxing, run: ({ view }) => { view.tool = 'pan'; } },
  { id: 'box.middle', group: 'box', title: 'command.boxInTheMiddle', keys: ['Shift+B'], on: ['label'], when: boxing, run: boxInTheMiddle },
  { id: 'box.next', group: 'box', title: 'command.nextBox', keys: ['.'], on: ['label'], when: hasBoxes, run: (session) => stepBox(session, 1) },
  { id: 'box.previous', group: 'box', title: 'command.previousBox', keys: [','], on: ['label'], when: hasBoxes, run: (session) => stepBox(session, -1) },
  { id: 'box.move', group: 'box', title: 'command.moveBox', keys: ['Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowDown'], on: ['label'], keyed: true, when: boxSelected, run: (session, key) => nudgeBox(session, ...arrow(key), 'move') },
  { id: 'box.size', group: 'box', title: 'command.sizeBox', keys: ['Mod+ArrowLeft', 'Mod+ArrowRight', 'Mod+ArrowUp', 'Mod+ArrowDown'], on: ['label'], keyed: true, when: boxSelected, run: (session, key) => nudgeBox(session, ...arrow(key), 'size') },
  { id: 'box.delete', group: 'box', title: 'command.deleteBox', keys: ['Delete'], on: ['label'], when: boxSelected, run: deleteBox },
  { id: 'box.none', group: 'box', title: 'command.noBox', keys: ['Escape'], on: ['label'], when: ({ view, screen }) => screen === 'label' && (view.box !== null || view.tool === 'box'), run: ({ view }) => { view.box === null ? view.tool = 'select' : view.box = null; } },

  { id: 'move.next', group: 'move', title: 'command.next', keys: ['ArrowRight'], on: ['label'], when: hasPictures, run: ({ project }) => project && step(project, 1) },
  { id: 'move.previous', group: 'move', title: 'command.previous', keys: ['ArrowLeft'], on: ['label'], when: hasPictures, run: ({ project }) => project && step(project, -1) },
  { id: 'move.first', group: 'move', title: 'command.first', keys: ['Home'], on: ['label'], when: hasPictures, run: ({ project }) => project?.images.moveTo(0) },
  { id: 'move.last', group: 'move', title: 'command.last', keys: ['End'], on: ['label'], when: hasPictures, run: ({ project }) => project?.images.moveTo(project.images.ids.length - 1) },
  { id: 'move.nextOpen', group: 'move', title: 'command.nextOpen', keys: ['U'], on: ['label'], when: hasPictures, run: ({ project }) => project && nextOpen(project) },

  { id: 'view.fit', group: 'view', title: 'command.fit', keys: ['F'], on: ['label'], run: ({ view }) => view.fit() },
  { id: 'view.actual', group: 'view', title: 'command.actualSize', keys: ['Shift+F'], on: ['label'], run: ({ view }) => view.actualSize() },
  { id: 'view.in', group: 'view', title: 'command.zoomIn', keys: ['+', '='], on: ['label'], run: ({ view }) => view.zoom(1.25) },
  { id: 'view.out', group: 'view', title: 'command.zoomOut', keys: ['-'], on: ['label'], run: ({ view }) => view.zoom(0.8) },
  { id: 'view.window', group: 'view', title: 'command.window', keys: ['W'], on: ['label'], run: ({ view }) => { view.windowOpen = !view.windowOpen; } },

  { id: 'select.all', group: 'select', title: 'command.selectAll', keys: ['Mod+A'], on: ['images'], when: hasPictures, run: ({ project }) => project?.images.selectAll() },
  { id: 'select.none', group: 'select', title: 'command.clearSelection', keys: ['Escape'], on: ['images'], when: hasSelection, run: ({ project }) => project?.images.selection.clear() },
  { id: 'select.subject', group: 'select', title: 'command.setSubject', keys: ['S'], on: ['images', 'label'], when: hasPictures, run: (session) => { session.overlay = 'subject'; } },
  { id: 'select.exclude', group: 'select', title: 'command.exclude', keys: ['E'], on: ['images'], when: hasPictures, run: (session) => exclude(session, true) },
  { id: 'select.include', group: 'select', title: 'command.include', keys: ['Shift+E'], on: ['images'], when: hasPictures, run: (session) => exclude(session, false) },
  { id: 'select.label', group: 'select', title: 'command.openInLabel', keys: ['Enter'], on: ['images'], when: hasPictures, run: (session) => session.go('label') },

  { id: 'train.start', group: 'train', title: 'command.train', keys: ['Mod+Enter'], on: ['train'], when: ({ project }) => project?.training.plan != null && !project.training.starting, run: ({ project }) => project?.training.start() },
  { id: 'train.split', group: 'train', title: 'command.split', keys: [], on: ['train'], when: inProject, run: (session) => { session.overlay = 'split'; } },

  { id: 'app.palette', group: 'app', title: 'command.palette', keys: ['Mod+K'], run: (session) => { session.overlay = 'palette'; } },
  { id: 'app.keys', group: 'app', title: 'command.keys', keys: ['?'], run: (session) => { session.overlay = 'keys'; } },
  { id: 'app.theme', group: 'app', title: 'command.theme', keys: ['Mod+Shift+L'], run: ({ settings }) => settings.set({ theme: settings.dark ? 'light' : 'dark' }) },
];

const byId = new Map(commands.map((command) => [command.id, command]));

export function command(id: string): Command {
  const found = byId.get(id);
  if (!found) throw new Error(`there is no command ${id}`);
  return found;
}

/** Whether it can be run now, on this screen or any other. */
export function possible(one: Command, session: Session): boolean {
  return one.when?.(session) ?? true;
}
