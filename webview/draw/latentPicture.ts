import type { SampleView } from '../../src/protocol/page.ts';
import { classColour, classShape } from './palette.ts';
import type { ThemeColours } from './themeColours.ts';

/** Label of rows that have none. */
export const noLabel = 'no label';
const unlabelled = 10;
const hiddenPoint = 255;

/** A class of the legend. */
export interface LatentClass {
  name: string;
  /** Index of the class, -1 for rows without a label. */
  index: number;
  count: number;
}

/** The classes that occur in the sample, in their order, rows without a label last; empty where the data have no labels. */
export function latentClasses(sample: SampleView): LatentClass[] {
  const counts = new Map<number, number>();
  for (const label of sample.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 1 && counts.has(-1)) return [];
  const order = (index: number): number => (index < 0 ? Number.POSITIVE_INFINITY : index);
  return [...counts].sort(([a], [b]) => order(a) - order(b)).map(([index, count]) => ({ index, count, name: className(sample, index) }));
}

/** Name of a class. */
export const className = (sample: SampleView, index: number): string => (index < 0 ? noLabel : (sample.labelNames[index] ?? String(index)));

/** CSS colours by number: ten classes and, last, points without a label. */
export function pointColours(colours: ThemeColours): string[] {
  return [...Array.from({ length: unlabelled }, (_, i) => classColour(i, colours.isDark)), colours.muted];
}

/** How each point is drawn: its colour's number and its shape's, by label; hidden where its label is. */
export function pointStyles(positions: Float32Array, sample: SampleView | null, hiddenLabels: readonly string[]): PointStyles {
  const points = positions.length / 2;
  const colourOf = new Uint8Array(points);
  const shapeOf = new Uint8Array(points);
  const hidden = new Set(hiddenLabels);
  let shown = 0;
  for (let i = 0; i < points; i++) {
    const label = sample?.labels[i] ?? -1;
    const isPlaced = Number.isFinite(positions[2 * i]!) && Number.isFinite(positions[2 * i + 1]!);
    const isHidden = !isPlaced || (hidden.size > 0 && sample !== null && sample.labels.length > 0 && hidden.has(className(sample, label)));
    colourOf[i] = isHidden ? hiddenPoint : label < 0 ? unlabelled : label % 10;
    shapeOf[i] = label < 0 ? 0 : classShape(label);
    if (!isHidden) shown++;
  }
  return { colourOf, shapeOf, shown };
}

/** How each point is drawn, and how many are. */
export interface PointStyles {
  colourOf: Uint8Array;
  shapeOf: Uint8Array;
  shown: number;
}

/** A square of the plane. */
export interface Square {
  centre: [number, number];
  radius: number;
}

const radii = [1, 1.5, 2, 3, 5, 7, 10];

/** The square that holds all points: around the origin where they are, its side one of a few lengths, so that it grows in steps. */
export function squareAround(positions: Float32Array): Square {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i]!;
    if (!Number.isFinite(value)) continue;
    const axis = i & 1;
    if (value < low[axis]!) low[axis] = value;
    if (value > high[axis]!) high[axis] = value;
  }
  if (!(high[0]! >= low[0]!) || !(high[1]! >= low[1]!)) return { centre: [0, 0], radius: 1 };
  const half = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) / 2;
  const reach = Math.max(-low[0]!, -low[1]!, high[0]!, high[1]!);
  if (reach <= 3 * half || half === 0) return { centre: [0, 0], radius: radiusAbove((reach || 1) * 1.04) };
  const radius = radiusAbove(half * 1.5);
  const middle = (axis: 0 | 1): number => Math.round((low[axis]! + high[axis]!) / radius) * (radius / 2);
  return { centre: [middle(0), middle(1)], radius };
}

function radiusAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (radii.find((radius) => radius * power >= value) ?? 10) * power;
}

/** The point nearest to (x, y) of the plane within `reach`, -1 where there is none; hidden points are not found. */
export function nearestPoint(positions: Float32Array, styles: PointStyles, [x, y]: [number, number], reach: number): number {
  let found = -1;
  let best = reach * reach;
  for (let i = 0; i < styles.colourOf.length; i++) {
    if (styles.colourOf[i] === hiddenPoint) continue;
    const dx = positions[2 * i]! - x;
    const dy = positions[2 * i + 1]! - y;
    const distance = dx * dx + dy * dy;
    if (distance <= best) {
      best = distance;
      found = i;
    }
  }
  return found;
}

/** How many points are drawn. */
export const latentCount = (positions: Float32Array | null, sample: SampleView | null, hiddenLabels: readonly string[]): number =>
  positions ? pointStyles(positions, sample, hiddenLabels).shown : 0;
