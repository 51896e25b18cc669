/** Columns of a tree whose nodes may be moved up and down, but not past each other. */
export interface Columns {
  /** Nodes of each column from the top, by number. */
  columns: readonly (readonly number[])[];
  /** Number of the parent of each node; -1 for the root. */
  parents: readonly number[];
  /** Least distance of two neighbours of a column. */
  apart(above: number, below: number): number;
}

const sweeps = 4;

/**
 * Rows so that no column is taller than it must be: every node as near to the middle of its children, and to its parent, as its
 * neighbours allow (least squares under an order, by pooling neighbours). A tidy tree keeps whole subtrees apart, and of wide and deep ones
 * becomes many times as tall.
 * @returns the row of each node
 */
export function packColumns({ columns, parents, apart }: Columns): Float64Array {
  const rows = new Float64Array(parents.length);
  const children: number[][] = parents.map(() => []);
  parents.forEach((parent, node) => {
    if (parent >= 0) children[parent]!.push(node);
  });
  const least = columns.map((column) => offsetsOf(column, apart));
  const half = Math.max(...least.map((offsets) => offsets.at(-1)!)) / 2;
  const settle = (depth: number, wish: (node: number) => number): void =>
    place({ column: columns[depth]!, offsets: least[depth]!, half, rows }, columns[depth]!.map(wish));
  columns.forEach((_, depth) => {
    settle(depth, () => 0);
  });
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let depth = 1; depth < columns.length; depth++) settle(depth, (node) => rows[parents[node]!]!);
    for (let depth = columns.length - 1; depth >= 0; depth--)
      settle(depth, (node) => {
        const below = children[node]!;
        return below.length === 0 ? rows[node]! : (rows[below[0]!]! + rows[below.at(-1)!]!) / 2;
      });
  }
  return rows;
}

/** How far below the first node of a column each of them stands at least. */
function offsetsOf(column: readonly number[], apart: Columns['apart']): Float64Array {
  const offsets = new Float64Array(column.length);
  for (let i = 1; i < column.length; i++) offsets[i] = offsets[i - 1]! + apart(column[i - 1]!, column[i]!);
  return offsets;
}

interface Column {
  column: readonly number[];
  offsets: Float64Array;
  /** Half of the height that there is. */
  half: number;
  rows: Float64Array;
}

/** Puts the nodes of a column as near to their wishes as order, distances and the height allow. */
function place({ column, offsets, half, rows }: Column, wishes: readonly number[]): void {
  const blocks: { sum: number; count: number }[] = [];
  wishes.forEach((wish, i) => {
    let block = { sum: wish - offsets[i]!, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  const most = half - offsets.at(-1)!;
  let i = 0;
  for (const { sum, count } of blocks)
    for (let end = i + count; i < end; i++) rows[column[i]!] = Math.max(-half, Math.min(most, sum / count)) + offsets[i]!;
}
