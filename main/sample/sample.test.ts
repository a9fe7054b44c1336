import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCsv } from '../formats/csv.ts';
import { annotationFormat, detectFormat, indexPictures, openSource } from '../formats/index.ts';
import { decode } from '../images/index.ts';
import { classes, drawPicture, drawSample, planSample } from './index.ts';
import { makeNoise } from './noise.ts';
import { subjectPattern } from './sample.ts';

test('the plan has forty subjects, two sites, and every class at least a fifth of the time', () => {
  const plan = planSample(1, 300);
  assert.equal(new Set(plan.map(({ subject }) => subject.id)).size, 40);
  assert.deepEqual([...new Set(plan.map(({ subject }) => subject.site))].sort(), ['A', 'B']);
  assert.equal(new Set(plan.map(({ name }) => name)).size, 300);
  for (const name of classes) assert.ok(plan.filter(({ cell }) => cell === name).length >= 60, name);
  for (const { name, subject } of plan) assert.equal(new RegExp(subjectPattern).exec(name)?.[1], subject.id);
});

test('the same seed draws the same pixels, another seed others', () => {
  const [first] = planSample(1, 1), [other] = planSample(2, 1);
  assert.deepEqual(drawPicture(1, first!), drawPicture(1, first!));
  assert.notDeepEqual(drawPicture(1, first!).pixels, drawPicture(2, other!).pixels);
});

test('the white cell is the largest instance, and its nucleus the darkest place of the picture', () => {
  for (const picture of planSample(3, 12)) {
    const { pixels, instances } = drawPicture(3, picture);
    const area = new Map<number, number>();
    let inside = 0, outside = 0;
    instances.forEach((instance, i) => {
      area.set(instance, (area.get(instance) ?? 0) + 1);
      const brightness = pixels[i * 3]! + pixels[i * 3 + 1]! + pixels[i * 3 + 2]!;
      if (instance === 1) inside += brightness;
      else if (instance === 0) outside += brightness;
    });
    const white = area.get(1) ?? 0, background = area.get(0) ?? 0;
    for (const [instance, size] of area) if (instance > 1) assert.ok(size < white, `${picture.name}: red cell ${instance} is larger than the white one`);
    assert.ok(inside / white < outside / background, picture.name);
  }
});

test('pictures of one subject resemble each other in colour, so that a split that parts subjects leaks', () => {
  const noise = makeNoise(5), plan = planSample(5, 120).filter(({ subject }) => subject.site === 'A' && Number(subject.id.slice(1)) <= 20);
  // Hue of the empty field, which is the brightest part: red and blue in shares of green, so that exposure does not count.
  const hues = plan.map((picture) => {
    const { pixels } = drawPicture(5, picture, noise);
    const [red = 0, green = 1, blue = 0] = [0, 1, 2].map((channel) => pixels.filter((_, i) => i % 3 === channel).sort().at(-6000));
    return [red / green, blue / green] as const;
  });
  const distance = (a: number, b: number) => Math.hypot(hues[a]![0] - hues[b]![0], hues[a]![1] - hues[b]![1]);
  const pairs = plan.flatMap((_, a) => plan.slice(0, a).map((__, b) => ({ same: plan[a]!.subject.id === plan[b]!.subject.id, distance: distance(a, b) })));
  const median = (same: boolean) => pairs.filter((pair) => pair.same === same).map((pair) => pair.distance).sort((a, b) => a - b)[Math.floor(pairs.filter((pair) => pair.same === same).length / 2)]!;
  assert.ok(median(true) < 0.5 * median(false), `${median(true)} within a subject, ${median(false)} between`);
});

test('a sample on disk is what its table says, and its pictures carry no EXIF', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-sample-'));
  try {
    const { labels, masks } = await drawSample(folder, { seed: 1, pictures: 6 });
    const rows = readCsv(readFileSync(labels, 'utf8'));
    assert.equal(rows.length, 7);
    assert.deepEqual(readdirSync(masks).length, 7);
    const bytes = readFileSync(join(folder, 'pictures', 'S01_01.jpg'));
    const { width, height, channels } = await decode(bytes);
    assert.deepEqual([width, height, channels], [256, 256, 3]);
    assert.equal(bytes.indexOf('Exif'), -1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the masks of a sample come in as one white cell and its red cells on every picture', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-sample-'));
  try {
    const { masks } = await drawSample(folder, { seed: 1, pictures: 4 }), source = await openSource(masks);
    assert.equal((await detectFormat(source)).id, 'masks-objects');
    const { pictures, problems } = await annotationFormat('masks-objects').read!(source, indexPictures(readdirSync(join(folder, 'pictures')).map((path) => ({ path, width: 256, height: 256 }))));
    assert.deepEqual(problems, []);
    assert.equal(pictures.length, 4);
    for (const { marks } of pictures) {
      assert.equal(marks.filter(({ className }) => className === 'white cell').length, 1);
      assert.ok(marks.filter(({ className }) => className === 'red cell').length > 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
