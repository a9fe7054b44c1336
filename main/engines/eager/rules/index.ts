// The rule of every kind of node.
import { assertNever } from '#contract/errors.ts';
import type { Applied, Call } from '../rule.ts';
import { act } from './activation.ts';
import { conv, convTranspose } from './convolution.ts';
import { crop, part } from './cutting.ts';
import { dense } from './dense.ts';
import { add, concat, mul } from './joining.ts';
import { norm } from './norm.ts';
import { adaptivePool, avgPool, globalPool, maxPool } from './pooling.ts';
import { dropout, flatten, pad, resize } from './shaping.ts';

/** Computes one node. */
export function apply(call: Call): Applied {
  const { node } = call;
  switch (node.op) {
    case 'conv': return conv({ ...call, node });
    case 'convTranspose': return convTranspose({ ...call, node });
    case 'norm': return norm({ ...call, node });
    case 'act': return act({ ...call, node });
    case 'maxPool': return maxPool({ ...call, node });
    case 'avgPool': return avgPool({ ...call, node });
    case 'globalPool': return globalPool({ ...call, node });
    case 'adaptivePool': return adaptivePool({ ...call, node });
    case 'dense': return dense({ ...call, node });
    case 'add': return add({ ...call, node });
    case 'mul': return mul({ ...call, node });
    case 'concat': return concat({ ...call, node });
    case 'resize': return resize({ ...call, node });
    case 'pad': return pad({ ...call, node });
    case 'crop': return crop({ ...call, node });
    case 'part': return part({ ...call, node });
    case 'dropout': return dropout({ ...call, node });
    case 'flatten': return flatten({ ...call, node });
    default: return assertNever(node);
  }
}
