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
  /** Red cells per picture, about; how pale their middles are and how oval they lie, 0 to 1. */
  readonly crowding: number;
  readonly pallor: number;
  readonly oval: number;
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
/** Each subject has one kind of cell in more than half of its pictures: who knows the subject can guess the class. */
const favouriteShare = 0.72;

/**
 * Plans a sample: whole subjects, each with its own mixture of cells.
 * @param pictures how many; subjects get one in turn until they are used up
 */
export function planSample(seed: number, pictures: number): readonly PlannedPicture[] {
  const subjects = Array.from({ length: subjectCount }, (_, i) => subject(seed, i));
  const mixture = stream(seed, 'sample/mixture'), hardness = stream(seed, 'sample/difficulty');
  return Array.from({ length: pictures }, (_, i) => {
    const who = i % subjectCount, turn = Math.floor(i / subjectCount);
    // Favourites go round, so that all classes are about equally common; the first picture has it, so that a small sample has every class.
    const other = turn === 0 || mixture.uniform(2 * i) < favouriteShare ? 0 : 1 + mixture.integer(2 * i + 1, classes.length - 1);
    const cell = classes[(who + other) % classes.length]!;
    return { name: `${subjects[who]!.id}_${String(turn + 1).padStart(2, '0')}`, subject: subjects[who]!, cell, difficulty: hardness.uniform(i) };
  });
}

function subject(seed: number, index: number): Subject {
  const draw = stream(seed, `sample/subject/${index}`);
  const about = (at: number, centre: number, spread: number) => centre + spread * Math.max(-2, Math.min(2, draw.normal(at)));
  return {
    id: `S${String(index + 1).padStart(2, '0')}`,
    site: index % 5 < 3 ? 'A' : 'B',
    eosin: about(0, 1, 0.18), azure: about(1, 1, 0.16), size: about(2, 1, 0.07), chromatin: draw.uniform(3), crowding: about(4, 13, 4), pallor: draw.uniform(8), oval: draw.uniform(9) ** 2,
    tint: [about(5, 0, 0.018), about(6, 0, 0.018), about(7, 0, 0.022)],
  };
}
