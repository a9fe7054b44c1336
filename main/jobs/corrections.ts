// Is it good enough yet: how much of what models proposed stayed after a person had been over it, in the order of the corrections.
import { z } from 'zod';
import { MaskProposals } from '#contract/segmentation.ts';
import type { Corrections } from '#contract/segmentation.ts';
import { annotationsOf, classes, image, lastAnnotated, proposalReports } from '../db/index.ts';
import type { Database, Project } from '../db/index.ts';
import { meanWithInterval, numbered, pictureDice } from '../evaluation/index.ts';
import { labelMap, maskClasses } from '../masks/index.ts';

/** Pictures that a mean is taken over. */
const window = 10;
/** Corrections that are told, the newest: what is older speaks of a model that is no longer asked, and each costs a look at all of its pixels. */
const most = 100;
const Report = z.array(MaskProposals);

/** What is known of a picture as long as neither the proposal nor the masks change. */
const measuredBefore = new WeakMap<Database, Map<string, { readonly proposed: string; readonly corrected: string; readonly dice: number }>>();

/** Of each picture the newest proposal that was followed by a change of its masks, against its masks now. */
export function corrections({ db }: Project): Corrections {
  const proposed = new Map<string, { readonly modelId: string; readonly at: string; readonly corrected: string; readonly proposals: MaskProposals['proposals'] }>();
  const reports = proposalReports(db), first = reports[0]?.at;
  const changed = first === undefined ? new Map<string, string>() : lastAnnotated(db, first);
  for (const { modelId, at, report } of reports.toReversed()) {
    for (const { imageId, proposals } of Report.safeParse(report).data ?? []) {
      const corrected = changed.get(imageId);
      if (!proposed.has(imageId) && corrected !== undefined && corrected > at) proposed.set(imageId, { modelId, at, corrected, proposals });
    }
  }
  const known = classes(db), learnt = maskClasses(known), ids = new Map(known.map(({ id, name }) => [name, id]));
  const newest = [...proposed].toSorted(([, a], [, b]) => (a.corrected < b.corrected ? -1 : Number(a.corrected > b.corrected))).slice(-most);
  const before = measuredBefore.get(db), now = new Map<string, { readonly proposed: string; readonly corrected: string; readonly dice: number }>();
  measuredBefore.set(db, now);
  const measured = newest.flatMap(([imageId, { modelId, at, corrected, proposals }]) => {
    const { width, height, subject } = image(db, imageId), last = before?.get(imageId), own = annotationsOf(db, imageId);
    if (own.length === 0) return [];
    const measure = () => {
      const drawn = proposals.flatMap(({ className, mask }) => { const classId = ids.get(className); return classId === undefined ? [] : [{ classId, geometry: mask }]; });
      return pictureDice(labelMap(own, known, width, height), labelMap(drawn, known, width, height), learnt.length);
    };
    const dice = last?.proposed === at && last.corrected === corrected ? last.dice : measure();
    now.set(imageId, { proposed: at, corrected, dice });
    return [{ imageId, modelId, at: corrected, dice, subject: subject ?? imageId }];
  });
  const mean = (list: typeof measured) => ({ n: list.length, dice: list.length === 0 ? { value: null, low: null, high: null } : meanWithInterval(list.map(({ dice }) => dice), { ...numbered(list.map(({ subject }) => subject)), replicates: 2000, seed: 1, level: 0.95 }) });
  return {
    points: measured.map(({ subject: _, ...point }, i) => {
      const upTo = measured.slice(Math.max(0, i + 1 - window), i + 1);
      return { ...point, running: upTo.reduce((sum, { dice }) => sum + dice, 0) / upTo.length };
    }),
    recent: mean(measured.slice(-window)),
    before: measured.length >= 2 * window ? mean(measured.slice(-2 * window, -window)) : null,
  };
}
