import { UserError } from '../../experiment/problem.ts';

/** Grams with more nodes than this would fill the memory of a small machine (some 30 bytes a node while counting). */
const MOST_NODES = 50_000_000;

/**
 * Grams as a tree, frozen: node 0 is the empty gram, a node's child by a token is the gram with that token after it. Children lie side by
 * side, ascending by token, and levels one after the other, so that equal counts are equal arrays.
 */
export interface GramTrie {
  /** Last token of each node's gram. */
  tokens: Uint32Array;
  /** How often that token stood there after the rest of the gram. */
  counts: Uint32Array;
  /** [nodes + 1]: node i has the children children[i] to children[i + 1] - 1. */
  children: Uint32Array;
}

/** The child of a node by a token, or -1; of -1 there is none. */
export function childOf({ tokens, children }: GramTrie, node: number, token: number): number {
  if (node < 0) return -1;
  let low = children[node]!;
  let high = children[node + 1]!;
  const end = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle]! < token) low = middle + 1;
    else high = middle;
  }
  return low < end && tokens[low] === token ? low : -1;
}

/** Grams while they are counted: nodes in the order of their first appearance, found by hashing (parent, token). */
export class GrowingTrie {
  private nodes = 1;
  private parents = new Uint32Array(1024);
  private tokens = new Uint32Array(1024);
  private counts = new Uint32Array(1024);
  /** Open addressing, at most half full; 0 is empty, for the root is nobody's child. */
  private table = new Uint32Array(2048);

  /**
   * The child of a node by a token, made where it is new.
   * @throws UserError where there are too many to hold
   */
  child(parent: number, token: number): number {
    const mask = this.table.length - 1;
    let slot = slotOf(parent, token) & mask;
    for (let node = this.table[slot]!; node !== 0; node = this.table[slot]!) {
      if (this.parents[node] === parent && this.tokens[node] === token) return node;
      slot = (slot + 1) & mask;
    }
    if (this.nodes === this.parents.length) {
      this.grow();
      return this.child(parent, token);
    }
    const node = this.nodes++;
    this.parents[node] = parent;
    this.tokens[node] = token;
    this.table[slot] = node;
    return node;
  }

  /** Counts a token after the gram of a node. @returns the child */
  count(parent: number, token: number): number {
    const node = this.child(parent, token);
    this.counts[node]!++;
    return node;
  }

  /** The same grams with children side by side. */
  freeze(): GramTrie {
    const { nodes } = this;
    const sorted = sortByKey(
      this.parents,
      sortByKey(
        this.tokens,
        Uint32Array.from({ length: nodes - 1 }, (_, i) => i + 1),
      ),
    );
    const firstOf = new Uint32Array(nodes + 1);
    for (const node of sorted) firstOf[this.parents[node]! + 1]!++;
    for (let i = 0; i < nodes; i++) firstOf[i + 1]! += firstOf[i]!;
    const frozen = { tokens: new Uint32Array(nodes), counts: new Uint32Array(nodes), children: new Uint32Array(nodes + 1) };
    const queue = new Uint32Array(nodes);
    let filled = 1;
    for (let i = 0; i < nodes; i++) {
      const node = queue[i]!;
      frozen.tokens[i] = this.tokens[node]!;
      frozen.counts[i] = this.counts[node]!;
      frozen.children[i] = filled;
      for (let j = firstOf[node]!; j < firstOf[node + 1]!; j++) queue[filled++] = sorted[j]!;
    }
    frozen.children[nodes] = nodes;
    return frozen;
  }

  private grow(): void {
    const length = this.nodes * 2;
    if (this.nodes >= MOST_NODES)
      throw new UserError(`the text has more than ${MOST_NODES / 1e6} million different grams: lower model.order`, 'model.order');
    const grown = (from: Uint32Array) => {
      const to = new Uint32Array(length);
      to.set(from);
      return to;
    };
    this.parents = grown(this.parents);
    this.tokens = grown(this.tokens);
    this.counts = grown(this.counts);
    this.table = new Uint32Array(length * 2);
    const mask = this.table.length - 1;
    for (let node = 1; node < this.nodes; node++) {
      let slot = slotOf(this.parents[node]!, this.tokens[node]!) & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = node;
    }
  }
}

function slotOf(parent: number, token: number): number {
  let mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Nodes by ascending key; those of the same key stay in their order. */
function sortByKey(keys: Uint32Array, nodes: Uint32Array): Uint32Array {
  let most = 0;
  for (const node of nodes) most = Math.max(most, keys[node]!);
  const places = new Uint32Array(most + 2);
  for (const node of nodes) places[keys[node]! + 1]!++;
  for (let i = 0; i <= most; i++) places[i + 1]! += places[i]!;
  const sorted = new Uint32Array(nodes.length);
  for (const node of nodes) sorted[places[keys[node]!]!++] = node;
  return sorted;
}
