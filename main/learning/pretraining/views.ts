// The random changes of SimSiam's two views (Chen and He 2021, appendix A, after Chen et al. 2020), as far as pictures have colours.
import type { Augmentation } from '../augment/index.ts';

/** Crop of a fifth of the area up, jitter of .4 (hue .1) in four of five views, grey in one of five, blur of .1 to 2 pixels in every second one, and left or right. */
export const twoViews: Augmentation = {
  flipHorizontal: 0.5,
  crop: { area: [0.2, 1], ratio: [3 / 4, 4 / 3] },
  jitter: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1,
  grey: 0.2,
  blur: { probability: 0.5, sigma: [0.1, 2] },
};
