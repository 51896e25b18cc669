import { describe, expect, test } from 'vitest';
import type { NextTokens } from '../../../src/math/nextTokens.ts';
import type { SearchNode, SearchResult } from '../../../src/search/searchResult.ts';
import type { Beam, Strategy } from '../../../src/search/strategy.ts';
import { randomModel } from './randomModels.ts';
import { beam, bestFirst, exact, greedy, run, sample } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const strategies: Strategy[] = [
  greedy,
  { ...sample, returned: 5 },
  { ...beam, returned: 3 },
  { ...beam, returned: 4, finished: 'frozen', stopping: 'first' },
  { ...bestFirst, returned: 3 },
  { ...exact, returned: 3, lengthPenalty: { kind: 'power', alpha: 1 } },
];

/** What does not hold of a ledger although it must. */
function faultsOf({ nodes, hypotheses, moments }: SearchResult): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) faults.push(what);
  };
  nodes.forEach((node, position) => {
    const parent = node.parent === null ? null : nodes[node.parent]!;
    must(node.id === position, 'the id is the position');
    must(parent === null || (parent.id < node.id && parent.depth === node.depth - 1), 'parents come before children');
    must(parent === null ? node.depth === 1 : parent.fate !== 'finished', 'nothing follows an end');
    must(Math.abs((parent?.sum ?? 0) + node.logProbability - node.sum) < 1e-9, 'sums add up');
    must(1 <= node.born && node.born <= node.decided && node.decided <= moments, 'decided after born');
    must((node.fate === 'pruned') === (node.reason !== null && node.reason !== 'stopped'), 'what is pruned has a reason');
    must(node.missedBy === null || node.missedBy >= 0, 'what missed did not beat');
    must(Number.isFinite(node.sum) && Number.isFinite(node.score), 'all numbers are numbers');
  });
  for (const { node, tokens, logProbabilities, score } of hypotheses) {
    const path: SearchNode[] = [];
    for (let at = nodes[node!] ?? null; at !== null; at = at.parent === null ? null : nodes[at.parent]!) path.unshift(at);
    must(path.map(({ token }) => token).join() === tokens.join(), 'the path of a hypothesis has its tokens');
    must(path.map((each) => each.logProbability).join() === logProbabilities.join(), 'and their log-probabilities');
    must(path[path.length - 1]?.score === score, 'and its score');
    must(
      path.every(({ fate }) => fate !== 'pruned'),
      'and is not pruned',
    );
  }
  return [...new Set(faults)];
}

describe.each(strategies)('the ledger of $kind search %#', (strategy) => {
  const ask = (seed: number, mostNodes?: number) =>
    run(randomModel({ seed, size: 4, hasEnd: true, most: 3, order: seed % 2 === 0 ? null : 1 }), 5, strategy, { mostNodes });

  test('has parents before children, sums that add up, and the path of every hypothesis', () => {
    for (let seed = 0; seed < 100; seed++) expect(faultsOf(ask(seed))).toEqual([]);
  });

  test('lists or counts every candidate that was considered, whatever its room', () => {
    for (let seed = 0; seed < 60; seed++) {
      const whole = ask(seed, 1_000_000);
      for (const most of [0, 1, 7, 20]) {
        const part = ask(seed, most);
        expect(part.nodes.length + part.unlisted).toBe(whole.nodes.length + whole.unlisted);
        expect(part.hypotheses.map(({ tokens }) => tokens)).toEqual(whole.hypotheses.map(({ tokens }) => tokens));
        if (most > 0) expect(faultsOf(part)).toEqual([]);
      }
    }
  });

  test('keeps to its limit, but for the paths of what is given back', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { nodes, hypotheses } = ask(seed, 6);
      const needed = hypotheses.reduce((sum, { tokens }) => sum + tokens.length, 0);
      expect(nodes.length).toBeLessThanOrEqual(Math.max(6, needed));
    }
  });

  test('is empty with mostNodes 0', () => {
    const { nodes, hypotheses } = ask(3, 0);
    expect(nodes).toEqual([]);
    expect(hypotheses.every(({ node }) => node === null)).toBe(true);
  });
});

describe('the ledger of beam search', () => {
  test('has the top beams + 1 of each parent, with exact ranks among all candidates', () => {
    for (let seed = 0; seed < 100; seed++) {
      const options: Beam = { ...beam, beams: 2, returned: 2, finished: seed % 2 === 0 ? 'replenish' : 'frozen' };
      // the rank of a frozen parent is not in the ledger, so those tables have no ties
      const model = randomModel({ seed, size: 7, hasEnd: true, most: options.finished === 'frozen' ? 0 : 4, order: null });
      const { nodes, moments } = run(model, 4, options);
      for (let step = 1; step <= moments; step++) {
        const candidates = candidatesOf(model, nodes, { step, isFrozen: options.finished === 'frozen' });
        const listed = nodes.filter(({ born }) => born === step);
        for (const node of listed) {
          const place = candidates.findIndex(({ parent, token }) => parent === node.parent && token === node.token);
          expect(node.rank).toBe(place);
        }
        for (const parent of new Set(candidates.map((candidate) => candidate.parent))) {
          const own = candidates.filter((candidate) => candidate.parent === parent && !candidate.isFrozen).slice(0, 3);
          for (const { token } of own) expect(listed.some((node) => node.parent === parent && node.token === token)).toBe(true);
        }
      }
    }
  });

  /** All candidates of a step, in rank order, from what the ledger says is in the beam. */
  function candidatesOf(model: NextTokens, nodes: readonly SearchNode[], { step, isFrozen }: { step: number; isFrozen: boolean }) {
    const inBeam = nodes.filter(({ fate, depth, decided, reason }) => {
      if (fate === 'kept') return depth === step - 1;
      return depth < step && (fate === 'finished' || (reason === 'displaced' && decided >= step));
    });
    const tokensTo = (node: SearchNode | null): number[] =>
      node === null ? [] : [...tokensTo(node.parent === null ? null : nodes[node.parent]!), node.token];
    const parents = step === 1 ? [null] : inBeam.filter(({ fate }) => fate === 'kept');
    const open = parents.flatMap((parent) =>
      [...model.next([tokensTo(parent)])[0]!].map((logProbability, token) => ({
        parent: parent?.id ?? null,
        rank: parent?.rank ?? 0,
        token,
        sum: (parent?.sum ?? 0) + logProbability,
        isFrozen: false,
      })),
    );
    const frozen = isFrozen
      ? inBeam
          .filter(({ fate }) => fate !== 'kept')
          .map(({ id, sum }) => ({ parent: id, rank: -1, token: model.end!, sum, isFrozen: true }))
      : [];
    return [...open, ...frozen]
      .filter(({ sum }) => sum > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.sum - a.sum || a.rank - b.rank || a.token - b.token);
  }

  test('says by how much a hypothesis missed the beam, and which were open when the search stopped', () => {
    const table = tableNext('""{a .5,b .3,c .2} a{E .9,a .1} b{E .5,a .5}');
    const { nodes } = run(table, 5, { ...beam, beams: 2 });
    const c = nodes.find(({ token, depth }) => table.textOf([token]) === 'c' && depth === 1)!;
    expect(c).toMatchObject({ fate: 'pruned', reason: 'outranked', rank: 2 });
    expect(c.missedBy).toBeCloseTo(Math.log(0.3 / 0.2), 12);
    expect(nodes.filter(({ reason }) => reason === 'stopped').map(({ depth, fate }) => [depth, fate])).toEqual([
      [2, 'kept'],
      [2, 'kept'],
    ]);
  });

  test('shows kept ones to the end of a long search although there is no room for all that is pruned', () => {
    const model = randomModel({ seed: 5, size: 30, hasEnd: false, most: 0, order: 2 });
    const { nodes, hypotheses } = run(model, 64, { ...beam, beams: 8, returned: 8 });
    expect(nodes.length).toBeLessThanOrEqual(2000);
    for (let depth = 2; depth <= 64; depth++) {
      expect(nodes.filter((node) => node.depth === depth && node.fate === 'kept')).toHaveLength(8);
      expect(nodes.some((node) => node.depth === depth && node.fate === 'pruned')).toBe(true);
    }
    expect(hypotheses).toHaveLength(8);
  });
});

describe('the ledger of greedy search and sampling', () => {
  test('shows what was not taken, for greedy with how much it missed', () => {
    const table = tableNext('""{a .5,b .3,E .2} a{E 1}');
    const { nodes } = run(table, 3, greedy);
    const b = nodes.find(({ token }) => table.textOf([token]) === 'b')!;
    expect(b).toMatchObject({ fate: 'pruned', reason: 'notTaken', rank: 1 });
    expect(b.missedBy).toBeCloseTo(Math.log(0.5 / 0.3), 12);
    const drawn = run(table, 1, { ...sample, returned: 40 });
    expect(drawn.nodes.filter(({ depth }) => depth === 1)).toHaveLength(3);
  });
});
