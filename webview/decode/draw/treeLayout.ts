import { hierarchy, tree } from 'd3-hierarchy';
import type { DrawnNode, DrawnTree } from './drawnTree.ts';
import { packColumns } from './packColumns.ts';

/** Where a node stands, in pixels before any zoom. */
export interface Place {
  x: number;
  y: number;
  /** Whether words fit right of it: nothing of the next column is in the way. */
  isFreeRight: boolean;
  /** Whether words fit under its edge. */
  isFreeBelow: boolean;
}

/** Where everything of a tree stands. */
export interface TreeLayout {
  /** By the id of the drawn node. */
  places: Place[];
  /** Nodes of each column from the top. */
  columns: DrawnNode[][];
  columnWidth: number;
  width: number;
  top: number;
  bottom: number;
}

/** Pixels from row to row: nodes that went no further stand closer, where there are many. */
const rows = { leaf: 13.5, inner: 30, beside: 25, leafOfFew: 19, few: 80 };
/** Pixels that a drawn letter takes, and of the column beside them: bend, node. */
const letter = 6.3;
const beside = 58;
/** A tidy tree may be so many times as tall as its fullest column; beyond, columns are packed. */
const tidy = 1.7;

/** Columns by depth, rows so that nothing overlaps; the same tree always stands the same. */
export function layoutTree({ nodes }: DrawnTree, labelOf: (node: DrawnNode) => string): TreeLayout {
  const longest = nodes.reduce((most, node) => (node.parent ? Math.max(most, labelOf(node).length) : most), 4);
  const columnWidth = Math.min(210, Math.max(92, beside + letter * longest));
  const leaf = nodes.length < rows.few ? rows.leafOfFew : rows.leaf;
  const apart = (a: DrawnNode, b: DrawnNode): number =>
    isInner(a) && isInner(b) ? rows.inner : isInner(a) || isInner(b) ? rows.beside : leaf;
  const columns: DrawnNode[][] = [];
  const heights = new Float64Array(nodes.length);
  const laid = tree<DrawnNode>()
    .nodeSize([1, 1])
    .separation((a, b) => apart(a.data, b.data))(hierarchy(nodes[0]!, (node) => node.children));
  laid.each(({ data, x }) => {
    heights[data.id] = x;
    columns[data.depth] ??= [];
    columns[data.depth]!.push(data);
  });
  for (const column of columns) column.sort((a, b) => heights[a.id]! - heights[b.id]!);
  const fullest = Math.max(...columns.map((column) => column.reduce((sum, node, i) => sum + (i > 0 ? apart(column[i - 1]!, node) : 0), 0)));
  if (extent(heights).size > tidy * fullest + 200) heights.set(packed(nodes, columns, apart));
  const places = nodes.map(
    ({ id, depth }): Place => ({ x: depth * columnWidth, y: Math.round(heights[id]! * 2) / 2, isFreeRight: false, isFreeBelow: false }),
  );
  findRoom(places, columns);
  const { low, high } = extent(heights);
  return { places, columns, columnWidth, width: (columns.length - 1) * columnWidth, top: low, bottom: high };
}

/** Whether a node has words above and below its line: it went on, ended, or belongs to a text that matters. */
const isInner = (node: DrawnNode): boolean =>
  node.children.length > 0 || node.best !== null || node.overlays.size > 0 || node.listed?.fate !== 'pruned';

function extent(heights: Float64Array): { low: number; high: number; size: number } {
  const [low, high] = [heights.reduce((a, b) => Math.min(a, b)), heights.reduce((a, b) => Math.max(a, b))];
  return { low, high, size: high - low };
}

const packed = (
  nodes: readonly DrawnNode[],
  columns: readonly DrawnNode[][],
  apart: (a: DrawnNode, b: DrawnNode) => number,
): Float64Array =>
  packColumns({
    columns: columns.map((column) => column.map(({ id }) => id)),
    parents: nodes.map(({ parent }) => parent?.id ?? -1),
    apart: (above, below) => apart(nodes[above]!, nodes[below]!),
  });

function findRoom(places: Place[], columns: DrawnNode[][]): void {
  columns.forEach((column, depth) => {
    const taken = (columns[depth + 1] ?? [])
      .map((node) => stretch(places[node.parent!.id]!.y, places[node.id]!.y))
      .sort((a, b) => a[0] - b[0]);
    let [at, reach] = [0, Number.NEGATIVE_INFINITY];
    column.forEach((node, i) => {
      const place = places[node.id]!;
      for (; at < taken.length && taken[at]![0] < place.y + 7; at++) reach = Math.max(reach, taken[at]![1]);
      place.isFreeRight = node.children.length === 0 && reach < place.y - 7;
      const next = column[i + 1];
      place.isFreeBelow = isInner(node) && (next === undefined || places[next.id]!.y - place.y >= 24);
    });
  });
}

/** Rows that an edge and its words take. */
const stretch = (from: number, to: number): [number, number] => [Math.min(from, to - 12), Math.max(from, to) + 2];

/** The node under a point of the drawing: its mark, or the words on its edge. */
export function nodeAt({ columns, columnWidth, places }: TreeLayout, x: number, y: number): DrawnNode | null {
  // words stand left of their node, so a column begins where the bends from the one before it end
  const depth = Math.max(0, Math.ceil((x - 12) / columnWidth));
  const column = columns[depth];
  if (!column) return null;
  let [low, high] = [0, column.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[column[middle]!.id]!.y < y) low = middle + 1;
    else high = middle;
  }
  let best: DrawnNode | null = null;
  let nearest = 10;
  for (const node of [column[low - 1], column[low]]) {
    if (!node) continue;
    const place = places[node.id]!;
    const distance = Math.abs(y - place.y + (x < place.x - 8 ? 5 : 0));
    if (distance < nearest && x > place.x - columnWidth + 24) [best, nearest] = [node, distance];
  }
  return best;
}
