// How much training pictures may be changed at random, as data, with a preset per kind of picture.

/** Ranges of random change; what is not named does not happen. */
export interface Augmentation {
  /** Probability of mirroring left and right. */
  readonly flipHorizontal?: number;
  /** Probability of mirroring top and bottom. */
  readonly flipVertical?: number;
  /** Largest rotation either way, in degrees. */
  readonly rotate?: number;
  /** Share of the area that stays, and width to height of the cut, before resizing back. */
  readonly crop?: { readonly area: Range; readonly ratio: Range };
  /** Smooth bending; standard deviation of the grid's displacements in pixels (Ronneberger et al. 2015: 10). */
  readonly elastic?: { readonly probability: number; readonly deviation: number };
  /** Largest exponent on the share of white, less 1; its inverse is as likely. */
  readonly gamma?: number;
  /** Largest relative change either way. */
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  /** Largest turn of the hue either way, as a share of the colour circle. */
  readonly hue?: number;
  /** Probability that brightness, contrast, saturation and hue change at all; none = always. */
  readonly jitter?: number;
  /** Probability of losing all colour. */
  readonly grey?: number;
  /** Gaussian blur, sigma in pixels. */
  readonly blur?: { readonly probability: number; readonly sigma: Range };
  /** Gaussian noise, standard deviation in grey levels of 255. */
  readonly noise?: { readonly probability: number; readonly deviation: Range };
  /** A rectangle filled with the mean colour, as a share of the area (Zhong et al. 2020). */
  readonly erase?: { readonly probability: number; readonly area: Range };
}

export type Range = readonly [low: number, high: number];

const square: Range = [3 / 4, 4 / 3];

export const presets = {
  none: {},
  /** Photographs: up is up, left and right are alike. */
  natural: {
    flipHorizontal: 0.5, rotate: 10, crop: { area: [0.35, 1], ratio: square },
    brightness: 0.2, contrast: 0.2, saturation: 0.2, erase: { probability: 0.1, area: [0.02, 0.15] },
  },
  /** Radiographs and ultrasound: never mirrored, since the side of an organ is a finding; little is cut off, since the finding may be at the rim. */
  'x-ray': {
    rotate: 7, crop: { area: [0.8, 1], ratio: [0.9, 1 / 0.9] },
    brightness: 0.15, contrast: 0.2, blur: { probability: 0.1, sigma: [0.3, 1] }, noise: { probability: 0.2, deviation: [1, 6] },
  },
  /** Cells and tissue: no direction is special; stain and focus vary. */
  microscopy: {
    flipHorizontal: 0.5, flipVertical: 0.5, rotate: 180, crop: { area: [0.6, 1], ratio: [0.9, 1 / 0.9] },
    brightness: 0.15, contrast: 0.2, saturation: 0.3, blur: { probability: 0.2, sigma: [0.3, 1.2] }, noise: { probability: 0.1, deviation: [1, 5] },
  },
} as const satisfies Record<string, Augmentation>;

export type PresetId = keyof typeof presets;
export const presetIds = ['none', 'natural', 'x-ray', 'microscopy'] as const satisfies readonly PresetId[];

/** Throws a fault for a name that no form offers. */
export function preset(id: string): Augmentation {
  const found = presetIds.find((name) => name === id);
  if (!found) throw new Error(`no augmentation ${id}`);
  return presets[found];
}
