import { fillNormal, fillUniform } from '../../../src/math/random.ts';

/**
 * Rows about one centre a class, n of them, classes at random: the centre of class c is `apart` along coordinate c, with
 * independent normal noise.
 */
export function labelledClouds(at: { n: number; width: number; count: number; apart: number; seed: number }): {
  x: Float32Array;
  labels: Int32Array;
} {
  const { n, width, count, apart, seed } = at;
  const x = new Float32Array(n * width);
  fillNormal(x, { seed, stream: 'data', step: 0 });
  const chance = new Float32Array(n);
  fillUniform(chance, { seed, stream: 'data', step: 1 });
  // each class at least once
  const labels = Int32Array.from(chance, (value, i) => (i < count ? i : Math.min(count - 1, Math.floor(value * count))));
  labels.forEach((label, i) => {
    x[i * width + (label % width)] = x[i * width + (label % width)]! + apart;
  });
  return { x, labels };
}
