import type { OnnxNode } from '../onnx/onnxGraph.ts';
import { isSameShape, sizeOf } from './tracedValue.ts';

/** What is known of the values of a graph, by their names. */
export interface ValueFacts {
  /** Shape in the graph; undefined where nobody knows. */
  shapeOf(name: string): readonly number[] | undefined;
  /** A constant of one float32 number; undefined for all else. */
  numberOf(name: string): number | undefined;
  /** Whether a value is asked for from outside. */
  isOutput(name: string): boolean;
}

const products = ['Gemm', 'FusedMatMul'];
/** Numbers of the largest sum that a product takes in: ONNX Runtime copies the other operand first, on one thread. */
const largestSum = 16_384;

/** How often each value is read. */
function countUses(nodes: readonly OnnxNode[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of nodes) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  return uses;
}

/** A product with all of it times a number. */
function scaled({ attributes, ...product }: OnnxNode, factor: number): OnnxNode {
  const times = (name: 'alpha' | 'beta') => {
    const before = attributes?.[name];
    return { [name]: { float: (before !== undefined && 'float' in before ? before.float : 1) * factor } };
  };
  return { ...product, attributes: { ...attributes, ...times('alpha'), ...(product.inputs.length > 2 && times('beta')) } };
}

/** Whether a product can take in a matrix that it is added to. */
function isSmallSum({ op, inputs }: OnnxNode, other: readonly number[] | undefined, shape: readonly number[]): boolean {
  return op === 'Gemm' && inputs.length === 2 && other !== undefined && isSameShape(other, shape) && sizeOf(shape) <= largestSum;
}

/**
 * Takes what is done to a product of matrices into the product, where nobody else reads it: a Mul by a number becomes its factor, an Add of
 * a small matrix its third operand. One pass over memory less each.
 * @param nodes in an order in which they can be computed
 */
export function fuseProducts(nodes: readonly OnnxNode[], facts: ValueFacts): OnnxNode[] {
  const uses = countUses(nodes);
  const makers = new Map<string, OnnxNode>();
  const gone = new Set<OnnxNode>();
  /** The product that makes a value which is read once, in the shape of the result. */
  const productOf = (name: string, result: string): OnnxNode | undefined => {
    const maker = makers.get(name);
    const [shape, wanted] = [facts.shapeOf(name), facts.shapeOf(result)];
    const isSame = shape !== undefined && wanted !== undefined && isSameShape(shape, wanted);
    return maker && products.includes(maker.op) && uses.get(name) === 1 && !facts.isOutput(name) && isSame ? maker : undefined;
  };
  const fused = (node: OnnxNode): OnnxNode => {
    if (node.op !== 'Mul' && node.op !== 'Add') return node;
    const result = node.outputs[0]!;
    for (const [product, other] of [node.inputs, node.inputs.toReversed()] as [string, string][]) {
      const made = productOf(product, result);
      if (made === undefined) continue;
      const factor = facts.numberOf(other);
      if (node.op === 'Mul' ? factor === undefined : !isSmallSum(made, facts.shapeOf(other), facts.shapeOf(result)!)) continue;
      gone.add(made);
      const taken = node.op === 'Mul' ? scaled(made, factor!) : { ...made, inputs: [...made.inputs, other] };
      return { ...taken, outputs: node.outputs };
    }
    return node;
  };
  const all = nodes.map((node) => {
    const made = fused(node);
    for (const output of made.outputs) makers.set(output, made);
    return made;
  });
  return all.filter((node) => !gone.has(node));
}
