// How far a network sees: the pixels on each side of a place that can change its output there.
import { assertNever } from '#contract/errors.ts';
import type { Network, Node, NodeId } from './graph.ts';
import { INPUT } from './graph.ts';
import { windowOf } from './shapes.ts';

/** What a cell of a map sees: so many pixels of the input around its own place, and how far apart cells lie there. */
interface View {
  readonly radius: number;
  readonly step: number;
}

/**
 * Pixels of the input to every side of an output pixel beyond which nothing changes it; an upper bound, since it depends on where a pixel lies between the cells of coarse maps.
 * Infinity for a network that looks at a whole map at once, as squeeze-and-excitation does.
 */
export function receptiveRadius(network: Network): number {
  const known = new Map<NodeId, View>([[INPUT, { radius: 0, step: 1 }]]);
  for (const node of network.nodes) {
    const inputs = node.from.map((id) => known.get(id)!);
    const radius = Math.max(...inputs.map((view) => view.radius)), step = Math.max(...inputs.map((view) => view.step));
    known.set(node.id, viewOf(node, { radius, step }));
  }
  return known.get(network.output)!.radius;
}

function viewOf(node: Node, { radius, step }: View): View {
  switch (node.op) {
    case 'conv': case 'maxPool': case 'avgPool': {
      const { kernel, stride, dilation = 1 } = windowOf(node);
      // Half a window, and half of what a stride may shift its middle by.
      return { radius: radius + step * (dilation * Math.floor(Math.max(...kernel) / 2) + (stride - 1) / 2), step: step * stride };
    }
    case 'resize': return { radius: radius + step * (node.method === 'nearest' ? 0.5 : 1), step: step / node.factor };
    case 'convTranspose': return { radius: radius + step * 0.5, step: step / node.kernel };
    case 'globalPool': case 'adaptivePool': case 'dense': case 'flatten': case 'part': return { radius: Infinity, step };
    case 'norm': case 'act': case 'add': case 'mul': case 'concat': case 'pad': case 'crop': case 'dropout': return { radius, step };
    default: return assertNever(node);
  }
}
