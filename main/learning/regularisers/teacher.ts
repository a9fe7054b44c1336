// The network as it was before the run, asked about the pictures that the run learns from.
import type { Runner } from '../../engines/engine.ts';
import type { NodeId } from '../../nets/graph.ts';
import { parameters } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import type { PhaseContext } from './regulariser.ts';

/** @param outputs nodes that it will be asked for */
export function openTeacher({ run, inputs: { network }, engine, start, values }: PhaseContext, outputs: readonly NodeId[]): Promise<Runner> {
  // A head that no file has is not asked for, but a network runs only with all its values.
  const own: TensorMap = new Map(parameters(network).map(({ name }) => [name, start.get(name) ?? values.get(name)!]));
  return engine.runner({ network, values: own, outputs, precision: run.document.precision });
}
