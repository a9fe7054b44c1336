// What a strategy is: parameters, and the way from their values to a recipe. It touches no tensor.
import type { Phase, StrategyGroup, StrategyRecord } from '#contract/plan.ts';
import type { StrategyValues } from '#contract/runs.ts';
import type { PresetId } from '../augment/index.ts';
import type { Regulariser } from '../regularisers/index.ts';
import { paramList, readValues } from './params.ts';
import type { ParamTable, ValuesOf } from './params.ts';
import { stageNumbers } from './stages.ts';

/** What is done, phase after phase, and what holds for all of them. */
export interface Recipe {
  readonly phases: readonly Phase[];
  readonly augmentation: PresetId;
  /** Changed views of each training picture whose frozen part is computed once and kept; 0 = only the picture as it is. */
  readonly views: number;
  /** 0..1 */
  readonly labelSmoothing: number;
  readonly classWeights: 'none' | 'balanced';
  /** Of what the classifier gets. */
  readonly dropout: number;
  /** Units of hidden layers between the pooled features and the classifier. */
  readonly hidden: readonly number[];
  /** For one class per picture: a softmax over all, one sigmoid that says how likely the second of two is, or that where there are two and a softmax otherwise. */
  readonly output: 'softmax' | 'one-sigmoid' | 'auto';
  /** Whether the pretrained weights are used at all. */
  readonly pretrained: boolean;
  /** Where a new head starts when no phase fits one first. */
  readonly head: 'zero' | 'uniform';
  /** Of a fitted head; null = chosen by cross-validation. */
  readonly penalty: number | null;
  /** Of the nearest-neighbour head; null = chosen on the training pictures. */
  readonly neighbours: number | null;
  /** Largest norm of all gradients together; null = no limit. */
  readonly clipNorm: number | null;
  /** What holds the network back in phases of steps, in the order in which a batch goes through them. */
  readonly regularisers: readonly Regulariser[];
  /** Training ends after so many minutes with the best so far; null = when it is done. */
  readonly minutes: number | null;
}

export interface Strategy extends StrategyRecord {
  /**
   * @param given values of parameters; the rest gets its default. Throws `invalid` for what is no such value
   * @param stages how many stages the network has, the head included
   * @param names of the stages, for values that name some; none = their numbers from 0
   */
  recipe(given: StrategyValues, stages: number, names?: readonly string[]): Recipe;
}

/** What most strategies do not touch. */
export const plainRecipe: Omit<Recipe, 'phases'> = {
  augmentation: 'none', views: 0, labelSmoothing: 0, classWeights: 'none', dropout: 0, hidden: [], output: 'softmax', pretrained: true, head: 'zero', penalty: null, neighbours: null, clipNorm: null, minutes: null, regularisers: [],
};

export interface StrategyDefinition<P extends ParamTable> {
  readonly id: string;
  readonly group: StrategyGroup;
  readonly title: string;
  readonly summary: string;
  readonly params: P;
  recipe(values: ValuesOf<P>, stages: number): Recipe;
}

export function defineStrategy<const P extends ParamTable>({ id, group, title, summary, params, recipe }: StrategyDefinition<P>): Strategy {
  return {
    id, group, title, summary, params: paramList(params),
    recipe: (given, stages, names) => recipe(numbered(params, readValues(params, given, id), names ?? Array.from({ length: stages }, (_, stage) => String(stage))), stages),
  };
}

/** Names of stages as their numbers, so that a recipe need not know the network. */
function numbered<P extends ParamTable>(params: P, values: ValuesOf<P>, names: readonly string[]): ValuesOf<P> {
  return Object.fromEntries(Object.entries(values).map(([id, value]) => [id, params[id]?.kind === 'stages' && typeof value === 'string' ? stageNumbers(id, value, names) : value])) as ValuesOf<P>; // a string stays a string
}
