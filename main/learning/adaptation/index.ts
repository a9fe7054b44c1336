// Other sites: how far away they lie, and bringing a model there without labels.
export { adapt, measureSites } from './adapt.ts';
