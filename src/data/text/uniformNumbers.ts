import { fillUniform } from '../../math/random.ts';

/** Uniform numbers on [0, 1) one after the other, from stream `data` (seed only). */
export function uniformNumbers(seed: number): () => number {
  const drawn = new Float32Array(4096);
  let from = 0;
  let at = drawn.length;
  return () => {
    if (at === drawn.length) {
      fillUniform(drawn, { seed, stream: 'data', step: 0, from });
      from += drawn.length;
      at = 0;
    }
    return drawn[at++]!;
  };
}

/** The place of a number u in [0, 1) among chances that sum to 1; a chance of 0 is never chosen. */
export function choosePlace(chances: ArrayLike<number>, u: number): number {
  let sum = 0;
  let last = 0;
  for (let place = 0; place < chances.length; place++) {
    if (chances[place]! === 0) continue;
    sum += chances[place]!;
    last = place;
    if (u < sum) return place;
  }
  return last;
}
