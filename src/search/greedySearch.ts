import { bestTokens } from './bestTokens.ts';
import { listChoice } from './listChoice.ts';
import type { SearchResult } from './searchResult.ts';
import type { SearchTask } from './searchTask.ts';

/**
 * Takes the most probable token at each step, ties by the smaller token, until the first end token or the last token allowed.
 * No hypothesis where nothing can follow.
 */
export function* greedySearch(task: SearchTask): Generator<void, SearchResult> {
  const { ledger, maxNewTokens, model } = task;
  let path = task.root;
  while (path.depth < maxNewTokens && path.token !== model.end) {
    const row = (yield* task.ask([path]))[0]!;
    const moment = ++task.moments;
    const mask = task.rules.maskOf(path);
    const accepts = mask === null ? null : (token: number) => mask.reasonOf(token) === null;
    const token = bestTokens({ row, base: path.sum, count: 1, accepts })[0];
    if (token === undefined) {
      listChoice(task, { parent: path, row, mask, taken: new Set(), best: null });
      return task.result([], 1);
    }
    const next = task.extend(path, token, row[token]!);
    next.rank = 0;
    next.born = moment;
    ledger.addPath(next, { fate: token === model.end ? 'finished' : 'kept', at: moment });
    listChoice(task, { parent: path, row, mask, taken: new Set([token]), best: next.sum });
    path = next;
  }
  return task.result([task.complete(path)], 1);
}
