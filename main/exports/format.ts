// What a format for trained models is.
import type { ExportDocument } from '#contract/jobs.ts';
import type { Network } from '../nets/graph.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import type { FileFacts } from './card.ts';

/** A written file, opened again. */
export interface Reopened {
  /** @param pictures [n, height, width, channels], normalised; @returns a row per picture */
  probabilities(pictures: Tensor): Promise<readonly (readonly number[])[]>;
  close(): Promise<void>;
}

export interface ModelFormat {
  readonly ending: '.onnx' | '.safetensors';
  /** @throws StudioError refused where the format has no place for this network */
  write(document: ExportDocument, network: Network, values: TensorMap): Uint8Array;
  /** Opens the file as a stranger would, knowing the network's name only. */
  rerun(path: string, document: ExportDocument, network: Network): Promise<Reopened>;
  facts(document: ExportDocument, network: Network, fileName: string): FileFacts;
}
