// The functions of tfjs-node's native binding that we call, with their types.

/** A tensor inside TensorFlow: free it with `deleteTensor`. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  /** One of the TF_ numbers of the binding. */
  readonly dtype: number;
}

export interface OperationAttribute {
  readonly name: string;
  /** One of the TF_ATTR_ numbers of the binding. */
  readonly type: number;
  readonly value: boolean | number | string | readonly number[] | null;
}

/** `tfjs_binding.node`. Every call is synchronous, and an error of TensorFlow is a JavaScript exception. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  /** Memory may be shared: the array must not change while the tensor lives. */
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(name: string, attributes: readonly OperationAttribute[], inputs: readonly number[], outputs: number): TensorMetadata[];
  /** @param tags joined by commas */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** @param inputNames, outputNames references (`name:0`) joined by commas */
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMetadata[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  isUsingGpuDevice(): boolean;
}
