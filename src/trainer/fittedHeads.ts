import type { DownstreamSection } from '../experiment/autoencoder.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import type { Downstream, DownstreamCase } from '../science/downstream.ts';
import type { FittedHead } from '../science/downstreamTask.ts';
import { HeadPool } from './headPool.ts';

/** Milliseconds between two looks for orders while a head is waited for. */
const LOOK_MS = 20;

/** Where orders are obeyed meanwhile. */
interface Watch {
  obey(): AsyncGenerator<UntimedRunEvent, void, void>;
  isStopped(): boolean;
}

/** Heads that threads fit ahead of the case that needs them: one for the frozen codes of a draw, which `fineTune` starts from, too. */
export class FittedHeads {
  private readonly pool: HeadPool | null;
  private readonly asked = new Map<string, Promise<FittedHead | null | undefined>>();

  /** @param program of the threads; null: nothing is fitted ahead */
  constructor(
    private readonly arms: Downstream,
    private readonly section: DownstreamSection,
    private readonly seed: number,
    program: string | null,
  ) {
    this.pool = program === null ? null : new HeadPool(program);
  }

  /** Asks for the heads of all cases, in their order. Yields between pieces of work. */
  *ask(cases: Iterable<DownstreamCase>): Generator<void, void, void> {
    if (this.pool === null) return;
    for (const at of cases) {
      if (this.asked.has(keyOf(at))) continue;
      const task = yield* this.arms.headTask(at);
      if (task === null) continue;
      const fitted = this.pool.fit({ task, form: this.section.head, start: { seed: this.seed, draw: at.draw } });
      // where threads do not work, the case fits its head itself
      this.asked.set(
        keyOf(at),
        fitted.catch(() => undefined),
      );
    }
  }

  /** The head of a case; undefined where it was not fitted ahead, or the run is to stop. */
  async *of(at: DownstreamCase, watch: Watch): AsyncGenerator<UntimedRunEvent, FittedHead | null | undefined, void> {
    const fitted = this.asked.get(keyOf(at));
    if (fitted === undefined) return undefined;
    for (;;) {
      const pending = Symbol();
      let timer: NodeJS.Timeout | undefined;
      const found = await Promise.race([
        fitted,
        new Promise<typeof pending>((resolve) => {
          timer = setTimeout(() => resolve(pending), LOOK_MS);
        }),
      ]);
      clearTimeout(timer);
      if (found !== pending) return found as FittedHead | null | undefined;
      yield* watch.obey();
      if (watch.isStopped()) return undefined;
    }
  }

  close(): void {
    this.pool?.close();
  }
}

/** The space and the rows that a head is fitted to. */
const keyOf = ({ arm, labels, draw }: DownstreamCase): string => `${arm === 'fineTune' ? 'frozen' : arm} ${labels} ${draw}`;
