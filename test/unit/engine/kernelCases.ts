// One-line functions for every kernel that the compiled engine can trace.
import { normaliseRows } from '../../../src/science/language/layerNorm.ts';
import { solveCodes, solveGradient } from '../../../src/science/leastSquaresKernels.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';

/** A function of tensors that uses a kernel, forward or in its gradient. */
export interface KernelCase {
  /** What is special about it. */
  name: string;
  /** Shapes of its operands. */
  shapes: readonly (readonly number[])[];
  /** Float32 comes out. */
  of(...operands: Tensor[]): Tensor;
  /** Operands are above 0. */
  isPositive?: boolean;
  /** Has a gradient that can be traced. */
  isSmooth: boolean;
}

/** Numbers of a shape: waves of tenths, so that equal numbers, halves and zeros come up. */
export function numbersOf(shape: readonly number[], phase: number, isPositive = false): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  const wave = (i: number) => Math.round(15 * Math.sin(1.7 * i + 2 * phase)) / 10;
  return Float32Array.from({ length: size }, (_, i) => (isPositive ? Math.abs(wave(i)) + 0.3 : wave(i)));
}

const known = (shape: number[], isPositive = false) => tf.tensor(numbersOf(shape, 3, isPositive), shape);
const float = (x: Tensor) => tf.cast(x, 'float32');
/** The same numbers in a larger shape: in a trace a value that is only broadcast where it has to be. */
const lazily = (x: Tensor, shape: number[]) => tf.add(x, tf.zeros(shape));

/** A function of one operand on every sort of it. */
function one(of: (x: Tensor) => Tensor, { isPositive = false, isSmooth = true } = {}): KernelCase[] {
  const make = (name: string, shape: number[], cased: (x: Tensor) => Tensor): KernelCase => ({
    name,
    shapes: [shape],
    of: cased,
    isPositive,
    isSmooth,
  });
  return [
    make('a matrix', [3, 4], of),
    make('a scalar', [], of),
    make('sides of 1', [1, 4, 1], of),
    make('lazily broadcast', [1, 4], (x) => of(lazily(x, [3, 4]))),
    make('known numbers', [3, 4], (x) => tf.mul(of(known([3, 4], isPositive)), x)),
    make('one known number', [3, 4], (x) => tf.mul(of(tf.fill([3, 4], 0.7)), x)),
    make('a known scalar', [3, 4], (x) => tf.mul(of(tf.scalar(1.3)), x)),
  ];
}

/** A function of two operands on every sort of them; the gradients of some kernels of TensorFlow.js want operands of one shape. */
function two(
  of: (a: Tensor, b: Tensor) => Tensor,
  { isPositive = false, isSmooth = true as boolean | 'for one shape' } = {},
): KernelCase[] {
  const isOneShape = ([a, b]: readonly (readonly number[])[]) => b === undefined || String(a) === String(b);
  const make = (name: string, shapes: number[][], cased: KernelCase['of']): KernelCase => ({
    name,
    shapes,
    of: cased,
    isPositive,
    isSmooth: isSmooth === 'for one shape' ? isOneShape(shapes) && !name.includes('known') && !name.includes('number') : isSmooth,
  });
  const pair = (a: number[], b: number[]) => make(`[${a}] and [${b}]`, [a, b], (x, y) => of(x!, y!));
  const numbers = [1, 2, 0.5].flatMap((value) => [
    make(`and the number ${value}`, [[3, 4]], (x) => of(x!, tf.scalar(value))),
    make(`of the number ${value} and another`, [[3, 4]], (x) => of(tf.scalar(value), x!)),
  ]);
  return [
    pair([3, 4], [3, 4]),
    pair([3, 4], [4]),
    pair([4], [3, 4]),
    pair([3, 1], [1, 4]),
    pair([3, 4], []),
    pair([], [3, 4]),
    pair([], []),
    pair([1], [2, 1, 3]),
    make('the same twice', [[3, 4]], (x) => of(x!, x!)),
    make(
      'one lazily broadcast',
      [
        [1, 4],
        [3, 4],
      ],
      (x, y) => of(lazily(x!, [3, 4]), y!),
    ),
    make('both lazily broadcast', [[4], [3, 1]], (x, y) => of(lazily(x!, [2, 3, 4]), lazily(y!, [2, 3, 4]))),
    make('known numbers and another', [[3, 4]], (x) => of(known([4], isPositive), x!)),
    make('and known numbers', [[3, 4]], (x) => of(x!, known([3, 1], isPositive))),
    make('known numbers only', [[3, 4]], (x) => tf.mul(of(known([3, 1], isPositive), known([4], isPositive)), x!)),
    ...numbers,
  ];
}

/** A sum or the like over every choice of axes. */
function reduced(of: (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor): KernelCase[] {
  const make = (name: string, shape: number[], cased: (x: Tensor) => Tensor): KernelCase => ({
    name,
    shapes: [shape],
    of: cased,
    isSmooth: true,
  });
  return [
    make('everything', [3, 4], (x) => of(x)),
    make('rows', [3, 4], (x) => of(x, 0)),
    make('the last axis', [3, 4], (x) => of(x, -1)),
    make('an axis that is kept', [3, 4], (x) => of(x, 1, true)),
    make('two axes of three', [2, 3, 4], (x) => of(x, [0, 2])),
    make('two kept axes of three', [2, 3, 4], (x) => of(x, [1, 2], true)),
    make('a side of 1', [3, 1], (x) => of(x, 1)),
    make('a kept side of 1', [3, 1], (x) => of(x, 1, true)),
    make('a scalar', [], (x) => of(x)),
    make('lazily broadcast', [1, 4], (x) => of(lazily(x, [3, 4]), 0)),
    make('lazily broadcast from a scalar', [], (x) => of(lazily(x, [3, 4]))),
    make('known numbers', [3], (x) => tf.mul(of(known([3, 4]), 1), x)),
    make('one known number', [3], (x) => tf.mul(of(tf.fill([3, 4], 0.7), 1), x)),
    make('squares', [3, 4], (x) => of(tf.square(x), 1)),
    make('squares of lazily broadcast numbers', [1, 4], (x) => of(tf.square(lazily(x, [3, 4])), 0)),
    make('whole numbers', [3, 4], (x) => tf.mul(x, float(of(tf.cast(tf.mul(x, 3), 'int32'))))),
  ];
}

/** Products of matrices with each operand transposed or not. */
const products = (
  [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const
).flatMap(([transposeA, transposeB]): KernelCase[] => {
  const name = `transposeA ${transposeA}, transposeB ${transposeB}`;
  const a = transposeA ? [5, 3] : [3, 5];
  const b = transposeB ? [4, 5] : [5, 4];
  const of = (x: Tensor, y: Tensor) => tf.matMul(x, y, transposeA, transposeB);
  return [
    { name, shapes: [a, b], of: (x, y) => of(x!, y!), isSmooth: true },
    {
      name: `stacks, ${name}`,
      shapes: [
        [2, 3, ...a],
        [2, 3, ...b],
      ],
      of: (x, y) => of(x!, y!),
      isSmooth: true,
    },
    {
      name: `stacks that are broadcast, ${name}`,
      shapes: [
        [1, ...a],
        [2, ...b],
      ],
      of: (x, y) => of(x!, y!),
      isSmooth: false,
    },
  ];
});

/** Sums whose one side is a product of matrices: the other side may go into the product. */
const biased: KernelCase[] = [
  ...([[4], [1, 4], [1], [3, 1], [3, 4], [1, 1, 4], [2, 3, 4], []] as number[][]).map(
    (shape): KernelCase => ({
      name: `a product and [${shape}]`,
      shapes: [[3, 5], [5, 4], shape],
      of: (x, y, z) => tf.add(tf.matMul(x!, y!), z!),
      isSmooth: true,
    }),
  ),
  { name: 'a row and a product', shapes: [[4], [3, 5], [5, 4]], of: (z, x, y) => tf.add(z!, tf.matMul(x!, y!)), isSmooth: true },
  {
    name: 'a product and known numbers',
    shapes: [
      [3, 5],
      [5, 4],
    ],
    of: (x, y) => tf.add(tf.matMul(x!, y!), known([4])),
    isSmooth: true,
  },
  { name: 'two rows', shapes: [[3, 5], [5, 4], [4]], of: (x, y, z) => tf.add(tf.add(tf.matMul(x!, y!), z!), z!), isSmooth: true },
  {
    name: 'a product and a matrix',
    shapes: [
      [3, 5],
      [5, 4],
      [3, 4],
    ],
    of: (x, y, z) => tf.add(tf.mul(z!, z!), tf.matMul(x!, y!, false, false)),
    isSmooth: true,
  },
  {
    name: 'two products',
    shapes: [
      [3, 5],
      [5, 4],
      [3, 5],
    ],
    of: (x, y, z) => tf.add(tf.matMul(x!, y!), tf.matMul(z!, y!)),
    isSmooth: true,
  },
  {
    name: 'a product, a matrix and a row',
    shapes: [[3, 5], [5, 4], [3, 4], [4]],
    of: (x, y, z, row) => tf.add(tf.add(tf.matMul(x!, y!), z!), row!),
    isSmooth: true,
  },
  {
    name: 'a product that is wanted itself too',
    shapes: [
      [3, 5],
      [5, 4],
      [3, 4],
    ],
    of: (x, y, z) => {
      const product = tf.matMul(x!, y!);
      return tf.concat([tf.add(product, z!), product]);
    },
    isSmooth: true,
  },
  {
    name: 'a product used twice',
    shapes: [[3, 5], [5, 4], [4]],
    of: (x, y, z) => {
      const product = tf.matMul(x!, y!);
      return tf.mul(tf.add(product, z!), product);
    },
    isSmooth: true,
  },
  {
    name: 'a lazily broadcast product and a row',
    shapes: [[1, 5], [5, 4], [4]],
    of: (x, y, z) => tf.add(lazily(tf.matMul(x!, y!), [3, 4]), z!),
    isSmooth: true,
  },
  {
    name: 'a product and a lazily broadcast row',
    shapes: [[3, 5], [5, 4], [1]],
    of: (x, y, z) => tf.add(tf.matMul(x!, y!), lazily(z!, [4])),
    isSmooth: true,
  },
];

/** Products of matrices times a number, which may become their factor. */
const scaledProducts: KernelCase[] = [
  {
    name: 'a product times a number',
    shapes: [
      [3, 5],
      [5, 4],
    ],
    of: (x, y) => tf.mul(tf.matMul(x!, y!), 0.3),
    isSmooth: true,
  },
  {
    name: 'a number times a product',
    shapes: [
      [3, 5],
      [4, 5],
    ],
    of: (x, y) => tf.mul(-2, tf.matMul(x!, y!, false, true)),
    isSmooth: true,
  },
  {
    name: 'a product and a row, both times a number',
    shapes: [[3, 5], [5, 4], [4]],
    of: (x, y, row) => tf.mul(tf.add(tf.matMul(x!, y!), row!), 0.3),
    isSmooth: true,
  },
  {
    name: 'stacks times a number',
    shapes: [
      [2, 3, 5],
      [2, 5, 4],
    ],
    of: (x, y) => tf.mul(tf.matMul(x!, y!), 0.3),
    isSmooth: true,
  },
  {
    name: 'a product times a number that is wanted itself too',
    shapes: [
      [3, 5],
      [5, 4],
    ],
    of: (x, y) => tf.concat([tf.mul(tf.matMul(x!, y!), 0.3), tf.matMul(x!, y!)]),
    isSmooth: true,
  },
  {
    name: 'a product times a number in a larger shape',
    shapes: [
      [3, 5],
      [5, 4],
    ],
    of: (x, y) => tf.mul(tf.matMul(x!, y!), tf.fill([2, 3, 4], 0.5)),
    isSmooth: true,
  },
];

/** Codes by least squares, of rows with and without a mask, at some ridge and at none. */
function solved(of: (operands: { weights: Tensor; x: Tensor; mask: Tensor | null }, ridge: number) => Tensor): KernelCase[] {
  const shapes = [
    [2, 5],
    [3, 5],
    [3, 5],
  ];
  const make = (name: string, cased: KernelCase['of'], count = 3): KernelCase => ({
    name,
    shapes: shapes.slice(0, count),
    of: cased,
    isSmooth: true,
  });
  return [0.01, 0].flatMap((ridge) => [
    make(`under masks at ridge ${ridge}`, (weights, x, y) => of({ weights: weights!, x: x!, mask: tf.step(tf.add(y!, 0.8)) }, ridge)),
    make(`at ridge ${ridge}`, (weights, x) => of({ weights: weights!, x: x!, mask: null }, ridge), 2),
    make(`of known rows at ridge ${ridge}`, (weights) => of({ weights: weights!, x: known([3, 5]), mask: tf.ones([3, 5]) }, ridge), 1),
    make(
      `of lazily broadcast rows at ridge ${ridge}`,
      (weights) => of({ weights: weights!, x: lazily(tf.slice(weights!, [1, 0], [1, 5]), [3, 5]), mask: null }, ridge),
      1,
    ),
  ]);
}

const cased = (name: string, shapes: number[][], of: KernelCase['of'], isSmooth = true): KernelCase => ({ name, shapes, of, isSmooth });
const compared = (of: (a: Tensor, b: Tensor) => Tensor) => two((a, b) => float(of(a, b)), { isSmooth: false });
const positive = { isPositive: true };
const stepped = { isSmooth: false };
const oneShape = { isSmooth: 'for one shape' } as const;

/** Cases by the kernel that each of them uses. */
export const kernelCases: Readonly<Record<string, readonly KernelCase[]>> = {
  Abs: one((x) => tf.abs(x)),
  Ceil: one((x) => tf.ceil(x)),
  Cos: one((x) => tf.cos(x)),
  Elu: one((x) => tf.elu(x)),
  EluGrad: one((x) => tf.elu(tf.mul(x, 2))).filter(({ name }) => !name.includes('known')),
  Erf: one((x) => tf.erf(x)),
  Exp: one((x) => tf.exp(x)),
  Floor: one((x) => tf.floor(x)),
  Log: one((x) => tf.log(x), positive),
  Neg: one((x) => tf.neg(x)),
  Reciprocal: one((x) => tf.reciprocal(x), positive),
  Relu: one((x) => tf.relu(x)),
  Rsqrt: one((x) => tf.rsqrt(x), positive),
  Sigmoid: one((x) => tf.sigmoid(x)),
  Sign: one((x) => tf.sign(x)),
  Sin: one((x) => tf.sin(x)),
  Softplus: one((x) => tf.softplus(x)),
  Sqrt: one((x) => tf.sqrt(x), positive),
  Square: one((x) => tf.square(x)),
  Tanh: one((x) => tf.tanh(x)),
  Step: [
    ...one((x) => tf.step(x)),
    ...one((x) => tf.step(x, -0.5)).map((each) => ({ ...each, name: `${each.name}, slope below zero` })),
    cased('of what relu is taken of too', [[3, 4]], (x) => tf.mul(tf.relu(x!), tf.step(x!))),
    cased('of what relu is taken of, lazily broadcast', [[1, 4]], (x) => tf.mul(tf.relu(x!), tf.step(lazily(x!, [3, 4])))),
  ],
  ClipByValue: one((x) => tf.clipByValue(x, -0.5, 0.9)),

  Add: [...two((a, b) => tf.add(a, b)), ...biased],
  Sub: two((a, b) => tf.sub(a, b)),
  Multiply: [
    ...two((a, b) => tf.mul(a, b)),
    ...scaledProducts,
    cased('numbers one after the other', [[3, 4]], (x) => tf.mul(tf.mul(tf.mul(x!, 3), 0.5), 7)),
    cased('numbers that undo each other', [[3, 4]], (x) => tf.mul(tf.mul(x!, 4), 0.25)),
    cased('numbers whose product is too large', [[3, 4]], (x) => tf.mul(tf.mul(tf.exp(tf.sub(x!, 80)), 1e20), 1e20), false),
    cased('numbers whose product is too small', [[3, 4]], (x) => tf.mul(tf.mul(tf.exp(tf.add(x!, 80)), 1e-25), 1e-25)),
    cased('a number, then a larger shape', [[1, 4]], (x) => tf.mul(tf.mul(x!, 3), tf.fill([3, 4], 0.5))),
  ],
  RealDiv: two((a, b) => tf.div(a, b), positive),
  Maximum: two((a, b) => tf.maximum(a, b), oneShape),
  Minimum: two((a, b) => tf.minimum(a, b), oneShape),
  Pow: two((a, b) => tf.pow(a, b), positive),
  SquaredDifference: two((a, b) => tf.squaredDifference(a, b), oneShape),
  AddN: [
    cased(
      'three',
      [
        [3, 4],
        [3, 4],
        [3, 4],
      ],
      (x, y, z) => tf.addN([x!, y!, z!]),
    ),
    cased(
      'the same twice',
      [
        [3, 4],
        [3, 4],
      ],
      (x, y) => tf.addN([x!, y!, x!]),
    ),
    cased(
      'one lazily broadcast, one known',
      [
        [1, 4],
        [3, 4],
      ],
      (x, y) => tf.addN([lazily(x!, [3, 4]), y!, known([3, 4])]),
    ),
  ],

  Equal: compared((a, b) => tf.equal(a, b)),
  NotEqual: compared((a, b) => tf.notEqual(a, b)),
  Greater: compared((a, b) => tf.greater(a, b)),
  GreaterEqual: compared((a, b) => tf.greaterEqual(a, b)),
  Less: compared((a, b) => tf.less(a, b)),
  LessEqual: compared((a, b) => tf.lessEqual(a, b)),
  LogicalAnd: compared((a, b) => tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0.5))),
  LogicalOr: compared((a, b) => tf.logicalOr(tf.greater(a, 0.6), tf.less(b, 0))),
  LogicalNot: one((x) => float(tf.logicalNot(tf.greater(x, 0))), stepped),
  Select: [
    ...two((a, b) => tf.where(tf.greater(a, b), a, b), stepped),
    cased(
      'a known condition',
      [
        [3, 4],
        [3, 4],
      ],
      (x, y) => tf.where(tf.greater(known([3, 4]), 0), x!, y!),
    ),
    cased(
      'whole numbers',
      [
        [3, 4],
        [3, 4],
      ],
      (x, y) => float(tf.where(tf.greater(x!, y!), tf.cast(x!, 'int32'), tf.scalar(7, 'int32'))),
      false,
    ),
  ],

  Cast: [
    ...one((x) => tf.cast(x, 'float32')),
    ...one((x) => float(tf.cast(tf.mul(x, 3), 'int32')), stepped),
    ...one((x) => float(tf.cast(x, 'bool')), stepped),
    ...one((x) => float(tf.cast(tf.greater(x, 0), 'int32')), stepped),
  ],
  Identity: one((x) => tf.clone(x)),
  ZerosLike: one((x) => tf.add(x, tf.zerosLike(x))),
  OnesLike: one((x) => tf.sub(tf.onesLike(x), x)),
  Range: [
    cased('whole numbers', [[4]], (x) => tf.mul(x!, tf.range(0, 4))),
    cased('with a step', [[3]], (x) => tf.mul(x!, tf.range(1, 2.5, 0.5))),
    cased('downwards', [[3]], (x) => tf.mul(x!, tf.range(3, 0))),
    cased('of another type', [[4, 2]], (x) => tf.gather(x!, tf.range(1, 3, 1, 'int32'))),
  ],
  Fill: [
    cased('a number', [[3, 4]], (x) => tf.mul(x!, tf.fill([3, 4], 2.5))),
    cased('a whole number', [[3, 4]], (x) => tf.mul(x!, float(tf.fill([3, 4], 2, 'int32')))),
    cased('wider than the other side', [[1, 4]], (x) => tf.add(x!, tf.fill([3, 4], 0))),
  ],

  Sum: reduced((x, axis, keepDims) => tf.sum(x, axis, keepDims)),
  Mean: reduced((x, axis, keepDims) => tf.mean(x, axis, keepDims)),
  Max: [
    ...reduced((x, axis, keepDims) => tf.max(x, axis, keepDims)),
    // made of max, exp, sum and log
    cased('the logarithm of softmax', [[3, 4]], (x) => tf.logSoftmax(x!)),
  ],
  Softmax: one((x) => tf.softmax(x)).filter(({ name }) => !name.includes('scalar')),
  BatchMatMul: [
    ...products,
    cased('lazily broadcast', [[1, 5], [4]], (x, y) => tf.matMul(lazily(x!, [3, 5]), lazily(y!, [5, 4]))),
    cased('known numbers', [[3, 5]], (x) => tf.matMul(x!, known([5, 4]))),
    cased(
      'sides of 1',
      [
        [1, 5],
        [5, 1],
      ],
      (x, y) => tf.matMul(x!, y!),
    ),
  ],
  GatherV2: [
    cased('rows', [[5, 4]], (x) => tf.gather(x!, tf.tensor1d([3, 0, 3], 'int32'))),
    cased('columns', [[2, 5]], (x) => tf.gather(x!, tf.tensor1d([4, 1], 'int32'), 1)),
    cased('along the last axis', [[2, 5]], (x) => tf.gather(x!, tf.tensor1d([4, 1, 1], 'int32'), -1), false),
    cased('a matrix of rows', [[5, 2]], (x) =>
      tf.gather(
        x!,
        tf.tensor2d(
          [
            [3, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
      ),
    ),
    cased('lazily broadcast', [[1, 4]], (x) => tf.gather(lazily(x!, [3, 4]), tf.tensor1d([2, 0], 'int32'))),
    cased('rows by numbers that are computed', [[5, 4], [3]], (x, y) => tf.gather(x!, tf.cast(tf.abs(tf.mul(y!, 2)), 'int32')), false),
  ],
  UnsortedSegmentSum: [
    cased('rows', [[4, 3]], (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, 1, 3], 'int32'), 5), false),
    cased('single numbers', [[6]], (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([2, 2, 2, 0, 1, 2], 'int32'), 3), false),
    cased('matrices', [[3, 2, 2]], (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([0, 0, 1], 'int32'), 2), false),
    cased('lazily broadcast', [[1, 4]], (x) => tf.unsortedSegmentSum(lazily(x!, [3, 4]), tf.tensor1d([1, 1, 0], 'int32'), 2), false),
    cased(
      'very many rows of few segments',
      [[2000, 3]],
      (x) => {
        // whole numbers, whose sums are the same in any order
        const whole = tf.cast(tf.mul(x!, 10), 'int32');
        const segments = tf.reshape(tf.abs(tf.slice(whole, [0, 0], [2000, 1])), [2000]) as tf.Tensor1D;
        return tf.unsortedSegmentSum(float(whole), segments, 16);
      },
      false,
    ),
  ],
  NormalisedRows: [
    cased('rows and what they were divided by', [[3, 4]], (x) => tf.mul(normaliseRows(x!)[0], normaliseRows(x!)[1]), false),
    cased('lazily broadcast', [[1, 4]], (x) => normaliseRows(lazily(x!, [3, 4]))[0], false),
    cased('a row of one number everywhere', [[3, 1]], (x) => tf.add(normaliseRows(tf.matMul(x!, tf.ones([1, 4])))[0], x!), false),
  ],

  LeastSquaresCode: solved((operands, ridge) => solveCodes(operands, { ridge })),
  LeastSquaresGradient: solved((operands, ridge) => {
    const { weights, x } = operands;
    const slopes = tf.slice(tf.square(x), [0, 0], [x.shape[0]!, weights.shape[0]!]);
    const [byWeights, byX] = solveGradient(operands, slopes, { ridge });
    return tf.matMul(byX, byWeights, false, true);
  }).map((each) => ({ ...each, isSmooth: false })),

  Reshape: [
    cased('flat', [[3, 4]], (x) => tf.reshape(x!, [12])),
    cased('with a side to be found', [[3, 4]], (x) => tf.reshape(x!, [2, -1, 3])),
    cased('the same shape', [[3, 4]], (x) => tf.reshape(x!, [3, 4])),
    cased('a scalar', [[1, 1]], (x) => tf.reshape(x!, [])),
    cased('from a scalar', [[]], (x) => tf.reshape(x!, [1, 1])),
    cased('lazily broadcast', [[1, 4]], (x) => tf.reshape(lazily(x!, [3, 4]), [2, 6])),
    cased('known numbers', [[2, 6]], (x) => tf.mul(x!, tf.reshape(known([3, 4]), [2, 6]))),
  ],
  ExpandDims: [0, 1, -1].map((axis) => cased(`axis ${axis}`, [[3, 4]], (x) => tf.expandDims(x!, axis))),
  Transpose: [
    cased('a matrix', [[3, 4]], (x) => tf.transpose(x!)),
    cased('three axes', [[2, 3, 4]], (x) => tf.transpose(x!, [2, 0, 1])),
    cased('lazily broadcast', [[1, 4]], (x) => tf.transpose(lazily(x!, [3, 4]))),
    cased('one known number', [[4, 3]], (x) => tf.mul(x!, tf.transpose(tf.fill([3, 4], 2)))),
  ],
  Slice: [
    cased('a block', [[3, 4]], (x) => tf.slice(x!, [1, 1], [2, 2])),
    cased('to the end', [[3, 4]], (x) => tf.slice(x!, [1, 2], [-1, -1])),
    cased('everything', [[3, 4]], (x) => tf.slice(x!, [0, 0], [3, 4])),
    cased('rows only', [[3, 4]], (x) => tf.slice(x!, 1, 2)),
    cased('without a size', [[3, 4]], (x) => tf.slice(x!, [1])),
    cased('lazily broadcast', [[1, 4]], (x) => tf.slice(lazily(x!, [3, 4]), [1, 1], [2, 2])),
  ],
  SplitV: [
    cased('equal pieces', [[3, 4]], (x) => tf.sub(tf.split(x!, 2, 1)[0]!, tf.split(x!, 2, 1)[1]!)),
    cased('pieces of given sizes', [[3, 6]], (x) => tf.matMul(tf.split(x!, [2, 3, 1], -1)[1]!, tf.split(x!, [3, 2, 1], 1)[0]!, true)),
    cased('with a rest', [[5, 2]], (x) => tf.split(x!, [2, -1])[1]!),
    cased('one piece', [[3, 4]], (x) => tf.split(x!, 1)[0]!, false),
  ],
  Concat: [
    cased(
      'rows',
      [
        [2, 4],
        [1, 4],
      ],
      (x, y) => tf.concat([x!, y!], 0),
    ),
    cased(
      'columns and known numbers',
      [
        [2, 4],
        [2, 1],
      ],
      (x, y) => tf.concat([x!, tf.onesLike(x!), y!, known([2, 3])], -1),
    ),
    cased('the same twice', [[2, 4]], (x) => tf.concat([x!, x!], 1)),
    cased(
      'lazily broadcast',
      [
        [1, 4],
        [3, 4],
      ],
      (x, y) => tf.concat([lazily(x!, [3, 4]), y!], 0),
    ),
  ],
  Pack: [0, 1, -1].map((axis) =>
    cased(
      `axis ${axis}`,
      [
        [3, 4],
        [3, 4],
      ],
      (x, y) => tf.stack([x!, y!, x!], axis),
    ),
  ),
  Unpack: [0, 1, -1].map((axis) => cased(`axis ${axis}`, [[2, 3, 4]], (x) => tf.sub(tf.unstack(x!, axis)[1]!, tf.unstack(x!, axis)[0]!))),
  Tile: [
    cased('a matrix', [[3, 2]], (x) => tf.tile(x!, [2, 3])),
    cased('once', [[3, 2]], (x) => tf.tile(x!, [1, 1])),
    cased('broadcastTo', [[1, 4]], (x) => tf.broadcastTo(x!, [3, 4])),
    cased('one known number', [[6]], (x) => tf.mul(x!, tf.tile(tf.fill([3], 2), [2]))),
  ],
  TopK: [
    cased('of rows', [[3, 5]], (x) => tf.topk(x!, 2).values, false),
    cased('of all numbers', [[3, 4]], (x) => tf.topk(x!, 4).values, false),
    cased('of three axes', [[2, 3, 4]], (x) => tf.topk(x!, 1).values, false),
    cased('lazily broadcast', [[1, 4]], (x) => tf.topk(lazily(x!, [3, 4]), 3).values, false),
  ],
  PadV2: [
    cased('a frame', [[3, 4]], (x) =>
      tf.pad(x!, [
        [1, 2],
        [0, 3],
      ]),
    ),
    cased('with a number', [[3, 4]], (x) =>
      tf.pad(
        x!,
        [
          [0, 0],
          [1, 1],
        ],
        2.5,
      ),
    ),
    cased('lazily broadcast', [[1, 4]], (x) =>
      tf.pad(lazily(x!, [3, 4]), [
        [1, 0],
        [0, 1],
      ]),
    ),
  ],
};
