import type { ToPage } from '../../src/protocol/page.ts';

type Spectra = Extract<ToPage, { kind: 'frame' }>['spectra'];

/** Variances of twelve directions, descending, and what noise of variance 0.5 leaves of them. */
const variances = Array.from({ length: 12 }, (_, i) => 8 * 0.62 ** i);
const limits = variances.map((variance) => variance / (variance + 0.5));
const codes = 6;

/** Strength of a direction: learned, the large ones first. */
const strength = (direction: number, epoch: number): number => {
  const variance = variances[direction]!;
  return direction < codes ? limits[direction]! / (1 + 60 * Math.exp(-0.25 * variance * epoch)) : 0;
};

/** Names of the curves that only a linear run has. */
export const theoryCurves = [1, 2, 3, 4, 5, 6].flatMap((i) => [`theory.angles.${i}`, `modes.${i}.strength`, `modes.${i}.predicted`]);

/** A point of such a curve; null for other names. */
export function theoryPoint(name: string, epoch: number): number | null {
  const index = Number(/\d+/.exec(name)?.[0]) - 1;
  if (name.startsWith('theory.angles.')) return 80 * Math.exp(-epoch / (14 - 2 * index)) + 0.1;
  if (name.endsWith('.predicted')) return strength(index, epoch);
  return name.endsWith('.strength') ? strength(index, epoch) + 0.01 * Math.sin(epoch) : null;
}

/** Lists of numbers at an epoch: of the codes alone, or with all that a linear model has. */
export function spectraAt(epoch: number, isLinear: boolean): Spectra {
  const learned = variances.map((_, i) => strength(i, epoch));
  const depths = [0, 1, 2, 3, 5, 8, 13, 21, 34, 50];
  const lists: Record<string, number[]> = { 'latent.spectrum': variances.slice(0, codes).map((v, i) => v * learned[i]! ** 2 + 1e-3) };
  if (isLinear)
    Object.assign(lists, {
      'filter.variance': variances,
      'filter.predicted': limits.map((limit, i) => (i < codes ? limit : 0)),
      'filter.learned': learned,
      'singular.encoder': learned.slice(0, codes).map((v) => Math.sqrt(v) * 1.1),
      'singular.decoder': learned.slice(0, codes).map((v) => Math.sqrt(v) / 1.1),
      'singular.map': learned.slice(0, codes),
      'singular.best': limits.slice(0, codes),
      'depth.steps': depths,
      'depth.own': [10],
      'depth.predicted': depths.map((d) => 1 + (d - 8) ** 2 / 400),
      'depth.measured': depths.map((d) => 1.02 + (d - 8) ** 2 / 410),
    });
  return Object.entries(lists).map(([name, values]) => ({ name, values: Float32Array.from(values).buffer }));
}
