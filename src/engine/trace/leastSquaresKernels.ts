import { cast, elementwise } from './elementwiseKernels.ts';
import type { TracedGraph } from './tracedGraph.ts';
import { knownValue, sizeOf, type TracedSymbol, type TracedValue } from './tracedValue.ts';
import type { KernelCall, TraceKernel } from './traceKernel.ts';

/** What stands for a ridge of 0: small against every direction that counts, large against the rounding of float64. */
const smallestRidge = 1e-9;
/** Passes that take its traces away again. */
const passes = 4;

/** Writes matrices of float64 into a graph. Sides of rows are left to be found, so that the graph is the same for any number of rows. */
class Float64Matrices {
  constructor(private readonly graph: TracedGraph) {}

  /** Any value as float64. */
  of(value: TracedValue): TracedSymbol {
    return this.graph.stored(cast(this.graph, value, 'float64'));
  }

  number(value: number): TracedValue {
    return { kind: 'uniform', value, shape: [], type: 'float64' };
  }

  /** The unit matrix. */
  unit(n: number): TracedValue {
    const data = Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
    return knownValue(data, [n, n], 'float64');
  }

  calculate(op: 'Add' | 'Sub' | 'Mul', a: TracedValue, b: TracedValue): TracedSymbol {
    return this.graph.stored(elementwise(this.graph, op, [a, b]));
  }

  /** op(A) op(B) of two matrices. */
  product(a: TracedSymbol, b: TracedSymbol, { transposeA = false, transposeB = false } = {}): TracedSymbol {
    const [rows, inner] = (transposeA ? a.shape.toReversed() : a.shape) as [number, number];
    const shape = [rows, b.shape[transposeB ? 0 : 1]!];
    const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
    this.graph.flops += 2 * sizeOf(shape) * inner;
    return this.graph.add({ op: 'Gemm', inputs: [a, b], attributes }, shape, 'float64');
  }

  /** The same numbers in another shape; `rows` at its front is left to be found. */
  reshape(x: TracedSymbol, shape: readonly number[], isByRow = false): TracedSymbol {
    const written = isByRow ? [-1, ...shape.slice(1)] : shape;
    return this.graph.add({ op: 'Reshape', inputs: [x, this.graph.integers(written)] }, shape, 'float64');
  }

  /** Sum of all numbers of a matrix, a scalar. */
  total(x: TracedSymbol): TracedSymbol {
    return this.graph.add(
      { op: 'ReduceSum', inputs: [x, this.graph.integers([0, 1])], attributes: { keepdims: { int: 0 } } },
      [],
      'float64',
    );
  }

  /** Inverses of square matrices, of one or of a stack. */
  inverse(x: TracedSymbol): TracedSymbol {
    this.graph.flops += 2 * sizeOf(x.shape) * x.shape.at(-1)!;
    return this.graph.add({ op: 'Inverse', domain: 'com.microsoft', inputs: [x] }, x.shape, 'float64');
  }

  /** Each row of b [rows, n] times its own matrix of a stack [rows, n, n], symmetric. */
  rowByRow(stack: TracedSymbol, b: TracedSymbol): TracedSymbol {
    const [rows, n] = b.shape as [number, number];
    const column = this.reshape(b, [rows, n, 1], true);
    this.graph.flops += 2 * sizeOf(stack.shape);
    const product = this.graph.add({ op: 'MatMul', inputs: [stack, column] }, [rows, n, 1], 'float64');
    return this.reshape(product, [rows, n], true);
  }

  float32(x: TracedSymbol): TracedValue {
    return cast(this.graph, x, 'float32');
  }
}

/** Solves with the normal equations of every row. */
interface Solves {
  /** G^-1 b of rows b [rows, latent]; where G has no inverse G^+ b. */
  solve(b: TracedSymbol): TracedSymbol;
  /** What of b the visible rows of B map to 0; null where a ridge leaves nothing of the sort. */
  emptyPart: ((b: TracedSymbol) => TracedSymbol) | null;
}

/**
 * With P = (G + rho I)^-1: at a ridge P itself. At none rho is tiny, and l <- P (b + rho l) goes to G^+ b, g <- rho P g to the empty part of g;
 * a direction of eigenvalue lambda is off by (rho / (lambda + rho))^passes.
 * @param apply P b
 */
function solvesBy(make: Float64Matrices, apply: Solves['solve'], rho: TracedValue, ridge: number): Solves {
  if (ridge > 0) return { solve: apply, emptyPart: null };
  const solveAgain = (b: TracedSymbol) => {
    let y = apply(b);
    for (let pass = 1; pass < passes; pass++) y = apply(make.calculate('Add', b, make.calculate('Mul', y, rho)));
    return y;
  };
  const emptyPart = (b: TracedSymbol) => {
    let y = b;
    for (let pass = 0; pass < passes; pass++) y = make.calculate('Mul', apply(y), rho);
    return y;
  };
  return { solve: (b) => solveAgain(make.calculate('Sub', b, emptyPart(b))), emptyPart };
}

/** What both kernels need of a call: traced twice it stands in the graph once. */
function traceProblem({ graph, input, attribute }: KernelCall) {
  const make = new Float64Matrices(graph);
  const weights = make.of(input('weights')); // W = B^T [latent, inputs]
  const x = make.of(input('x'));
  const [latent, inputs] = weights.shape as [number, number];
  const ridge = attribute<number>('ridge');
  const trace = make.total(make.calculate('Mul', weights, weights));
  const rho = elementwise(graph, 'Mul', [trace, make.number((ridge || smallestRidge) / latent)]);
  const ridged = (gram: TracedSymbol) => make.inverse(make.calculate('Add', gram, elementwise(graph, 'Mul', [rho, make.unit(latent)])));
  if (input('mask').shape.length === 0) {
    const inverse = ridged(make.product(weights, weights, { transposeB: true }));
    return { make, weights, ridge, x, visible: (y: TracedSymbol) => y, ...solvesBy(make, (b) => make.product(b, inverse), rho, ridge) };
  }
  const mask = make.of(input('mask'));
  // all products of two rows of W: what a Gram matrix adds up over the visible inputs
  const pairs = make.calculate('Mul', make.reshape(weights, [latent, 1, inputs]), make.reshape(weights, [1, latent, inputs]));
  const sums = make.product(mask, make.reshape(pairs, [latent * latent, inputs]), { transposeB: true });
  const inverses = ridged(make.reshape(sums, [x.shape[0]!, latent, latent], true));
  const visible = (y: TracedSymbol) => make.calculate('Mul', y, mask);
  return { make, weights, ridge, x, visible, ...solvesBy(make, (b) => make.rowByRow(inverses, b), rho, ridge) };
}

type Problem = ReturnType<typeof traceProblem>;

/** l = G^-1 B^T (m o x), [rows, latent]. */
function traceCodes({ make, weights, x, visible, solve }: Problem): TracedSymbol {
  return solve(make.product(visible(x), weights, { transposeB: true }));
}

/**
 * The implicit gradient: dB = m o [(x - B l) q^T - (B q) l^T] - (2 eps / latent) (q . l) B and dx = m o (B q), q = G^-1 slopes; at ridge 0
 * instead of the last term of dB (m o B G^+ l) h^T with the empty part h of the slopes.
 */
function traceGradient(call: KernelCall): TracedValue[] {
  const problem = traceProblem(call);
  const { make, weights, ridge, x, visible, solve, emptyPart } = problem;
  const slopes = make.of(call.input('slopes'));
  const codes = traceCodes(problem);
  const q = solve(slopes);
  const residual = visible(make.calculate('Sub', x, make.product(codes, weights)));
  const back = visible(make.product(q, weights));
  const transposeA = true;
  const solved = make.calculate('Sub', make.product(q, residual, { transposeA }), make.product(codes, back, { transposeA }));
  const byX = make.float32(back);
  if (emptyPart) {
    const along = visible(make.product(solve(codes), weights));
    return [make.float32(make.calculate('Add', solved, make.product(emptyPart(slopes), along, { transposeA }))), byX];
  }
  const shrunk = make.calculate('Mul', make.total(make.calculate('Mul', q, codes)), make.number((2 * ridge) / weights.shape[0]!));
  return [make.float32(make.calculate('Sub', solved, make.calculate('Mul', weights, shrunk))), byX];
}

/**
 * The least-squares solves of science/leastSquaresKernels.ts, by inverses in float64 inside of a graph of float32.
 * How they differ from those of the eager engines (math/leastSquares.ts): at ridge 0 the pseudo-inverse is the limit of four passes with a
 * ridge of 1e-9, which agree to some 1e-7 while the visible rows of B are of full rank to 1e-3 or so, and less well the nearer they are to
 * losing it.
 */
export function leastSquaresKernels(): Record<string, TraceKernel> {
  return {
    LeastSquaresCode: (call) => {
      const problem = traceProblem(call);
      return problem.make.float32(traceCodes(problem));
    },
    LeastSquaresGradient: traceGradient,
  };
}
