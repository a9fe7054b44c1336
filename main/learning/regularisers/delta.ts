// DELTA: the maps of the trained stages stay near the parent's, those channels most that the classes depend on (Li et al. 2019).
import type { Network, NodeId } from '../../nets/graph.ts';
import { shapes } from '../../nets/index.ts';
import { chosen, zerosOf } from './anchors.ts';
import { channelAttention } from './attention.ts';
import type { ActiveRegulariser, Opening, PhaseContext } from './regulariser.ts';
import { openTeacher } from './teacher.ts';

/**
 * backbone * mean over pictures of the sum of 1/2 c a_c ||F_c - F_c0||^2 / (h w) at the ends of the trained stages, and head / 2 ||w_new||^2.
 * In the paper both losses are sums over the same pictures; the authors' code sums this one over batches of 48 at 0.01, which is 0.48 here.
 */
export const delta: Opening<'delta'> = async ({ backbone, head }, context) => {
  const decay = head > 0 ? [{ kind: 'anchor-penalty', coefficient: head, anchors: zerosOf(chosen(context.values, context.head)) } as const] : [];
  const attention = await channelAttention(context, trainedEnds(context));
  if (attention.size === 0) return { terms: decay };
  const teacher = await openTeacher(context, [...attention.keys()]);
  const key = (node: NodeId) => `delta/${node}`;
  const active: ActiveRegulariser = {
    terms: [...[...attention].map(([features, shares]) => ({ kind: 'feature-match', features, target: key(features), attention: shares, coefficient: backbone / context.batchSize } as const)), ...decay],
    async prepare(batch) {
      return { ...batch, targets: new Map([...batch.targets, ...[...await teacher.run(batch.input)].map(([node, maps]) => [key(node), maps] as const)]) };
    },
    close: () => teacher.close(),
  };
  return active;
};

/** Ends of the stages with something trained in them, but for the head. */
function trainedEnds({ inputs: { network }, backbone }: PhaseContext): readonly NodeId[] {
  const trained = new Set([...backbone].map((name) => name.slice(0, name.lastIndexOf('.'))));
  const known = shapes(network);
  let from = 0;
  return ends(network).filter((end) => {
    const to = network.nodes.findIndex(({ id }) => id === end) + 1;
    const within = network.nodes.slice(from, to).some(({ id }) => trained.has(id));
    from = to;
    return within && known.get(end)?.length === 3;
  });
}

const ends = ({ stages }: Network): readonly NodeId[] => stages.slice(0, -1).map(({ end }) => end);
