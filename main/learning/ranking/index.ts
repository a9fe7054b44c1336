// Ranking backbones before any training.
export { rank } from './rank.ts';
export { pooledFeatures } from './pooled-features.ts';
export type { FeatureRequest, PooledFeatures } from './pooled-features.ts';
export { probe, rowsOf } from './probe.ts';
