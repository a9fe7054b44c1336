// The sample project's pictures: drawn by a seeded generator, so that nothing has to be shipped or downloaded.
export { drawSample, type Sample } from './sample.ts';
export { classes, planSample, type PlannedPicture } from './population.ts';
export { drawPicture, type DrawnPicture } from './smear.ts';
