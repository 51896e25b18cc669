import { describe, expect, it } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { symmetricEigen } from '../../../src/math/symmetricEigen.ts';

describe('eigenvalues of a symmetric matrix', () => {
  it('are those of the second difference, known in closed form', () => {
    const n = 9;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] = i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0;
    const { values, vectors } = symmetricEigen(matrix, n);
    for (let k = 0; k < n; k++) {
      expect(values[k]).toBeCloseTo(2 + 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)), 12);
      for (let i = 0; i < n; i++)
        expect(Math.abs(vectors[i * n + k]!)).toBeCloseTo(
          Math.abs(Math.sqrt(2 / (n + 1)) * Math.sin((Math.PI * (i + 1) * (n - k)) / (n + 1))),
          10,
        );
    }
  });

  it('put the matrix together again', () => {
    const n = 30;
    const noise = new Float32Array(n * n);
    fillNormal(noise, { seed: 1, stream: 'data', step: 0 });
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] = noise[i * n + j]! + noise[j * n + i]!;
    const { values, vectors } = symmetricEigen(matrix, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
        expect(sum).toBeCloseTo(matrix[i * n + j]!, 10);
      }
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });

  it('say where the matrix is not finite or not square', () => {
    expect(() => symmetricEigen(Float64Array.of(1, 2, Number.NaN, 4), 2)).toThrow('not finite at row 2, column 1');
    expect(() => symmetricEigen(new Float64Array(5), 2)).toThrow('expected a matrix of 2 x 2 = 4 numbers, got 5');
  });
});
