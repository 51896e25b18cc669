import type { Overlay } from '../../../src/protocol/decodePage.ts';
import type { Hypothesis, SearchNode } from '../../../src/search/searchResult.ts';

/** What is drawn of a search: its nodes, and the texts that it gave back. */
export interface DrawnSearch {
  nodes: readonly SearchNode[];
  hypotheses: readonly Hypothesis[];
}

/** A node as it is drawn; the root is the prompt. */
export interface DrawnNode {
  id: number;
  parent: DrawnNode | null;
  /** Most probable first. */
  children: DrawnNode[];
  token: number;
  logProbability: number;
  sum: number;
  depth: number;
  /** The search's own node; null for the root and for what only another search went through. */
  listed: SearchNode | null;
  /** Place of the text that ends here among those given back, from 0. */
  place: number | null;
  /** Best place of a text given back that goes through here; null: none does. */
  best: number | null;
  overlays: Set<Overlay>;
}

/** All that is drawn of a search and of those laid over it. */
export interface DrawnTree {
  /** Parents before children; the first is the root. */
  nodes: DrawnNode[];
  /** Where the texts of the searches laid over it end. */
  ends: { overlay: Overlay; node: DrawnNode }[];
}

/** Joins a search and the texts of others into one tree. */
export function drawnTree(search: DrawnSearch, overlays: ReadonlyMap<Overlay, DrawnSearch>): DrawnTree {
  const tree = new TreeMaker();
  const byId: DrawnNode[] = [];
  for (const node of search.nodes) {
    const parent = node.parent === null ? tree.root : byId[node.parent];
    if (parent === undefined) continue;
    const drawn = tree.child(parent, node.token, node.logProbability);
    drawn.listed ??= node;
    byId[node.id] = drawn;
  }
  search.hypotheses.forEach((hypothesis, place) => {
    const path = tree.path(hypothesis);
    for (const node of path) node.best ??= place;
    path.at(-1)!.place ??= place;
  });
  const ends: DrawnTree['ends'] = [];
  for (const [overlay, { hypotheses }] of overlays)
    for (const hypothesis of hypotheses) {
      const path = tree.path(hypothesis);
      for (const node of path) node.overlays.add(overlay);
      ends.push({ overlay, node: path.at(-1)! });
    }
  for (const { children } of tree.nodes) children.sort((a, b) => b.logProbability - a.logProbability || a.token - b.token);
  return { nodes: tree.nodes, ends };
}

/** Tokens from the root to a node. */
export function tokensTo(node: DrawnNode): number[] {
  const tokens: number[] = [];
  for (let at = node; at.parent; at = at.parent) tokens.unshift(at.token);
  return tokens;
}

class TreeMaker {
  readonly nodes: DrawnNode[] = [];
  readonly root = this.#add(null, -1, 0);
  readonly #children = new Map<string, DrawnNode>();

  /** The node of a token after another; made where it is missing. */
  child(parent: DrawnNode, token: number, logProbability: number): DrawnNode {
    const key = `${parent.id} ${token}`;
    const known = this.#children.get(key);
    if (known) return known;
    const node = this.#add(parent, token, logProbability);
    parent.children.push(node);
    this.#children.set(key, node);
    return node;
  }

  /** The root and the nodes of a text. */
  path({ tokens, logProbabilities }: Hypothesis): DrawnNode[] {
    const path = [this.root];
    tokens.forEach((token, i) => {
      path.push(this.child(path[i]!, token, logProbabilities[i]!));
    });
    return path;
  }

  #add(parent: DrawnNode | null, token: number, logProbability: number): DrawnNode {
    const [sum, depth] = parent ? [parent.sum + logProbability, parent.depth + 1] : [0, 0];
    const node: DrawnNode = {
      id: this.nodes.length,
      parent,
      children: [],
      token,
      logProbability,
      sum,
      depth,
      listed: null,
      place: null,
      best: null,
      overlays: new Set(),
    };
    this.nodes.push(node);
    return node;
  }
}
