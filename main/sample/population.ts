// Who the sample's pictures are of: subjects with a hand and a stain of their own, two sites, and one cell to name per picture.
import { stream } from '../random.ts';

/** Names of the cells as they are drawn; a drawing, not a diagnosis. */
export const classes = ['lymphocyte', 'neutrophil', 'eosinophil'] as const;
export type CellClass = (typeof classes)[number];

/** What all pictures of a subject share; a split that parts a subject leaks it. */
export interface Subject {
  readonly id: string;
  readonly site: 'A' | 'B';
  /** Strength of the two dyes, about 1. */
  readonly eosin: number;
  readonly azure: number;
  /** Size of all cells, about 1. */
  readonly size: number;
  /** 0 smooth to 1 coarse. */
  readonly chromatin: number;
  /** Red cells per picture, about. */
  readonly crowding: number;
  /** Colour of the empty field, added to each channel. */
  readonly tint: readonly [number, number, number];
}

export interface PlannedPicture {
  readonly name: string;
  readonly subject: Subject;
  readonly cell: CellClass;
  /** 0 typical to 1 hard to tell. */
  readonly difficulty: number;
}

const subjectCount = 40;

/**
 * Plans a sample: whole subjects, each with its own mixture of cells.
 * @param pictures how many; subjects get one in turn until they are used up
 */
export function planSample(seed: number, pictures: number): readonly PlannedPicture[] {
  const subjects = Array.from({ length: subjectCount }, (_, i) => subject(seed, i));
  const mixture = stream(seed, 'sample/mixture'), hardness = stream(seed, 'sample/difficulty');
  return Array.from({ length: pictures }, (_, i) => {
    const who = i % subjectCount, turn = Math.floor(i / subjectCount);
    // Two of three pictures rotate through the classes, so that every class is common; the third is the subject's own favourite.
    const favourite = mixture.integer(who, classes.length);
    const cell = classes[turn % 3 === 2 ? favourite : (who + turn * 2 + (turn % 3 === 1 ? mixture.integer(1000 + who, 2) : 0)) % classes.length]!;
    return { name: `${subjects[who]!.id}_${String(turn + 1).padStart(2, '0')}`, subject: subjects[who]!, cell, difficulty: hardness.uniform(i) };
  });
}

function subject(seed: number, index: number): Subject {
  const draw = stream(seed, `sample/subject/${index}`);
  const about = (at: number, centre: number, spread: number) => centre + spread * Math.max(-2, Math.min(2, draw.normal(at)));
  return {
    id: `S${String(index + 1).padStart(2, '0')}`,
    site: index % 5 < 3 ? 'A' : 'B',
    eosin: about(0, 1, 0.16), azure: about(1, 1, 0.14), size: about(2, 1, 0.07), chromatin: draw.uniform(3), crowding: about(4, 13, 3.5),
    tint: [about(5, 0, 0.012), about(6, 0, 0.012), about(7, 0, 0.014)],
  };
}
