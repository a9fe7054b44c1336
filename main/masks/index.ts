// Masks of pictures: run lengths and their arithmetic, which the screens share, and what is made of them.
export { area, bounds, covers, decode, emptyMask, encode, sameMask } from '#contract/masks/runs.ts';
export type { Extent } from '#contract/masks/runs.ts';
export { complement, intersect, subtract, unite } from '#contract/masks/sets.ts';
export { components, fillHoles } from '#contract/masks/components.ts';
export type { Connectivity } from '#contract/masks/components.ts';
export { fromBox, fromPolygon, toPolygons } from '#contract/masks/polygons.ts';
export { simplified } from '#contract/masks/simplify.ts';
export { ignoreClass, ignored, labelMap, maskClasses, maskOf, mostClasses } from './label-map.ts';
export { planesOf, probabilityPlanes } from './probability-planes.ts';
export { packLabels, unpackLabels } from './packed-labels.ts';
export type { LabelMap } from './packed-labels.ts';
