import { describe, expect, test } from 'vitest';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { symmetricEigen } from '../../../src/math/symmetricEigen.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { momentsOfRows, multiply, transposed } from '../../../src/science/denseMatrix.ts';
import { ExpectedLoss } from '../../../src/science/expectedLoss.ts';
import type { LinearMap } from '../../../src/science/linearMap.ts';
import { type LinearTheory, separateOptimum, theoryFor, theoryMeasures } from '../../../src/science/linearTheory.ts';
import { normals } from './referenceModel.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 7;
const rows = 40;
const mask = { kind: 'mask', ratio: 0.4, rescale: true, flags: false, shape: 'coordinates', blockSize: 2 } as const;
const gaussian = { kind: 'gaussian', sigma: 0.5 } as const;

/** Correlated rows; the last coordinate never varies, like three pixels of the digits. */
function drawRows(seed: number, shift = 0): Float64Array {
  const normal = normals(seed);
  const mixing = Array.from({ length: inputs * inputs }, normal);
  const x = new Float64Array(rows * inputs);
  for (let r = 0; r < rows; r++) {
    const z = Array.from({ length: inputs }, (_, i) => normal() / (1 + i));
    for (let j = 0; j < inputs - 1; j++) x[r * inputs + j] = shift + z.reduce((sum, v, i) => sum + mixing[j * inputs + i]! * v, 0);
  }
  return x;
}

function centred(x: Float64Array): Float64Array {
  const { mean } = momentsOfRows(x, inputs);
  return x.map((v, i) => v - mean[i % inputs]!);
}

/** Expected loss of any W, [inputs, inputs], and bias b on rows x. */
function lossOf(
  weights: Float64Array,
  bias: Float64Array,
  x: Float64Array,
  how: { corruption: Corruption; over: 'all' | 'masked' },
): number {
  const encoder = new Float64Array(inputs * inputs);
  for (let i = 0; i < inputs; i++) encoder[i * inputs + i] = 1;
  const map: LinearMap = { inputs, latent: inputs, encoder, decoder: transposed(weights, inputs, inputs), bias };
  const output = new Float64Array(x.length);
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < inputs; j++) {
      let sum = bias[j]!;
      for (let i = 0; i < inputs; i++) sum += weights[j * inputs + i]! * x[r * inputs + i]!;
      output[r * inputs + j] = sum;
    }
  const measure = new ExpectedLoss(map, how.corruption, how.over);
  measure.add(x, output);
  return measure.value();
}

const sectionsOf = (corruption: Corruption, latent: number, extra: object = {}) =>
  experimentWith({ corruption, model: { kind: 'linear', latent, ...extra } });

/** The bias that goes with W: what is left of the mean. */
function biasFor(theory: LinearTheory, x: Float64Array, factor: number): Float64Array {
  const { mean } = momentsOfRows(x, inputs);
  return mean.map((value, j) => value - factor * mean.reduce((sum, m, i) => sum + theory.weights[j * inputs + i]! * m, 0));
}

const corruptions: [string, Corruption][] = [
  ['no corruption', { kind: 'none' }],
  ['Gaussian noise', gaussian],
  ['a mask', mask],
  ['a mask without 1/p', { ...mask, rescale: false }],
];

describe.each(corruptions)('the closed form under %s', (_, corruption) => {
  describe.each([1, 3, 6, 7, 9])('with %i codes', (latent) => {
    const x = centred(drawRows(1));
    const theory = theoryFor(sectionsOf(corruption, latent), x, inputs)!;
    const none = new Float64Array(inputs);

    test('is the loss of its own W', () => {
      expect(lossOf(theory.weights, none, x, { corruption, over: 'all' })).toBeCloseTo(theory.optimum, 10);
    });

    test('is beaten by no other W of that rank', () => {
      const normal = normals(latent);
      const { values, vectors } = symmetricEigen(multiply(transposed(theory.weights, inputs, inputs), theory.weights, square), inputs);
      const rank = Math.min(latent, values.filter((value) => value > 1e-12 * values[0]!).length);
      // W V is non-zero in `rank` columns: W = (W V) V^T with both factors disturbed
      const image = multiply(theory.weights, vectors, square);
      for (let trial = 0; trial < 40; trial++) {
        const size = 10 ** -(trial % 4);
        const disturbed = (m: Float64Array) => m.map((v, at) => (at % inputs < rank ? v + size * normal() : 0));
        const w = multiply(disturbed(image), transposed(disturbed(vectors), inputs, inputs), square);
        expect(lossOf(w, none, x, { corruption, over: 'all' })).toBeGreaterThan(theory.optimum - 1e-9);
      }
    });
  });

  test('with biases on data that are not centred is the loss of its W with the bias that goes with it', () => {
    const x = drawRows(2, 1.5);
    const theory = theoryFor(sectionsOf(corruption, 3, { bias: true }), x, inputs)!;
    const bias = biasFor(theory, x, corruption.kind === 'mask' && !corruption.rescale ? 1 - corruption.ratio : 1);
    expect(lossOf(theory.weights, bias, x, { corruption, over: 'all' })).toBeCloseTo(theory.optimum, 9);
  });

  test('without biases on data that are not centred is the loss of its own W', () => {
    const x = drawRows(2, 1.5);
    const theory = theoryFor(sectionsOf(corruption, 3), x, inputs)!;
    expect(lossOf(theory.weights, new Float64Array(inputs), x, { corruption, over: 'all' })).toBeCloseTo(theory.optimum, 9);
  });
});

const square = { rows: inputs, inner: inputs, columns: inputs };

describe('the formulas of the table', () => {
  const x = centred(drawRows(3));
  const { values } = symmetricEigen(momentsOfRows(x, inputs).moments, inputs);
  const total = values.reduce((sum, value) => sum + value, 0);

  test('vanilla: the eigenvalues that are left out', () => {
    expect(theoryFor(sectionsOf({ kind: 'none' }, 3), x, inputs)!.optimum).toBeCloseTo(values[3]! + values[4]! + values[5]!, 10);
  });

  test('Gaussian: tr S - sum of l^2/(l + sigma^2)', () => {
    const wanted = total - [0, 1, 2].reduce((sum, i) => sum + values[i]! ** 2 / (values[i]! + 0.25), 0);
    expect(theoryFor(sectionsOf(gaussian, 3), x, inputs)!.optimum).toBeCloseTo(wanted, 10);
  });

  test('L2 penalty g: B = U sqrt(1 - g/l), A = B^T reaches the sum of 2g - g^2/l, and modes with l <= g die', () => {
    const g = values[1]! * 1.0001;
    const theory = theoryFor(
      { ...sectionsOf({ kind: 'none' }, 3), penalty: experimentWith({ penalty: { weights: g } }).penalty },
      x,
      inputs,
    )!;
    expect(theory.optimum).toBeCloseTo(2 * g - (g * g) / values[0]! + total - values[0]!, 10);
    expect(theory.rank).toBe(1);
    const shrink = 1 - g / values[0]!;
    const plain = lossOf(theory.weights, new Float64Array(inputs), x, { corruption: { kind: 'none' }, over: 'all' });
    expect(plain + g * 2 * shrink).toBeCloseTo(theory.optimum, 10);
  });

  test('masked only, full rank: each coordinate regressed on the others is not beaten', () => {
    const sections = { ...sectionsOf(mask, inputs), loss: { kind: 'squared', over: 'masked' } as const };
    const theory = theoryFor(sections, x, inputs)!;
    const none = new Float64Array(inputs);
    const how = { corruption: mask, over: 'masked' } as const;
    expect(lossOf(theory.weights, none, x, how)).toBeCloseTo(theory.optimum, 10);
    const normal = normals(9);
    for (let trial = 0; trial < 40; trial++) {
      const w = theory.weights.map((v) => v + 10 ** -(trial % 4) * normal());
      expect(lossOf(w, none, x, how)).toBeGreaterThan(theory.optimum - 1e-9);
    }
  });

  test('the masked subspace is not that of PCA', () => {
    const pca = theoryFor(sectionsOf({ kind: 'none' }, 3), x, inputs)!;
    const masked = theoryFor(sectionsOf(mask, 3), x, inputs)!;
    const cross = multiply(transposed(pca.basis, inputs, 3), masked.basis, { rows: 3, inner: inputs, columns: 3 });
    const gram = multiply(transposed(cross, 3, 3), cross, { rows: 3, inner: 3, columns: 3 });
    expect(symmetricEigen(gram, 3).values[2]).toBeLessThan(1 - 1e-6);
  });
});

const unrolled = (more: object) => experimentWith({ model: { kind: 'linear', parameterization: 'unrolled', latent: 3, ...more } }).model;

test('one matrix has the optimum of two where nothing is dropped, and a projection pays k sigma^2 under noise', () => {
  const x = centred(drawRows(1));
  const noise = { kind: 'gaussian', sigma: 0.5 } as const;
  const [clean, noisy] = [sectionsOf({ kind: 'none' }, 3), sectionsOf(noise, 3)];
  const optimumOf = (sections: Parameters<typeof theoryFor>[0]) => theoryFor(sections, x, inputs)!.optimum;
  for (const sections of [clean, noisy]) expect(optimumOf({ ...sections, model: unrolled({}) })).toBe(optimumOf(sections));
  const { model } = experimentWith({ model: { kind: 'linear', parameterization: 'leastSquares', latent: 3, ridge: 0 } });
  expect(optimumOf({ ...clean, model })).toBe(optimumOf(clean));
  expect(optimumOf({ ...noisy, model })).toBeCloseTo(optimumOf(clean) + 3 * 0.25, 12);
});

test('what an encoder that knows the mask has to beat is the optimum of two matrices under the same mask', () => {
  const x = centred(drawRows(1));
  const sections = sectionsOf(mask, 3);
  expect(separateOptimum({ ...sections, model: unrolled({}) }, x, inputs)).toBe(theoryFor(sections, x, inputs)!.optimum);
  expect(separateOptimum(sections, x, inputs)).toBeNull();
  expect(separateOptimum({ ...sections, corruption: { kind: 'none' }, model: unrolled({}) }, x, inputs)).toBeNull();
});

describe('no closed form is claimed', () => {
  const x = centred(drawRows(1));
  const linear = sectionsOf(mask, 3);
  test.each<[string, Parameters<typeof theoryFor>[0]]>([
    ['for an mlp', experimentWith({ model: { kind: 'mlp' } })],
    ['for cross-entropy', { ...linear, loss: { kind: 'binaryCrossEntropy', over: 'all' } }],
    ['for flags', { ...linear, corruption: { ...mask, flags: true } }],
    ['for blocks', { ...linear, corruption: { ...mask, shape: 'blocks' } }],
    ['for visible coordinates', { ...linear, loss: { kind: 'squared', over: 'visible' } }],
    ['for masked coordinates below full rank', { ...linear, loss: { kind: 'squared', over: 'masked' } }],
    ['for a penalty under corruption', { ...linear, penalty: experimentWith({ penalty: { weights: 0.1 } }).penalty }],
    ['for leastSquares with a ridge', experimentWith({ model: { kind: 'linear', parameterization: 'leastSquares', ridge: 0.01 } })],
    ['for sparse codes', { ...sectionsOf({ kind: 'none' }, 3), penalty: experimentWith({ penalty: { latentL1: 0.1 } }).penalty }],
    [
      'for the two largest codes of three',
      { ...sectionsOf({ kind: 'none' }, 3), penalty: experimentWith({ penalty: { latentTopK: 2 } }).penalty },
    ],
    ['for unrolled under masks', { ...linear, model: unrolled({}) }],
    ['for unrolled with a threshold', { ...linear, corruption: { kind: 'none' }, model: unrolled({ threshold: 0.1 }) }],
    ['for unrolled with a penalty', { ...experimentWith({ penalty: { weights: 0.1 } }), model: unrolled({}) }],
    ['for "auto" steps under noise', { ...linear, corruption: { kind: 'gaussian', sigma: 0.1 }, model: unrolled({ stepSize: 'auto' }) }],
  ])('%s', (_, sections) => {
    expect(theoryFor(sections, x, inputs)).toBeNull();
  });
});

describe('a model measured against the closed form', () => {
  const x = centred(drawRows(4));
  const latent = 3;
  const sections = sectionsOf({ kind: 'none' }, latent);
  const theory = theoryFor(sections, x, inputs)!;
  const program = autoencoderProgram(sections, inputs);
  // A = U^T, B = U, with an invertible matrix between them that must not matter
  const parameters = new Float32Array(2 * inputs * latent);
  for (let i = 0; i < inputs; i++)
    for (let l = 0; l < latent; l++) {
      parameters[i * latent + l] = theory.basis[i * latent + l]! * (l + 1);
      parameters[inputs * latent + l * inputs + i] = theory.basis[i * latent + l]! / (l + 1);
    }
  const subject = { experiment: sections, program, prepared: { parameters } };

  test('has angle 0 and gap 0 at the optimum', () => {
    const measures = theoryMeasures(theory, subject, { 'train.loss': theory.optimum });
    expect(measures['theory.optimum']).toBe(theory.optimum);
    expect(measures['theory.gap']).toBe(0);
    expect(measures['theory.angle']).toBeLessThan(1e-4);
  });

  test('has a relative gap', () => {
    expect(theoryMeasures(theory, subject, { 'train.loss': 1.5 * theory.optimum })['theory.gap']).toBeCloseTo(0.5, 12);
  });

  test('has an angle of 90 degrees when one direction of the code is lost', () => {
    const lost = parameters.slice().fill(0, inputs * latent, inputs * latent + inputs);
    expect(theoryMeasures(theory, { ...subject, prepared: { parameters: lost } }, {})['theory.angle']).toBeCloseTo(90, 3);
  });

  test('counts the penalty in the gap', () => {
    const penalised = { ...sections, penalty: experimentWith({ penalty: { weights: 0.1 } }).penalty };
    const best = theoryFor(penalised, x, inputs)!;
    const squares = parameters.reduce((sum, w) => sum + w * w, 0);
    const measures = theoryMeasures(best, { ...subject, experiment: penalised }, { 'train.loss': best.optimum - 0.1 * squares });
    expect(measures['theory.gap']).toBeCloseTo(0, 6);
  });

  test('has no gap where the optimum is 0, and no angle where the code holds everything', () => {
    const whole = sectionsOf({ kind: 'none' }, inputs);
    const rich = Float64Array.from({ length: rows * inputs }, normals(6));
    const perfect = theoryFor(whole, rich, inputs)!;
    const identity = { parameters: new Float32Array(2 * inputs * inputs).fill(0.1) };
    const measures = theoryMeasures(
      perfect,
      { experiment: whole, program: autoencoderProgram(whole, inputs), prepared: identity },
      { 'train.loss': 1 },
    );
    expect(Object.keys(measures)).toEqual(['theory.optimum']);
  });
});
