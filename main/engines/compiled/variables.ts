// The state of a session: parameters, running statistics and optimizer slots as resource variables, with the operations that fill, read and clear them.
import type { Network } from '../../nets/graph.ts';
import { tensorflowShape } from '../../nets/layout.ts';
import { parameters } from '../../nets/parameters.ts';
import type { Shape } from '../../nets/shapes.ts';
import type { GraphInput, GraphWriter, Ref } from './graph-writer.ts';
import { attribute } from './graph-writer.ts';

const float = attribute.type('float32');

/** How one variable is set and read from outside. */
export interface Access {
  /** Feed this ... */
  readonly value: GraphInput;
  /** ... and fetch this, to set the variable. */
  readonly load: Ref;
  /** Fetch this to read it. */
  readonly save: Ref;
}

interface Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly handle: Ref;
}

/** A variable for each parameter and statistic of a network. */
export function networkVariables(graph: GraphWriter, network: Network): Variables {
  const variables = new Variables(graph);
  for (const parameter of parameters(network)) variables.declare(parameter.name, tensorflowShape(parameter));
  return variables;
}

export class Variables {
  readonly graph: GraphWriter;
  readonly #variables = new Map<string, Variable>();

  constructor(graph: GraphWriter) {
    this.graph = graph;
  }

  declare(name: string, shape: Shape): void {
    if (this.#variables.has(name)) throw new Error(`two variables are called ${name}`);
    const attributes = { dtype: float, shape: attribute.shape(shape), shared_name: attribute.string(name) };
    const handle = this.graph.within('', () => this.graph.op('VarHandleOp', [], attributes, { name: `variable/${name}` }));
    this.#variables.set(name, { name, shape, handle });
  }

  handle(name: string): Ref {
    return this.#variable(name).handle;
  }

  /** A new reading. It shares the variable's memory, so whatever changes the variable must come after all readers of it. */
  read(name: string): { readonly ref: Ref; readonly shape: Shape } {
    const { handle, shape } = this.#variable(name);
    return { ref: this.graph.within('', () => this.graph.op('ReadVariableOp', [handle], { dtype: float }, { name: `read/${name}` })), shape };
  }

  /** Returns the name of the node that assigns. */
  assign(name: string, value: Ref): string {
    return this.graph.node('AssignVariableOp', [this.handle(name), value], { dtype: float });
  }

  /** Adds what sets and reads each variable. */
  access(): ReadonlyMap<string, Access> {
    return this.graph.within('', () => new Map([...this.#variables.values()].map(({ name, shape }) => {
      const value = this.graph.placeholder(`value/${name}`, 'float32', shape);
      const load = this.#done(`load/${name}`, [this.assign(name, value.ref)]);
      const save = this.graph.op('Identity', [this.read(name).ref], { T: float }, { name: `save/${name}` });
      return [name, { value, load, save }];
    })));
  }

  /** Adds what sets the given variables to zero; fetch the result. */
  clearing(names: readonly string[]): Ref {
    return this.graph.within('', () => this.#done('clear', names.map((name) => {
      const { shape } = this.#variable(name);
      const zeros = this.graph.op('Fill', [this.graph.constant('int32', [shape.length], shape), this.graph.constant('float32', [], [0])],
        { T: float, index_type: attribute.type('int32') });
      return this.assign(name, zeros);
    })));
  }

  /** Something to fetch once the given nodes have run: the binding cannot ask for nodes without outputs. */
  #done(name: string, control: readonly string[]): Ref {
    return this.graph.op('Identity', [this.graph.constant('float32', [], [1])], { T: float }, { name, control });
  }

  #variable(name: string): Variable {
    const variable = this.#variables.get(name);
    if (!variable) throw new Error(`no variable ${name}`);
    return variable;
  }
}
