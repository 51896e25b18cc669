import { fillUniform } from '../math/random.ts';
import { type Filtered, filterTokens } from './filterTokens.ts';
import { listChoice } from './listChoice.ts';
import type { Path } from './path.ts';
import type { SearchResult } from './searchResult.ts';
import type { SearchTask } from './searchTask.ts';
import type { Sample } from './strategy.ts';

/** One text being drawn. */
interface Draw {
  path: Path;
  /** A uniform number for each token: text i draws from step i of the stream `sampling`, token t with number t. */
  uniform: Float32Array;
}

/**
 * Draws `returned` texts independently. Their log-probabilities are the model's own; temperature and filters act on the choice only.
 * Texts under way that are equal so far ask the model once. A text after which nothing can follow is dropped.
 */
export function* sampleSearch(task: SearchTask, sample: Sample): Generator<void, SearchResult> {
  const { maxNewTokens, model } = task;
  let draws: Draw[] = Array.from({ length: sample.returned }, (_, step) => {
    const uniform = new Float32Array(maxNewTokens);
    fillUniform(uniform, { seed: task.seed, stream: 'sampling', step });
    return { path: task.root, uniform };
  });
  const isOpen = ({ path }: Draw) => path.depth < maxNewTokens && path.token !== model.end;
  for (let open = draws; open.length > 0; open = draws.filter(isOpen)) {
    const parents = [...new Set(open.map(({ path }) => path))];
    const rows = yield* task.ask(parents);
    task.moments++;
    const steps = new Map(parents.map((parent, i) => [parent, new SampleStep(task, { parent, row: rows[i]!, sample })]));
    const dead = new Set<Draw>();
    for (const draw of open) {
      const next = steps.get(draw.path)!.take(draw.uniform[draw.path.depth]!);
      if (next === null) dead.add(draw);
      else draw.path = next;
    }
    for (const step of steps.values()) step.list();
    draws = draws.filter((draw) => !dead.has(draw));
  }
  return task.result(
    draws.map(({ path }) => task.complete(path)),
    sample.returned,
  );
}

/** The tokens drawn after one path. */
class SampleStep {
  private readonly parent: Path;
  private readonly row: Float64Array;
  private readonly mask;
  private readonly filtered: Filtered;
  private readonly children = new Map<number, Path>();

  constructor(
    private readonly task: SearchTask,
    { parent, row, sample }: { parent: Path; row: Float64Array; sample: Sample },
  ) {
    this.parent = parent;
    this.row = row;
    const mask = task.rules.maskOf(parent);
    this.mask = mask;
    this.filtered = filterTokens(row, sample, mask === null ? null : (token) => mask.reasonOf(token) === null);
  }

  /** The path that a uniform number on [0, 1) chooses; null where nothing can follow. */
  take(uniform: number): Path | null {
    const { tokens, cumulative } = this.filtered;
    if (tokens.length === 0) return null;
    const target = uniform * cumulative[cumulative.length - 1]!;
    const place = cumulative.findIndex((reached) => reached > target);
    const token = tokens[place < 0 ? tokens.length - 1 : place]!;
    let path = this.children.get(token);
    if (path === undefined) {
      path = this.task.extend(this.parent, token, this.row[token]!);
      path.born = this.task.moments;
      this.task.ledger.addPath(path, { fate: token === this.task.model.end ? 'finished' : 'kept', at: path.born });
      this.children.set(token, path);
    }
    return path;
  }

  /** What was not drawn. */
  list(): void {
    listChoice(this.task, {
      parent: this.parent,
      row: this.row,
      mask: this.mask,
      taken: new Set(this.children.keys()),
      best: null,
    });
  }
}
