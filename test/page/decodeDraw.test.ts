import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finish } from '../../src/search/finish.ts';
import { search } from '../../src/search/search.ts';
import type { SearchAsk } from '../../src/search/searchTask.ts';
import { penaltyKindChange, strategyOfKind, strengthChange } from '../../webview/decode/changeStrategy.ts';
import type { Decoded } from '../../webview/decode/decodeStore.ts';
import { countWords, shareWords } from '../../webview/decode/draw/countWords.ts';
import { type DrawnNode, drawnTree, tokensTo } from '../../webview/decode/draw/drawnTree.ts';
import { lengthChoice, penaltyKinds, penaltyOfKind } from '../../webview/decode/draw/lengthChoices.ts';
import { lengthSentence } from '../../webview/decode/draw/lengthSentence.ts';
import { fateWords, nodeName, stateAt } from '../../webview/decode/draw/nodeWords.ts';
import { packColumns } from '../../webview/decode/draw/packColumns.ts';
import { searchSentences } from '../../webview/decode/draw/searchSentence.ts';
import { layoutTree, nodeAt } from '../../webview/decode/draw/treeLayout.ts';
import { fillBlank, makeBlank } from '../../webview/decode/fillBlank.ts';
import { forbidNode, forceNode } from '../../webview/decode/forceNode.ts';
import { overlayAsk } from '../../webview/decode/overlayAsk.ts';
import { type SyntheticModel, syntheticModel } from './syntheticModel.ts';
import { beam, missedTable } from './useDecodePages.ts';

const exact = { kind: 'exact', returned: 1, lengthPenalty: { kind: 'none' }, forceEnd: false, maxNodes: 100_000 } as const;
const greedy = { kind: 'greedy', forceEnd: false } as const;

function decode(model: SyntheticModel, ask: Pick<SearchAsk, 'strategy' | 'maxNewTokens'>): Decoded {
  const result = finish(search({ model, prompt: [], ...ask }));
  return {
    ...result,
    ...ask,
    hypotheses: result.hypotheses.map((hypothesis) => ({ ...hypothesis, text: model.decode(hypothesis.tokens) })),
    title: '',
    vocabulary: model.vocabulary,
    end: model.end,
    prompt: [],
    newCalls: 0,
    lengths: [],
    seconds: 0,
  } as Decoded;
}

const missed = syntheticModel({ kind: 'table', next: missedTable });
const hashed = syntheticModel({ kind: 'hashed', size: 9 });

/** A tree of any shape, as lists of children. */
const shapes = fc.array(fc.nat(), { minLength: 1, maxLength: 120 }).map((choices) => choices.map((choice, i) => choice % (i + 1)));

function nodesOf(parents: readonly number[]): DrawnNode[] {
  const nodes: DrawnNode[] = [];
  for (const parent of [-1, ...parents]) {
    const above = nodes[parent] ?? null;
    const node: DrawnNode = {
      id: nodes.length,
      parent: above,
      children: [],
      token: nodes.length,
      logProbability: -1,
      sum: 0,
      depth: above ? above.depth + 1 : 0,
      listed: null,
      place: null,
      best: null,
      overlays: new Set(),
    };
    above?.children.push(node);
    nodes.push(node);
  }
  return nodes;
}

test('packed columns keep their order and distances, are no taller than the fullest, and hold every parent among them', () => {
  fc.assert(
    fc.property(shapes, (parents) => {
      const nodes = nodesOf(parents);
      const columns: number[][] = [];
      const visit = (node: DrawnNode): void => {
        columns[node.depth] ??= [];
        columns[node.depth]!.push(node.id);
        node.children.forEach(visit);
      };
      visit(nodes[0]!);
      const rows = packColumns({ columns, parents: nodes.map(({ parent }) => parent?.id ?? -1), apart: (a, b) => 10 + ((a + b) % 3) });
      const heights = columns.map((column) => column.slice(1).reduce((sum, node, i) => sum + 10 + ((column[i]! + node) % 3), 0));
      for (const column of columns)
        for (let i = 1; i < column.length; i++)
          expect(rows[column[i]!]! - rows[column[i - 1]!]!).toBeGreaterThanOrEqual(10 + ((column[i - 1]! + column[i]!) % 3) - 1e-9);
      expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(Math.max(...heights) + 1e-9);
    }),
  );
});

test('no two nodes of a column stand on each other, and each is found where it stands', () => {
  fc.assert(
    fc.property(shapes, (parents) => {
      const nodes = nodesOf(parents);
      const layout = layoutTree({ nodes, ends: [] }, () => 'a 0.5');
      for (const column of layout.columns)
        for (let i = 1; i < column.length; i++)
          expect(layout.places[column[i]!.id]!.y - layout.places[column[i - 1]!.id]!.y).toBeGreaterThanOrEqual(13);
      for (const node of nodes) {
        const { x, y } = layout.places[node.id]!;
        expect(nodeAt(layout, x, y)).toBe(node);
        if (node.parent) expect(nodeAt(layout, x - 30, y - 4)).toBe(node);
      }
      expect(nodeAt(layout, -400, layout.top - 50)).toBeNull();
    }),
  );
});

test('a tree holds the nodes of the search, and those that only another search went through', () => {
  const tree = drawnTree(
    decode(missed, { strategy: beam, maxNewTokens: 3 }),
    new Map([['exact', decode(missed, { strategy: exact, maxNewTokens: 3 })]]),
  );
  const name = (node: DrawnNode): string => missed.decode(tokensTo(node));
  const best = tree.nodes.find(({ place }) => place === 0)!;
  expect(name(best)).toBe('a b a');
  const end = tree.ends[0]!.node;
  expect(name(end)).toBe('b a a');
  expect(end.listed).toBeNull();
  expect(stateAt(end, null)).toBe('laid');
  expect(end.sum).toBeCloseTo(Math.log(0.23166), 4);
  expect(fateWords(end.parent!, null)).toMatch(/^pruned: its rank was not among those kept, by 0\.056/);
  expect(nodeName(end, missed.vocabulary, null)).toContain('on the path of exact search');
  for (const { children } of tree.nodes)
    for (let i = 1; i < children.length; i++) expect(children[i]!.logProbability).toBeLessThanOrEqual(children[i - 1]!.logProbability);
});

test('at a moment of the search only what had happened by then is told', () => {
  const result = decode(missed, { strategy: beam, maxNewTokens: 3 });
  const { nodes } = drawnTree(result, new Map());
  const count = (moment: number | null, state: string): number => nodes.filter((node) => stateAt(node, moment) === state).length;
  expect(count(0, 'unborn')).toBe(result.nodes.length);
  expect(count(1, 'kept')).toBe(2);
  expect(count(3, 'returned')).toBe(0);
  expect(count(null, 'returned')).toBe(2);
});

test('the sentences are true on random models: a miss is told exactly when exact search scores more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (size, beams, maxNewTokens) => {
        const model = syntheticModel({ kind: 'hashed', size });
        const found = decode(model, { strategy: { ...beam, beams, returned: 1 }, maxNewTokens });
        const best = decode(model, { strategy: exact, maxNewTokens });
        const said = searchSentences(found, new Map([['exact', best]]));
        const [mine, theirs] = [found.hypotheses[0]!, best.hypotheses[0]!];
        const isMissed = theirs.finished !== mine.finished || theirs.score > mine.score + 1e-9;
        expect(said.some(({ isMiss }) => isMiss)).toBe(isMissed);
        expect(said.map(({ text }) => text).join(' ')).toContain(isMissed ? 'missed' : 'proves that nothing is better');
      },
    ),
    { numRuns: 40 },
  );
});

test('what is not known is not claimed: an exact search that was left proves nothing', () => {
  const found = decode(hashed, { strategy: { ...beam, beams: 8, returned: 1 }, maxNewTokens: 6 });
  const left = decode(hashed, { strategy: { ...exact, maxNodes: 3 }, maxNewTokens: 6 });
  const said = searchSentences(found, new Map([['exact', left]]));
  expect(said[1]!.text).toMatch(/^Whether anything is better is not known: exact search was left after \d beginnings\.$/);
  expect(said.every(({ isMiss }) => !isMiss)).toBe(true);
});

test('greedy is compared in nats, whoever is better', () => {
  const found = decode(missed, { strategy: beam, maxNewTokens: 3 });
  const said = (overlay: Decoded) => searchSentences(found, new Map([['greedy', overlay]])).at(-1)!.text;
  expect(said(decode(missed, { strategy: greedy, maxNewTokens: 3 }))).toBe('Greedy would have said “a a a …”, 0.39 nats less probable.');
  expect(said(found)).toBe('Greedy says the same.');
  expect(said(decode(missed, { strategy: exact, maxNewTokens: 3 }))).toContain('nats more probable');
});

test('lengths are chosen as the design page computes them: A of 2 tokens against B of 4', () => {
  const lengths = [
    { length: 2, logProbability: -2, text: 'brief', isExact: true },
    { length: 4, logProbability: -2.4, text: 'a longer text', isExact: true },
  ];
  const winner = (power: number, gnmt: number, reward: number): (number | null)[] =>
    penaltyKinds.map((kind) => lengthChoice(penaltyOfKind(kind, { power, gnmt, reward }), lengths).winner);
  expect(winner(1, 0.6, 0.25)).toEqual([0, 1, 0, 1]);
  expect(winner(0.262, 0.725, 0.19)).toEqual([0, 0, 0, 0]);
  expect(winner(0.264, 0.726, 0.21)).toEqual([0, 1, 1, 1]);
  const choices = penaltyKinds.map((kind) => lengthChoice(penaltyOfKind(kind, { power: 1, gnmt: 0.6, reward: 0.25 }), lengths));
  expect(choices[2]!.scores.map((score) => score.toFixed(4))).toEqual(['-1.8233', '-1.8817']);
  expect(lengthSentence(lengths, choices)).toBe(
    'Without a penalty “brief” wins with 2 tokens: each further token can only lower the sum of log-probabilities. Power 1 takes 4 tokens, a reward of 0.25 a token takes 4 tokens.',
  );
});

test('counts of any size are words, and shares of them', () => {
  expect([Number.NEGATIVE_INFINITY, 0, Math.log10(8), Math.log10(66_430), 27, 27.98].map(countWords)).toEqual([
    '0',
    '1',
    '8',
    '66\u202f430',
    '10²⁷',
    '9.5·10²⁷',
  ]);
  expect([shareWords(Math.log10(3), Math.log10(8)), shareWords(1, 27), shareWords(Number.NEGATIVE_INFINITY, 3), shareWords(3, 3)]).toEqual([
    '37.5 %',
    '< 0.1 %',
    '0 %',
    '100 %',
  ]);
});

test('another strategy keeps what it has in common, and a penalty is as strong as it was last', () => {
  const penalised = { ...beam, lengthPenalty: { kind: 'power', alpha: 0.3 } } as const;
  expect(strategyOfKind('exact', penalised)).toEqual({
    ...exact,
    returned: 2,
    lengthPenalty: { kind: 'power', alpha: 0.3 },
    maxNodes: 10_000_000,
  });
  expect(strategyOfKind('bestFirst', { ...exact, returned: 9 })).toEqual({ kind: 'bestFirst', beams: 4, returned: 4, forceEnd: false });
  expect(strategyOfKind('greedy', beam)).toEqual(greedy);
  const view = {
    prompt: '',
    maxNewTokens: 3,
    strategy: beam,
    constraints: { forced: [], forbidden: [] },
    overlays: [],
    strengths: { power: 0.3, gnmt: 0.6, reward: 0.5 },
    blanks: '',
    folded: [],
  };
  expect(penaltyKindChange(view, 'power')).toEqual({ strategy: penalised });
  expect(strengthChange(view, 'power', 0.9)).toEqual({ change: { strengths: { ...view.strengths, power: 0.9 } }, isSearched: false });
  const changed = strengthChange({ ...view, strategy: penalised }, 'power', 0.9);
  expect(changed.isSearched).toBe(true);
  expect(changed.change.strategy).toMatchObject({ lengthPenalty: { kind: 'power', alpha: 0.9 } });
});

test('what is laid over a search is the same question, and no search is laid over itself', () => {
  const ask = { prompt: 'x', maxNewTokens: 4, strategy: { ...beam, forceEnd: true }, constraints: { forced: [1], forbidden: [] } };
  expect(overlayAsk('greedy', ask)).toEqual({ ...ask, strategy: { kind: 'greedy', forceEnd: true } });
  expect(overlayAsk('exact', ask)).toMatchObject({ strategy: { lengthPenalty: { kind: 'none' }, forceEnd: true, returned: 1 } });
  expect(overlayAsk('greedy', { ...ask, strategy: greedy })).toBeNull();
});

test('forcing and forbidding keep what was asked before, and do not contradict each other', () => {
  const nodes = nodesOf([0, 1, 2]);
  const [, one, two, three] = nodes as [DrawnNode, DrawnNode, DrawnNode, DrawnNode];
  const none = { forced: [], forbidden: [] };
  expect(forceNode({ forced: [9], forbidden: [{ token: 5, after: null }] }, two)).toEqual({
    forced: [1, 2],
    forbidden: [{ token: 5, after: null }],
  });
  const bans = [
    { token: 2, after: [1] },
    { token: 2, after: [9] },
    { token: 1, after: null },
  ];
  expect(forceNode({ forced: [], forbidden: bans }, two)).toEqual({ forced: [1, 2], forbidden: [{ token: 2, after: [9] }] });
  expect(forbidNode(none, two, false)).toEqual({ forced: [], forbidden: [{ token: 2, after: [1] }] });
  expect(forbidNode({ forced: [1, 2, 3], forbidden: [] }, two, false)).toEqual({ forced: [1], forbidden: [{ token: 2, after: [1] }] });
  expect(forbidNode({ forced: [1, 2, 3], forbidden: [] }, one, true)).toEqual({ forced: [], forbidden: [{ token: 1, after: null }] });
  const once = forbidNode(none, three, true);
  expect(forbidNode(once, three, true)).toEqual(once);
});

test('blanks are written out and made', () => {
  expect(fillBlank('mar[MASK]a[MASK]', 1, 'x')).toBe('mar[MASK]ax');
  expect(fillBlank('mar[MASK]a', 1, 'x')).toBe('mar[MASK]a');
  expect(makeBlank('maria', 3, 4)).toBe('mar[MASK]a');
});
