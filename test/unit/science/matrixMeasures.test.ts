import { expect, test } from 'vitest';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { matrixMeasures } from '../../../src/science/matrixMeasures.ts';
import { experimentWith } from './trainToOptimum.ts';

function measuresOf(model: object, ...parameters: number[]): Record<string, number> {
  const experiment = experimentWith({ model });
  return matrixMeasures({
    experiment,
    program: autoencoderProgram(experiment, 3),
    prepared: { parameters: Float32Array.from(parameters) },
  });
}
const linear = { kind: 'linear', latent: 2 };

test('transposed matrices with orthonormal columns have neither a gap nor a distance', () => {
  // A^T [3, 2], B^T [2, 3]
  expect(measuresOf(linear, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0)).toEqual({ 'model.orthonormality': 0, 'model.tyingGap': 0 });
});

test('both are Frobenius norms', () => {
  const found = measuresOf(linear, 3, 0, 0, 1, 0, 4, 2, 0, 0, 0, 1, 0);
  expect(found['model.orthonormality']).toBe(3);
  expect(found['model.tyingGap']).toBeCloseTo(Math.sqrt(1 + 16), 12);
});

test('one matrix has no gap to itself, networks and numbers that are not finite have none of them', () => {
  expect(Object.keys(measuresOf({ ...linear, parameterization: 'unrolled' }, 1, 0, 0, 0, 1, 0))).toEqual(['model.orthonormality']);
  expect(measuresOf({ ...linear, parameterization: 'leastSquares' }, 1, 0, 0, 1, 1, 0)).toEqual({
    'model.orthonormality': Math.sqrt(1 + 2 * 1),
  });
  expect(measuresOf({ ...linear, parameterization: 'unrolled' }, 1, Number.NaN, 0, 0, 1, 0)).toEqual({});
  expect(measuresOf({ kind: 'mlp', hidden: [], latent: 2 }, ...new Array(17).fill(1))).toEqual({});
  expect(measuresOf(linear, Number.NaN, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0)).toEqual({});
});
