import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MenuItemConstructorOptions } from 'electron';
import { menuTemplate } from './menu.ts';

const menus = [
  { title: 'File', items: [{ id: 'project.open', title: 'Open a project', keys: 'Mod+O' }, { id: 'train.split', title: 'Split', keys: null }] },
  { title: 'Edit', items: [{ id: 'label.skip', title: 'Skip', keys: 'X' }, { id: 'edit.redo', title: 'Redo', keys: 'Mod+Shift+Z' }] },
  { title: 'View', items: [{ id: 'move.next', title: 'Next picture', keys: 'ArrowRight' }, { id: 'view.in', title: 'Zoom in', keys: '+' }] },
];
const items = (entry: MenuItemConstructorOptions | undefined) => (entry?.submenu ?? []) as MenuItemConstructorOptions[];

test('every command is in the menu with its keys as Electron writes them, and none is registered a second time', () => {
  const template = menuTemplate(menus, 'linux', () => undefined);
  assert.deepEqual(template.map(({ label }) => label), ['File', 'Edit', 'View']);
  const commands = template.flatMap(items).filter(({ id }) => id !== undefined);
  assert.deepEqual(commands.map(({ accelerator }) => accelerator), ['CommandOrControl+O', undefined, 'X', 'CommandOrControl+Shift+Z', 'Right', 'Plus']);
  assert.ok(commands.every(({ accelerator, registerAccelerator }) => accelerator === undefined || registerAccelerator === false));
});

test('choosing an entry runs the command of that entry', () => {
  const run: string[] = [];
  for (const { id, click } of menuTemplate(menus, 'linux', (chosen) => run.push(chosen)).flatMap(items)) if (id !== undefined) (click as () => void)();
  assert.deepEqual(run, menus.flatMap((menu) => menu.items.map(({ id }) => id)));
});

test('on a Mac the menu takes no plain key from a text field, and has the menus every app has there', () => {
  const template = menuTemplate(menus, 'darwin', () => undefined);
  assert.deepEqual([template[0]?.role, template.at(-1)?.role], ['appMenu', 'windowMenu']);
  for (const { id, accelerator } of template.flatMap(items)) if (id !== undefined && accelerator !== undefined) assert.match(String(accelerator), /^(CommandOrControl|Alt)\+/);
});
