import type { OnnxAttribute, OnnxConstant, OnnxNode } from '../onnx/onnxGraph.ts';

/** Writes nodes by hand, where there is nothing to trace: the optimizer inside a loop of steps. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];

  constructor(private readonly prefix: string) {}

  /** Adds an operation with one result. */
  add(
    op: string,
    inputs: readonly string[],
    attributes?: Record<string, OnnxAttribute>,
    output = `${this.prefix}/${op}.${this.nodes.length}`,
  ): string {
    this.nodes.push({ op, name: `${output}:${op}`, inputs, outputs: [output], attributes });
    return output;
  }

  /** Cuts a row of numbers into pieces of these sizes. */
  split(from: string, sizes: readonly number[], outputs: readonly string[]): void {
    if (outputs.length === 1) this.add('Identity', [from], undefined, outputs[0]);
    else
      this.nodes.push({
        op: 'Split',
        name: `${from}:Split`,
        inputs: [from, this.integers(sizes)],
        outputs,
        attributes: { axis: { int: 0 } },
      });
  }

  /** The same numbers in another shape. */
  reshape(from: string, shape: readonly number[], output?: string): string {
    return this.add('Reshape', [from, this.integers(shape)], undefined, output);
  }

  /** A constant of one number. */
  number(value: number): string {
    return this.constant(`${this.prefix}/${value}`, { type: 'float32', shape: [], bytes: new Uint8Array(Float32Array.of(value).buffer) });
  }

  /** A constant row of numbers. */
  numbers(name: string, values: Float32Array): string {
    return this.constant(name, {
      type: 'float32',
      shape: [values.length],
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
  }

  private integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.constant(`${this.prefix}/[${values.join(', ')}]`, { type: 'int64', shape: [values.length], bytes });
  }

  private constant(name: string, value: Omit<OnnxConstant, 'name'>): string {
    if (!this.constants.some((one) => one.name === name)) this.constants.push({ name, ...value });
    return name;
  }
}
