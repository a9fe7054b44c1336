// Draws what happens to one picture in one epoch: numbers only, so that the same seed does the same wherever it is carried out.
import { stream } from '../../random.ts';
import { nodesPerSide } from './elastic.ts';
import type { Elastic } from './elastic.ts';
import type { Augmentation, Range } from './presets.ts';

/** Everything that will be done to a picture. */
export interface Change {
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
  /** Radians, counter-clockwise as seen. */
  readonly angle: number;
  /** The part that is kept, in shares of width and height: centre and size. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Smooth bending; none = null. */
  readonly elastic: Elastic | null;
  /** Exponent on the share of white; 1 changes nothing. */
  readonly gamma: number;
  /** Factors; 1 changes nothing. */
  readonly brightness: number;
  readonly contrast: number;
  /** 0 = grey. */
  readonly saturation: number;
  /** Turn of the hue, in radians. */
  readonly hue: number;
  /** Sigma in pixels; 0 = none. */
  readonly blur: number;
  readonly noise: number;
  /** In shares of width and height; none = null. */
  readonly erase: { readonly left: number; readonly top: number; readonly width: number; readonly height: number } | null;
  /** Seeds the noise of the pixels. */
  readonly grain: number;
}

/** Numbers that one draw may use; each purpose has its own place, so that a new kind of change leaves the old ones as they were. */
const perDraw = 32;
const place = { mirror: 0, upsideDown: 1, angle: 2, area: 3, ratio: 4, x: 5, y: 6, brightness: 7, contrast: 8, saturation: 9, blur: 10, sigma: 11, noise: 12, deviation: 13, erase: 14, eraseArea: 15, eraseRatio: 16, eraseX: 17, eraseY: 18, grain: 19, elastic: 20, gamma: 21, jitter: 22, hue: 23, grey: 24 } as const;

/**
 * @param picture names the picture for good, e.g. the sha256 of its bytes
 * @param turn epoch or number of the view, from 0
 */
export function drawChange(augmentation: Augmentation, seed: number, picture: string, turn: number): Change {
  const random = stream(seed, `augment/${picture}`);
  const unit = (purpose: keyof typeof place) => random.uniform(turn * perDraw + place[purpose]);
  const within = (purpose: keyof typeof place, [low, high]: Range) => low + (high - low) * unit(purpose);
  const either = (purpose: keyof typeof place, most = 0) => (2 * unit(purpose) - 1) * most;
  const { blur, noise, erase, elastic } = augmentation;
  const jittered = unit('jitter') < (augmentation.jitter ?? 1);
  const colour = (purpose: 'brightness' | 'contrast' | 'saturation' | 'hue') => (jittered ? either(purpose, augmentation[purpose]) : 0);
  return {
    mirrored: unit('mirror') < (augmentation.flipHorizontal ?? 0),
    upsideDown: unit('upsideDown') < (augmentation.flipVertical ?? 0),
    angle: (either('angle', augmentation.rotate) * Math.PI) / 180,
    crop: drawCrop(augmentation.crop, within),
    elastic: elastic && unit('elastic') < elastic.probability ? drawElastic(seed, picture, turn, elastic.deviation) : null,
    gamma: Math.exp(either('gamma', Math.log(1 + (augmentation.gamma ?? 0)))),
    brightness: 1 + colour('brightness'),
    contrast: 1 + colour('contrast'),
    saturation: unit('grey') < (augmentation.grey ?? 0) ? 0 : 1 + colour('saturation'),
    hue: 2 * Math.PI * colour('hue'),
    blur: blur && unit('blur') < blur.probability ? within('sigma', blur.sigma) : 0,
    noise: noise && unit('noise') < noise.probability ? within('deviation', noise.deviation) : 0,
    erase: erase && unit('erase') < erase.probability ? drawErase(erase.area, within) : null,
    grain: random.integer(turn * perDraw + place.grain, 2 ** 31),
  };
}

/** From a stream of its own: it takes many numbers. */
function drawElastic(seed: number, picture: string, turn: number, deviation: number): Elastic {
  const random = stream(seed, `augment/elastic/${picture}`), nodes = nodesPerSide ** 2;
  const axis = (first: number) => Array.from({ length: nodes }, (_, i) => deviation * random.normal((2 * turn + first) * nodes + i));
  return { x: axis(0), y: axis(1) };
}

type Within = (purpose: keyof typeof place, range: Range) => number;

/** The ratio is drawn on a log scale, as in Szegedy et al. 2015; what would not fit is made to. */
function drawCrop(crop: Augmentation['crop'], within: Within): Change['crop'] {
  if (!crop) return { x: 0.5, y: 0.5, width: 1, height: 1 };
  const area = within('area', crop.area);
  const ratio = Math.exp(within('ratio', [Math.log(crop.ratio[0]), Math.log(crop.ratio[1])]));
  const width = Math.min(1, Math.sqrt(area * ratio)), height = Math.min(1, Math.sqrt(area / ratio));
  return { width, height, x: within('x', [width / 2, 1 - width / 2]), y: within('y', [height / 2, 1 - height / 2]) };
}

function drawErase(range: Range, within: Within): Change['erase'] {
  const area = within('eraseArea', range);
  const ratio = Math.exp(within('eraseRatio', [Math.log(0.5), Math.log(2)]));
  const width = Math.min(1, Math.sqrt(area * ratio)), height = Math.min(1, Math.sqrt(area / ratio));
  return { width, height, left: within('eraseX', [0, 1 - width]), top: within('eraseY', [0, 1 - height]) };
}
