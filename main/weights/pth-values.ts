// What the pickle machine of .pth files computes with: plain data, and names that stand for nothing but themselves.

/** The names that a state dict of float tensors needs. Every other one would be a request to run code. */
export const ALLOWED = ['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2', 'torch.FloatStorage', 'torch.LongStorage'] as const;
export type GlobalName = (typeof ALLOWED)[number];

export interface PickledStorage {
  readonly kind: 'storage';
  readonly type: 'torch.FloatStorage' | 'torch.LongStorage';
  /** Name of its entry below `data/`. */
  readonly key: string;
  /** Numbers in it, as stated. */
  readonly count: number;
}
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: PickledStorage;
  /** In numbers. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}
export interface PickledDict {
  readonly kind: 'dict';
  readonly entries: Map<string, Pickled>;
}
export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly Pickled[];
}
export interface Global {
  readonly kind: 'global';
  readonly name: GlobalName;
}
export type Pickled = null | boolean | number | string | Tuple | PickledDict | Global | PickledStorage | PickledTensor;

type Maybe = Pickled | undefined;
const isObject = (value: Maybe) => typeof value === 'object' && value !== null;
export const isTuple = (value: Maybe): value is Tuple => isObject(value) && (value as Tuple).kind === 'tuple';
export const isGlobal = (value: Maybe): value is Global => isObject(value) && (value as Global).kind === 'global';
export const isStorage = (value: Maybe): value is PickledStorage => isObject(value) && (value as PickledStorage).kind === 'storage';
export const isDict = (value: Maybe): value is PickledDict => isObject(value) && (value as PickledDict).kind === 'dict';
export const isCount = (value: Maybe): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const isCounts = (value: Maybe): value is Tuple & { readonly items: readonly number[] } => isTuple(value) && value.items.every(isCount);
