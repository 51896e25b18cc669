import { type Factor, factorise } from './semidefinite.ts';

/** Rows that a matrix B [inputs, latent] is to draw by their codes, as far as they are visible. Numbers are float32 or float64. */
export interface LeastSquares {
  /** B^T [latent, inputs] */
  weights: ArrayLike<number>;
  /** [rows, inputs] */
  x: ArrayLike<number>;
  /** m [rows, inputs]: 1 visible, 0 dropped; null where everything is visible. */
  mask: ArrayLike<number> | null;
  latent: number;
  /** eps, at least 0: rho = eps tr(B^T B) / latent, with the whole B whatever the mask. */
  ridge: number;
}

/** Sum over i of a[from + i] b[i]. */
function dot(a: ArrayLike<number>, from: number, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[from + i]! * b[i]!;
  return sum;
}

/** The normal equations of every row: G l = B^T (m o x) with G = B^T diag(m) B + rho I. */
class NormalEquations {
  readonly inputs: number;
  readonly rows: number;
  /** B [inputs, latent] row by row. */
  readonly columns: Float64Array;
  private readonly rho: number;
  /** Without a mask one matrix serves all rows. */
  private readonly shared: Factor | null;

  constructor(private readonly problem: LeastSquares) {
    const { weights, x, latent, mask, ridge } = problem;
    this.inputs = weights.length / latent;
    this.rows = x.length / this.inputs;
    this.columns = new Float64Array(weights.length);
    let trace = 0;
    for (let l = 0; l < latent; l++)
      for (let j = 0; j < this.inputs; j++) {
        const value = weights[l * this.inputs + j]!;
        this.columns[j * latent + l] = value;
        trace += value * value;
      }
    this.rho = (ridge * trace) / latent;
    this.shared = mask === null ? factorise(this.gramOf(0), latent) : null;
  }

  /** m of a row at an input. */
  visible(row: number, j: number): number {
    return this.problem.mask === null ? 1 : this.problem.mask[row * this.inputs + j]!;
  }

  factorOf(row: number): Factor {
    return this.shared ?? factorise(this.gramOf(row), this.problem.latent);
  }

  /** B^T (m o x) of a row, [latent]. */
  rightSide(row: number): Float64Array {
    const { latent, x } = this.problem;
    const out = new Float64Array(latent);
    for (let j = 0; j < this.inputs; j++) {
      const value = this.visible(row, j) * x[row * this.inputs + j]!;
      if (value === 0) continue;
      for (let l = 0; l < latent; l++) out[l] = out[l]! + value * this.columns[j * latent + l]!;
    }
    return out;
  }

  /** G of a row, [latent, latent]; built anew from the visible inputs: taking dropped ones away again would cancel. */
  private gramOf(row: number): Float64Array {
    const { latent } = this.problem;
    const gram = new Float64Array(latent * latent);
    for (let j = 0; j < this.inputs; j++) {
      const weight = this.visible(row, j);
      if (weight === 0) continue;
      const from = j * latent;
      for (let l = 0; l < latent; l++) {
        const factor = weight * this.columns[from + l]!;
        for (let k = 0; k <= l; k++) gram[l * latent + k] = gram[l * latent + k]! + factor * this.columns[from + k]!;
      }
    }
    for (let l = 0; l < latent; l++) {
      for (let k = 0; k < l; k++) gram[k * latent + l] = gram[l * latent + k]!;
      gram[l * latent + l] = gram[l * latent + l]! + this.rho;
    }
    return gram;
  }
}

/**
 * The codes l of rows x: argmin |m o (x - B l)|^2 + rho |l|^2, in float64. With `ridge` 0 the shortest of the best codes where several
 * are best (fewer visible inputs than codes), which is the limit of ever smaller ridges; 0 where nothing is visible.
 * @returns [rows, latent]
 */
export function leastSquaresCodes(problem: LeastSquares): Float64Array {
  const equations = new NormalEquations(problem);
  const { latent } = problem;
  const codes = new Float64Array(equations.rows * latent);
  for (let row = 0; row < equations.rows; row++) codes.set(equations.factorOf(row).solve(equations.rightSide(row)), row * latent);
  return codes;
}

/**
 * The gradient through the solves of `leastSquaresCodes`, in float64. For a row with code l, derivative g of a loss by it and
 * q = G^-1 g (science.md 1.2 with the ridge of 1.0b):
 *
 * dB = m o [(x - B l) q^T - (B q) l^T] - (2 eps / latent) (q . l) B, and dx = m o (B q)
 *
 * With `ridge` 0 and fewer visible inputs than codes G^+ stands for G^-1, and dB has the further term (m o B G^+ l) h^T, with h the part of
 * g that B maps to nothing visible (Golub and Pereyra 1973: the derivative of a pseudo-inverse of constant rank).
 * @param slopes g [rows, latent]
 * @returns derivatives by `weights` [latent, inputs] and by `x` [rows, inputs]
 */
export function leastSquaresGradient(problem: LeastSquares, slopes: ArrayLike<number>): { weights: Float64Array; x: Float64Array } {
  const equations = new NormalEquations(problem);
  const { inputs, rows } = equations;
  const { latent, ridge } = problem;
  const columns = new Float64Array(equations.columns.length); // dB
  const x = new Float64Array(rows * inputs);
  let shrunk = 0;
  for (let row = 0; row < rows; row++) {
    const slope = Float64Array.from({ length: latent }, (_, l) => slopes[row * latent + l]!);
    const factor = equations.factorOf(row);
    const code = factor.solve(equations.rightSide(row));
    const q = factor.solve(slope);
    shrunk += dot(q, 0, code);
    addRow(equations, { row, x: problem.x, code, q, columns, dx: x });
    const empty = factor.emptyPart(slope);
    if (empty) addEmptyPart(equations, { row, solved: factor.solve(code), empty, columns });
  }
  const weights = new Float64Array(columns.length);
  for (let l = 0; l < latent; l++)
    for (let j = 0; j < inputs; j++) {
      const at = j * latent + l;
      weights[l * inputs + j] = columns[at]! - ((2 * ridge) / latent) * shrunk * equations.columns[at]!;
    }
  return { weights, x };
}

interface RowGradient {
  row: number;
  x: ArrayLike<number>;
  code: Float64Array;
  q: Float64Array;
  /** dB so far [inputs, latent]. */
  columns: Float64Array;
  dx: Float64Array;
}

/** Adds m o [(x - B l) q^T - (B q) l^T] to dB and writes dx. */
function addRow(equations: NormalEquations, { row, x, code, q, columns, dx }: RowGradient): void {
  const { inputs, columns: b } = equations;
  for (let j = 0; j < inputs; j++) {
    const weight = equations.visible(row, j);
    if (weight === 0) continue;
    const from = j * code.length;
    const residual = weight * (x[row * inputs + j]! - dot(b, from, code));
    const back = weight * dot(b, from, q);
    dx[row * inputs + j] = back;
    for (let l = 0; l < code.length; l++) columns[from + l] = columns[from + l]! + residual * q[l]! - back * code[l]!;
  }
}

/** Adds (m o B s) h^T to dB, s = G^+ l. */
function addEmptyPart(
  equations: NormalEquations,
  { row, solved, empty, columns }: { row: number; solved: Float64Array; empty: Float64Array; columns: Float64Array },
): void {
  for (let j = 0; j < equations.inputs; j++) {
    const from = j * empty.length;
    const along = equations.visible(row, j) * dot(equations.columns, from, solved);
    for (let l = 0; l < empty.length; l++) columns[from + l] = columns[from + l]! + along * empty[l]!;
  }
}
