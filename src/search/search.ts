import { beamSearch } from './beamSearch.ts';
import { bestFirstSearch } from './bestFirstSearch.ts';
import { exactSearch } from './exactSearch.ts';
import { greedySearch } from './greedySearch.ts';
import { sampleSearch } from './sampleSearch.ts';
import type { SearchResult } from './searchResult.ts';
import { type SearchAsk, SearchTask } from './searchTask.ts';

/**
 * Texts that a model gives after a prompt. Yields after each call of the model and every few thousand candidates, so that who runs it can
 * give way or leave off; `finish` runs it in one go.
 * @throws RangeError where more hypotheses are to be returned than there are beams; what the model throws
 */
export function* search(ask: SearchAsk): Generator<void, SearchResult> {
  const { strategy, maxNewTokens } = ask;
  if ('beams' in strategy && strategy.returned > strategy.beams)
    throw new RangeError(`returned must be at most beams ${strategy.beams}, got ${strategy.returned}`);
  const task = new SearchTask(ask);
  if (maxNewTokens === 0) return emptyResult(task, strategy.kind === 'exact');
  switch (strategy.kind) {
    case 'greedy':
      return yield* greedySearch(task);
    case 'sample':
      return yield* sampleSearch(task, strategy);
    case 'beam':
      return yield* beamSearch(task, strategy);
    case 'bestFirst':
      return yield* bestFirstSearch(task, strategy);
    case 'exact':
      return yield* exactSearch(task, strategy);
  }
}

/** No token may be generated: one text, no call. */
function emptyResult(task: SearchTask, isExact: boolean): SearchResult {
  const none = Number.NEGATIVE_INFINITY;
  const log10RuledOut = { bound: none, recombined: none, impossible: none };
  const exact = { proven: true, nodes: 1, log10Texts: 0, log10Visited: 0, log10RuledOut };
  return task.result([task.complete(task.root)], 1, isExact ? exact : null);
}
