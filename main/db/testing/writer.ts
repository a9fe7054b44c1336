// For tests: a process that writes to a project as fast as it can and tells each step after it is saved, until it is killed.
// Step n (from 0): an even one imports two pictures with labels, an odd one is a patch on the pictures of the step before.
import type { Change } from '#contract/patch.ts';
import { ImageEdit } from '#contract/patch.ts';
import { lastPatch } from '../change-log.ts';
import { openProject } from '../folder.ts';
import { image } from '../images.ts';
import { intakeStore } from '../intake-store.ts';
import { applyPatch } from '../patches.ts';
import { annotationRow, imageRow } from './rows.ts';

const project = await openProject(process.argv[2] ?? '');
const { db, blobs } = project;
const store = intakeStore(db);
store.addClasses(['cat', 'dog']);

/** The first patch made the classes, and each step is one more. */
for (let step = lastPatch(db) - 1; ; step++) {
  if (step % 2 === 0) {
    const ids = [`${step}-a`, `${step}-b`];
    const pictures = await Promise.all(ids.map(async (id) => imageRow(id, { sha256: await blobs.put(Buffer.from(`bytes of ${id}`)) })));
    store.write({ pictures, completions: [], duplicates: [{ imageId: ids[1]!, ofImageId: ids[0]!, kind: 'near', distance: 1 }], marks: ids.map((imageId) => ({ imageId, className: 'cat', geometry: null })), reader: null });
  } else {
    const id = `${step - 1}-a`, from = ImageEdit.parse(image(db, id));
    const changes: Change[] = [
      { of: 'image', id, from, to: { ...from, subject: `S${step}`, status: 'unsure' } },
      { of: 'annotation', id: `dog-${step}`, from: null, to: annotationRow(`dog-${step}`, id, db.get<{ id: string }>("SELECT id FROM class WHERE name = 'dog'")?.id ?? '', { reader: 'Dr B' }) },
    ];
    applyPatch(db, { id: `step-${step}`, title: `step ${step}`, changes }, 'classification', 'Dr B');
  }
  process.send?.(step);
  // Lets the word leave before the next step.
  await new Promise(setImmediate);
}
