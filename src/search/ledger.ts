import type { LengthScores } from './lengthScores.ts';
import type { Path } from './path.ts';
import type { SearchNode } from './searchResult.ts';

/** A candidate as the ledger takes it: what its path or its parent does not say already. */
export type Candidate = { parent: Path } & Pick<
  SearchNode,
  'token' | 'logProbability' | 'fate' | 'reason' | 'missedBy' | 'rank' | 'born' | 'decided'
>;

/** Everything that a search looked at, as far as there is room. */
export class Ledger {
  /** Candidates considered but not listed. */
  unlisted = 0;
  private nodes: SearchNode[] = [];

  constructor(
    private readonly limit: number,
    private readonly scores: LengthScores,
  ) {}

  /** Nodes that can still be listed. */
  get room(): number {
    return this.limit - this.nodes.length;
  }

  /** Whether children of a path can be listed. */
  hasRoomUnder(path: Path): boolean {
    return this.room > 0 && (path.parent === null || path.listed !== null);
  }

  /** Lists a candidate, or counts it where there is no room for it or its parent is not listed. */
  add(candidate: Candidate): SearchNode | null {
    if (!this.hasRoomUnder(candidate.parent)) {
      this.unlisted++;
      return null;
    }
    return this.list(candidate);
  }

  /** Lists a path that goes on or ends here. */
  addPath(path: Path, decided: { fate: 'kept' | 'finished'; at: number }): void {
    if (this.hasRoomUnder(path.parent!)) path.listed = this.list(candidateOf(path, decided.fate, decided.at));
    else this.unlisted++;
  }

  /**
   * Makes sure of the paths of the texts that are given back: where the ledger was full, the last other nodes make room.
   * @returns the nodes; the `id` of each is its position, and stays
   */
  close(paths: readonly { path: Path; finished: boolean }[]): SearchNode[] {
    if (this.limit === 0) return [];
    const missing: Path[] = [];
    const needed = new Set<SearchNode>();
    const ends = new Set<Path>(paths.filter(({ finished }) => finished).map(({ path }) => path));
    const met = new Set<Path>();
    for (const { path: last } of paths)
      for (let path: Path = last; path.parent !== null && !met.has(path); path = path.parent) {
        met.add(path);
        if (path.listed === null) missing.push(path);
        else needed.add(path.listed);
      }
    this.makeRoom(missing.length, needed);
    missing.sort((a, b) => a.depth - b.depth);
    for (const path of missing) {
      path.listed = this.list(candidateOf(path, ends.has(path) ? 'finished' : 'kept', path.born));
      this.unlisted--;
    }
    return this.nodes;
  }

  private list({ parent, token, logProbability, fate, reason, missedBy, rank, born, decided }: Candidate): SearchNode {
    const [sum, depth] = [parent.sum + logProbability, parent.depth + 1];
    const score = this.scores.score(sum, depth);
    const node: SearchNode = {
      id: this.nodes.length,
      parent: parent.listed?.id ?? null,
      token,
      logProbability,
      sum,
      depth,
      score,
      fate,
      reason,
      missedBy,
      rank,
      born,
      decided,
    };
    this.nodes.push(node);
    return node;
  }

  /** Takes nodes out from the end, children before parents, but none that is needed. */
  private makeRoom(count: number, needed: ReadonlySet<SearchNode>): void {
    let excess = count - this.room;
    if (excess <= 0) return;
    const stays = new Array<boolean>(this.nodes.length).fill(true);
    for (let id = this.nodes.length - 1; id >= 0 && excess > 0; id--) {
      if (needed.has(this.nodes[id]!)) continue;
      stays[id] = false;
      this.unlisted++;
      excess--;
    }
    const ids = new Map<number, number>();
    this.nodes = this.nodes.filter((node) => stays[node.id]);
    this.nodes.forEach((node, position) => {
      ids.set(node.id, position);
    });
    for (const node of this.nodes) {
      node.id = ids.get(node.id)!;
      if (node.parent !== null) node.parent = ids.get(node.parent)!;
    }
  }
}

function candidateOf(path: Path, fate: 'kept' | 'finished', decided: number): Candidate {
  const { token, logProbability, rank, born } = path;
  return { parent: path.parent!, token, logProbability, fate, reason: null, missedBy: null, rank, born, decided };
}
