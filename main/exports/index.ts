// What this folder holds: trained models as files for elsewhere.
export { exportModel } from './export-model.ts';
export { openOutbox, type Outbox, type SavedFile } from './outbox.ts';
