// Engines as the outside sees them: which there are, which one is used, and why a better one is not.
import { z } from 'zod';

/** Best first. */
export const EngineId = z.enum(['tensorflow', 'wasm', 'onnx']);
export type EngineId = z.infer<typeof EngineId>;

export const Precision = z.enum(['float32', 'bfloat16']);
export type Precision = z.infer<typeof Precision>;

export const EngineReport = z.object({
  id: EngineId,
  available: z.boolean(),
  /** What it can do here. */
  trains: z.boolean(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  /** Why it is not available, or why it runs on a lesser device than it could. */
  reason: z.string().nullable(),
});
export type EngineReport = z.infer<typeof EngineReport>;

/** What a run records so that it can be repeated bit for bit. */
export const EngineRecord = z.object({
  id: EngineId,
  device: z.string(),
  version: z.string(),
  /** sha256 of the engine pack's manifest, where there is one. */
  pack: z.string().nullable(),
  precision: Precision,
  threads: z.number().int().positive(),
  processor: z.string(),
  /** Why a better engine was not used. */
  reason: z.string().nullable(),
});
export type EngineRecord = z.infer<typeof EngineRecord>;

export const DoctorReport = z.object({
  node: z.string(),
  electron: z.string().nullable(),
  engines: z.array(EngineReport),
  chosen: EngineId,
  home: z.string(),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
