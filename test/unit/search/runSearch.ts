import type { NextTokens } from '../../../src/math/nextTokens.ts';
import { finish } from '../../../src/search/finish.ts';
import { search } from '../../../src/search/search.ts';
import type { SearchResult } from '../../../src/search/searchResult.ts';
import type { SearchAsk } from '../../../src/search/searchTask.ts';
import type { Beam, BestFirst, Exact, Greedy, Sample, Strategy } from '../../../src/search/strategy.ts';

/** The defaults of the experiment file. */
export const greedy: Greedy = { kind: 'greedy', forceEnd: false };
export const sample: Sample = { kind: 'sample', temperature: 1, topK: 0, topP: 1, minP: 0, returned: 1, forceEnd: false };
export const beam: Beam = {
  kind: 'beam',
  beams: 4,
  returned: 1,
  lengthPenalty: { kind: 'none' },
  stopping: 'optimal',
  finished: 'replenish',
  forceEnd: false,
  noRepeatNgram: 0,
};
export const bestFirst: BestFirst = { kind: 'bestFirst', beams: 4, returned: 1, forceEnd: false };
export const exact: Exact = { kind: 'exact', returned: 1, lengthPenalty: { kind: 'none' }, forceEnd: false, maxNodes: 10_000_000 };

/** A search from the empty prompt to its end. */
export function run(model: NextTokens, longest: number, strategy: Strategy, more: Partial<SearchAsk> = {}): SearchResult {
  return finish(search({ model, prompt: [], maxNewTokens: longest, strategy, ...more }));
}
