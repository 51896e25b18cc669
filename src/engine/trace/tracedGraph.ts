import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from '../onnx/onnxGraph.ts';
import { fuseProducts } from './fuseProducts.ts';
import { arrayOf, broadcastShape, isSameShape, sizeOf, type TracedSymbol, type TracedType, type TracedValue } from './tracedValue.ts';

/** What a node is made of, before it has a name. */
export interface NewNode {
  op: string;
  domain?: OnnxNode['domain'];
  inputs: readonly (TracedValue | string)[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Results after those that are read, which the operation has all the same. */
  unread?: number;
}

/** A result of a node: its shape in the graph. */
interface NewResult {
  base: readonly number[];
  type?: TracedType;
}

/** "encoder.0.weights" -> "encoder.0": the part of the model that a value belongs to, for the names of nodes. */
const partOf = (name: string): string => name.replace(/\.[^./]*$/, '');

/** A graph in the making: each operation once however often it is traced, constants once, names that a person can follow. */
export class TracedGraph {
  /** Prefix of the names of new nodes, "" or "gradient/". */
  phase = '';
  /** Multiplications and additions of all products of matrices so far. */
  flops = 0;
  private readonly nodes: OnnxNode[] = [];
  private readonly producers = new Map<string, OnnxNode>();
  private readonly shapes = new Map<string, readonly number[]>();
  private readonly constants = new Map<string, OnnxConstant>();
  private readonly inputs: OnnxValue[] = [];
  /** What a value is called after: the part of the model that it comes from. */
  private readonly parts = new Map<string, string>();
  private readonly known = new Map<string, readonly TracedSymbol[]>();
  /** Values that are another one times a number. */
  private readonly scales = new Map<string, { value: TracedSymbol; factor: number }>();

  /** A float32 value that is fed at each call. */
  input(name: string, shape: readonly number[]): TracedSymbol {
    this.inputs.push({ name, type: 'float32', shape });
    this.shapes.set(name, shape);
    this.parts.set(name, partOf(name));
    return { kind: 'symbol', name, base: shape, shape, type: 'float32' };
  }

  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: TracedValue): OnnxNode | undefined {
    return value.kind === 'symbol' ? this.producers.get(value.name) : undefined;
  }

  /** The value that this operation on these operands has already; undefined when it was never traced. */
  find(node: NewNode): TracedSymbol | undefined {
    return this.known.get(this.keyOf(node))?.[0];
  }

  /** Adds an operation with one result, unless the same one stands there already. */
  add(node: NewNode, base: readonly number[], type: TracedType = 'float32', shape: readonly number[] = base): TracedSymbol {
    return { ...this.addMany(node, [{ base, type }])[0]!, shape };
  }

  /** Adds an operation with several results that are read, unless the same one stands there already. */
  addMany(node: NewNode, results: readonly NewResult[]): readonly TracedSymbol[] {
    const key = this.keyOf(node);
    const found = this.known.get(key);
    if (found) return found;
    const inputs = node.inputs.map((input) => this.nameOf(input));
    const stem = this.stemOf(node.op, inputs);
    const outputs = resultNames(`${stem}#${this.nodes.length}`, results.length + (node.unread ?? 0));
    const made: OnnxNode = { op: node.op, domain: node.domain, name: stem, inputs, outputs, attributes: node.attributes };
    this.nodes.push(made);
    const symbols = results.map(({ base, type = 'float32' }, i): TracedSymbol => {
      const name = outputs[i]!;
      this.parts.set(name, this.parts.get(stem)!);
      this.producers.set(name, made);
      this.shapes.set(name, base);
      return { kind: 'symbol', name, base, shape: base, type };
    });
    this.known.set(key, symbols);
    return symbols;
  }

  /** Adds an operation that works on each element by itself: operands may be broadcast, and stay as small as they are in the graph. */
  addElementwise(op: string, operands: readonly TracedValue[], type: TracedType, attributes?: NewNode['attributes']): TracedSymbol {
    const shape = operands.map((operand) => operand.shape).reduce(broadcastShape);
    const base = operands.map((operand) => baseOf(operand)).reduce(broadcastShape);
    return this.add({ op, inputs: operands, attributes }, base, type, shape);
  }

  /** The value in the graph with the whole shape that it stands for: an Expand where it is smaller, a constant where it is known. */
  stored(value: TracedValue): TracedSymbol {
    if (value.kind !== 'symbol') return this.storedConstant(value);
    if (isSameShape(value.base, value.shape)) return value;
    return this.add({ op: 'Expand', inputs: [value, this.integers(value.shape)] }, value.shape, value.type);
  }

  /** Remembers that `product` is `value` times a number. */
  rememberScaled(product: TracedSymbol, value: TracedSymbol, factor: number): void {
    this.scales.set(product.name, { value, factor });
  }

  /** What a value is a multiple of, if it was made so. */
  scaled(value: TracedValue): { value: TracedSymbol; factor: number } | undefined {
    return value.kind === 'symbol' ? this.scales.get(value.name) : undefined;
  }

  /** Name of a constant of whole numbers: shapes, axes. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.constant(`[${values.join(', ')}]`, { type: 'int64', shape: [values.length], bytes });
  }

  private nameOf(value: TracedValue | string): string {
    if (typeof value === 'string') return value;
    if (value.kind === 'symbol') return value.name;
    if (value.kind === 'uniform') {
      const data = arrayOf(value.type, [value.value]);
      return this.constant(`${value.value}${value.type === 'float32' ? '' : `:${value.type}`}`, {
        type: value.type,
        shape: [],
        bytes: bytesOf(data),
      });
    }
    const bytes = bytesOf(value.data);
    const same = [...this.constants.values()].find(
      (one) => one.type === value.type && isSameShape(one.shape, value.shape) && isSameBytes(one.bytes, bytes),
    );
    return same?.name ?? this.constant(`constant.${this.constants.size}`, { type: value.type, shape: value.shape, bytes });
  }

  private constant(name: string, value: Omit<OnnxConstant, 'name'>): string {
    if (!this.constants.has(name)) this.constants.set(name, { name, ...value });
    return name;
  }

  private keyOf({ op, inputs, attributes }: NewNode): string {
    return JSON.stringify([op, inputs.map((input) => this.nameOf(input)), attributes ?? null]);
  }

  /** "encoder.0/Gemm", "gradient/encoder.0/Gemm": named after its parameter, else after the first operand that belongs to a part of the model. */
  private stemOf(op: string, inputs: readonly string[]): string {
    const parts = inputs.map((input) => this.parts.get(input)).filter((part) => part !== undefined);
    const parameter = inputs.find((input) => this.inputs.some(({ name }) => name === input) && input.includes('.'));
    const part = parameter ? partOf(parameter) : (parts.find((one) => one.includes('.')) ?? parts[0] ?? 'constant');
    const stem = `${this.phase}${part}/${op}`;
    this.parts.set(stem, part);
    return stem;
  }

  /** The graph of these outputs: only what they need, each under its name. */
  finish(name: string, outputs: Readonly<Record<string, TracedValue>>): OnnxGraph {
    const names = new Map<string, string>();
    const copies: OnnxNode[] = [];
    const listed: OnnxValue[] = [];
    for (const [output, value] of Object.entries(outputs)) {
      const made = this.stored(value).name;
      listed.push({ name: output, type: value.type, shape: value.shape });
      if (this.producers.has(made) && !names.has(made)) names.set(made, output);
      else copies.push({ op: 'Identity', name: `${output}/Identity`, inputs: [made], outputs: [output] });
    }
    const needed = new Set([...names.keys(), ...copies.flatMap((copy) => copy.inputs)]);
    const kept = this.nodes.toReversed().filter((node) => {
      if (!node.outputs.some((one) => needed.has(one))) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    });
    const fused = fuseProducts(kept.reverse(), {
      shapeOf: (value) => this.shapes.get(value) ?? this.constants.get(value)?.shape,
      numberOf: (value) => this.numberOf(value),
      isOutput: (value) => names.has(value) || copies.some(({ inputs }) => inputs.includes(value)),
    });
    const nodes = [
      ...withNames(fused, names),
      ...copies.map((copy) => ({ ...copy, inputs: copy.inputs.map((one) => names.get(one) ?? one) })),
    ];
    const read = new Set(nodes.flatMap(({ inputs }) => inputs));
    return {
      name,
      nodes,
      constants: [...this.constants.values()].filter((one) => read.has(one.name)),
      inputs: this.inputs,
      outputs: listed,
    };
  }

  private numberOf(name: string): number | undefined {
    const constant = this.constants.get(name);
    if (constant === undefined || constant.type !== 'float32' || constant.shape.length > 0) return undefined;
    return new Float32Array(constant.bytes.slice().buffer)[0];
  }

  private storedConstant(value: Exclude<TracedValue, TracedSymbol>): TracedSymbol {
    const data = value.kind === 'known' ? value.data : arrayOf(value.type, sizeOf(value.shape));
    if (value.kind === 'uniform') data.fill(value.value);
    const name = this.nameOf({ kind: 'known', data, shape: value.shape, type: value.type });
    return { kind: 'symbol', name, base: value.shape, shape: value.shape, type: value.type };
  }
}

/** Names of the results of a node: its own, then numbered ones. */
const resultNames = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));

/** Nodes with names of their own, "encoder.0/Gemm", "encoder.0/Gemm.2"; values are called after the node that makes them. */
function withNames(nodes: readonly OnnxNode[], names: Map<string, string>): OnnxNode[] {
  const uses = new Map<string, number>();
  return nodes.map((node) => {
    const used = (uses.get(node.name) ?? 0) + 1;
    uses.set(node.name, used);
    const name = used === 1 ? node.name : `${node.name}.${used}`;
    const own = resultNames(name, node.outputs.length);
    node.outputs.forEach((made, i) => {
      if (!names.has(made)) names.set(made, own[i]!);
    });
    return { ...node, name, inputs: node.inputs.map((one) => names.get(one) ?? one), outputs: node.outputs.map((one) => names.get(one)!) };
  });
}

/** Shape of a value as the graph has it: a number that is the same everywhere is a scalar there. */
export function baseOf(value: TracedValue): readonly number[] {
  return value.kind === 'symbol' ? value.base : value.kind === 'uniform' ? [] : value.shape;
}

const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
