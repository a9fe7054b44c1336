// Ties a session to the desktop window around it: the menu shows the table of commands, in the person's language.
import type { Leaving, Menu } from '#contract/bridge.ts';
import { commands, possible } from '../commands.ts';
import type { Group } from '../commands.ts';
import { t } from '../messages/index.svelte.ts';
import { jobTitle } from '../state/job-title.ts';
import type { Session } from '../state/session.svelte.ts';
import type { DesktopDoor } from './bridge.ts';

/** Menus from left to right, with the groups of commands in each. */
const menus = [
  { title: () => t('menu.file'), groups: ['project'] },
  { title: () => t('menu.edit'), groups: ['label', 'box', 'select'] },
  { title: () => t('menu.view'), groups: ['go', 'move', 'view'] },
  { title: () => t('nav.train'), groups: ['train'] },
  { title: () => t('menu.help'), groups: ['app'] },
] as const satisfies readonly { readonly title: () => string; readonly groups: readonly Group[] }[];

/** The table of commands as menus. A command that depends on its key is given by its keys alone. */
export function menuOfCommands(): Menu[] {
  return menus.map(({ title, groups }) => ({
    title: title(),
    items: groups.flatMap((group) => commands.filter((one) => one.group === group && !one.keyed))
      .map((one) => ({ id: one.id, title: t(one.title), keys: one.keys.find((key) => key.includes('Mod+')) ?? one.keys[0] ?? null })),
  }));
}

/** What would be lost if the window went now. */
function leavingOf(session: Session): Leaving {
  const waiting = session.project?.changes.waiting ?? 0, { project, lessons } = session;
  const job = project?.jobs.running[0] ?? project?.jobs.queued[0] ?? lessons.job?.record;
  return {
    unsaved: waiting === 0 ? null : { message: t('leave.unsaved', { n: waiting }), detail: t('leave.unsavedHelp'), leave: t('leave.unsavedGo'), stay: t('leave.stay') },
    working: job === undefined ? null : { message: t('leave.working', { what: jobTitle(session, job) }), detail: t('leave.workingHelp'), leave: t('leave.workingGo'), stay: t('leave.stay') },
  };
}

/** Keeps the menu in the person's language and runs what is chosen there. */
export function joinDesktop(door: DesktopDoor, session: Session): void {
  $effect.root(() => {
    $effect(() => void door.showMenu(menuOfCommands()));
    let told = '';
    $effect(() => {
      const leaving = leavingOf(session), text = JSON.stringify(leaving);
      if (text === told) return;
      // Most changes are saved at once and need no word.
      const timer = setTimeout(() => { told = text; void door.tellLeaving(leaving); }, leaving.unsaved === null ? 0 : 100);
      return () => clearTimeout(timer);
    });
  });
  door.onCommand((id) => {
    const chosen = commands.find((one) => one.id === id);
    if (chosen && possible(chosen, session)) void chosen.run(session, chosen.keys[0] ?? '');
  });
  door.onOpen((folder) => void session.open(folder));
}
