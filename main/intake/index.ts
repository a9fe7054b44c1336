// The room that brings pictures into a project.
export { intake, type IntakeContext } from './intake.ts';
export type { Completion, IntakeBatch, IntakeStore, NewMark, StoredMark, StoredPicture } from './store.ts';
