// Shortcuts: how presses are named, and that no two commands claim the same key on the same screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printed, shortcut } from './keyboard-names.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test('a letter is named in capitals and Shift is named with it', () => {
  assert.equal(shortcut(press('z'), false), 'Z');
  assert.equal(shortcut(press('Z', { shiftKey: true }), false), 'Shift+Z');
});

test('a sign that needs Shift to be typed is named by itself', () => {
  assert.equal(shortcut(press('?', { shiftKey: true }), false), '?');
  assert.equal(shortcut(press('+', { shiftKey: true }), false), '+');
});

test('Mod is Ctrl, and on a Mac Command', () => {
  assert.equal(shortcut(press('k', { ctrlKey: true }), false), 'Mod+K');
  assert.equal(shortcut(press('k', { metaKey: true }), true), 'Mod+K');
  assert.equal(shortcut(press('k', { metaKey: true }), false), 'K');
});

test('shortcuts are printed as they stand on a keyboard', () => {
  assert.equal(printed('Mod+Shift+Z', false), 'Ctrl Shift Z');
  assert.equal(printed('+', false), '+');
  assert.equal(printed('ArrowRight', false), '→');
});
