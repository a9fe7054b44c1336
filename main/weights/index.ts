// Weights: files of tensors read and written, checked against a network, listed, found and fetched.
export { readSafetensors, writeSafetensors } from './safetensors.ts';
export type { SafetensorsFile, WriteOptions } from './safetensors.ts';
export type { SafetensorsReason } from './safetensors-header.ts';
export { readPth } from './pth.ts';
export type { PthReason } from './pth-refusal.ts';
export { adaptChannels, adaptPreprocessing } from './channels.ts';
export { loadWeights } from './fit.ts';
export type { LoadOptions } from './fit.ts';
export { catalogue, weightsEntry } from './catalogue.ts';
export type { WeightsEntry } from './catalogue.ts';
export { locateWeights, readWeights } from './locate.ts';
export type { LocatedWeights, Places } from './locate.ts';
export { downloadWeights } from './download.ts';
export type { DownloadOptions } from './download.ts';
export { allowNetwork, networkState } from './network.ts';
export { backboneRecords } from './backbones.ts';
export { imageNetClasses } from './imagenet-classes.ts';
export type { ImageNetClass } from './imagenet-classes.ts';
