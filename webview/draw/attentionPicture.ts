import { visibleToken } from '../../src/run/visibleToken.ts';
import type { AttentionMaps } from '../state/runStore.ts';

/** Steps between nothing and everything. */
export const shadeCount = 12;

/** Which of several maps: numbers from 0. */
export interface HeadPlace {
  layer: number;
  head: number;
}

/** Weights of one head, float32 [tokens, tokens]: row i is where token i looks, and sums to 1. */
export function headWeights({ heads, tokens, values }: AttentionMaps, { layer, head }: HeadPlace): Float32Array {
  const size = tokens.length ** 2;
  const from = (layer * heads + head) * size;
  return values!.subarray(from, from + size);
}

/** All heads of all layers, layer by layer. */
export function headPlaces({ layers, heads }: AttentionMaps): HeadPlace[] {
  return Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));
}

/** How dark a weight is, 0 to `shadeCount`: by its root, so that a weight of a tenth is seen. */
export const shadeOf = (weight: number): number =>
  Number.isFinite(weight) ? Math.round(shadeCount * Math.sqrt(Math.min(1, Math.max(0, weight)))) : 0;

/**
 * The cells of one head as paths of unit squares, one for each shade from 1 to `shadeCount`, cells beside each other joined.
 * Row by row from the top, columns from the left: the cell of row i and column j is the square from (j, i) to (j + 1, i + 1).
 */
export function shadePaths(weights: Float32Array, size: number): string[] {
  const paths = new Array<string>(shadeCount).fill('');
  for (let row = 0; row < size; row++)
    for (let from = 0, to = 0; from < size; from = to) {
      const shade = shadeOf(weights[row * size + from]!);
      for (to = from + 1; to < size && shadeOf(weights[row * size + to]!) === shade; ) to++;
      if (shade > 0) paths[shade - 1] += `M${from} ${row}h${to - from}v1h${from - to}z`;
    }
  return paths;
}

/** Where the cells of a map stand, in pixels. */
export interface MapLayout {
  /** Side of a cell. */
  cell: number;
  /** Room for the names of the tokens left of and above the cells; 0 without names. */
  room: number;
  /** Whole side. */
  side: number;
}

/** Heads beside each other where there is room for so many: a part of a layer that fills its lines, at most four. */
export function acrossOf(heads: number, room: number): number {
  const most = Math.max(1, Math.min(heads, 4, room));
  for (let across = most; across > most / 2; across--) if (heads % across === 0) return across;
  return most;
}

/** Letters of a token's name beside a map. */
export const mostLetters = 10;

/** The largest map of whole pixels a cell that is no wider than `width`, with the names of tokens where a cell is as high as a line. */
export function mapLayout(tokens: readonly string[], width: number, mostCell: number): MapLayout {
  const longest = Math.max(1, ...tokens.map((token) => [...visibleToken(token, mostLetters)].length));
  const wanted = Math.ceil(8 + 7 * longest);
  const fitting = (room: number): number => Math.min(mostCell, Math.max(1, Math.floor((width - room) / Math.max(1, tokens.length))));
  const named = fitting(wanted);
  const room = named >= 11 ? wanted : 0;
  const cell = room > 0 ? named : fitting(0);
  return { cell, room, side: room + cell * tokens.length };
}
