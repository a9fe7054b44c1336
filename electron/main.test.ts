// The bundled desktop app under plain Node, with a stand-in in the place of Electron: it says nothing of Electron itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensurePart, parts } from '../build/parts.ts';

test('--self-test loads the screens, imports, trains, predicts, and leaves nothing but its exit code', async () => {
  await ensurePart(parts.screens);
  await ensurePart(parts.desktop);
  const child = spawn(process.execPath, ['--import', new URL('testing/resolve-electron.ts', import.meta.url).href, fileURLToPath(new URL('../dist/app/main.js', import.meta.url)), '--self-test'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '', stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, stderr);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { step?: string; passed?: { images: number; predicted: number; accuracy: number } });
  assert.equal(lines[0]?.step, 'window');
  const { images, predicted, accuracy } = lines.at(-1)?.passed ?? assert.fail(stdout);
  assert.equal(predicted, images);
  // Three classes that a pretrained network tells apart: far above the third that guessing gets.
  assert.ok(accuracy > 0.6, `accuracy ${accuracy}`);
});
