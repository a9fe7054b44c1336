// What this folder holds: trained models as files for elsewhere.
export { exportModel } from './export-model.ts';
