// Paths in lists: short below the chosen folder, whole elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativePath } from './relative-path.ts';

test('a file below a chosen folder is named from there, on every system', () => {
  assert.equal(relativePath('/data/new/a/1.png', ['/data/new/']), 'a/1.png');
  assert.equal(relativePath('C:\\new\\1.png', ['D:\\x', 'C:\\new']), '1.png');
});

test('a folder whose name only begins alike holds nothing of it, and a file that was chosen itself keeps its path', () => {
  assert.equal(relativePath('/data/newer/1.png', ['/data/new']), '/data/newer/1.png');
  assert.equal(relativePath('/data/1.png', ['/data/1.png']), '/data/1.png');
});
