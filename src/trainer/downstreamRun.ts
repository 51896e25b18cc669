import { NonFiniteError } from '../engine/engine.ts';
import type { DownstreamSection } from '../experiment/autoencoder.ts';
import { startDownstream, takeMeasure } from '../run/downstreamState.ts';
import { downstreamMetrics } from '../run/downstreamSummary.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { Downstream, type DownstreamCase, type DownstreamResult } from '../science/downstream.ts';
import { labelledProgram } from '../science/downstreamProgram.ts';
import { labelledBatch } from '../science/downstreamTraining.ts';
import { initialParameters } from '../science/initialise.ts';
import { rowsWithLabel } from '../science/labelledRows.ts';
import { FittedHeads } from './fittedHeads.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { AfterTraining } from './trainee.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Milliseconds of work between two looks for orders and signals. */
const LOOK_MS = 20;

/** The run around a comparison. */
export interface DownstreamWatch extends AfterTraining {
  keeper: Pick<RunKeeper, 'writeArray'>;
}

type Subject = Pick<TrainingSetup, 'experiment' | 'dataset' | 'data' | 'program' | 'engine' | 'prepared' | 'headProgram'>;

/**
 * Compares classifiers that learn from few labels (science/downstream.ts), draw by draw, and tells each as it is measured. A stop leaves
 * what was measured. Nothing it yields depends on the clock. The weights of the run stay as they are.
 * @returns metrics of the whole comparison; none when it was stopped
 */
export async function* compareDownstream(
  setup: Subject,
  section: DownstreamSection,
  watch: DownstreamWatch,
): AsyncGenerator<UntimedRunEvent, Record<string, number>, void> {
  const { experiment, dataset, data, program, prepared } = setup;
  const classes = dataset.labelNames.length;
  const { step } = watch;
  const made = labelledProgram({ ...experiment, head: section.head }, { inputs: data.inputs, classes, imageShape: dataset.imageShape });
  const labelled = await setup.engine.prepare(made, initialParameters(made, experiment.seed), experiment.optimizer, labelledBatch);
  const arms = new Downstream({ experiment, downstream: section, data, classes, program, prepared, labelledProgram: made, labelled });
  const heads = new FittedHeads(arms, section, experiment.seed, setup.headProgram);
  try {
    const started = { kind: 'downstreamStarted', step, ...section, classes: dataset.labelNames, testRows: testRows(setup) } as const;
    yield started;
    for (const _piece of heads.ask(casesOf(section))) yield* watch.obey();
    const state = startDownstream(started);
    const confusion = new Confusions(section, classes);
    const unseen = new Set<number>();
    for (const at of casesOf(section)) {
      const fitted = yield* heads.of(at, watch);
      const result = yield* measureWatched(arms.measure(at, fitted), watch);
      if (watch.isStopped()) return {};
      if (typeof result === 'string') {
        yield {
          kind: 'warned',
          step,
          message: `downstream ${at.arm} with ${at.labels} labels, draw ${at.draw + 1}, is left out: ${result}`,
        };
        continue;
      }
      if (result.unseen.length > 0 && !unseen.has(at.labels)) yield { kind: 'warned', step, message: unseenWords(at, result, setup) };
      if (result.unseen.length > 0) unseen.add(at.labels);
      const { confusion: counts, ...figures } = result;
      const measured = { kind: 'downstreamMeasured', step, ...at, ...figures } as const;
      yield measured;
      takeMeasure(state, measured);
      confusion.add(at, counts);
    }
    const metrics = downstreamMetrics(state);
    yield { kind: 'downstreamFinished', step, confusion: confusion.write(watch), metrics };
    return metrics;
  } finally {
    heads.close();
    labelled.dispose();
  }
}

/** Draw by draw, so that every budget has its first results early; all arms of a draw one after the other. */
function* casesOf({ arms, labels, draws }: DownstreamSection): Generator<DownstreamCase> {
  for (let draw = 0; draw < draws; draw++) for (const budget of labels) for (const arm of arms) yield { arm, labels: budget, draw };
}

function testRows({ data }: Subject): number {
  return data.test.labels === null ? 0 : rowsWithLabel(data.test.labels).length;
}

/** One measure, with looks for orders; a sentence where there is none. */
async function* measureWatched(
  measuring: Generator<void, DownstreamResult | null, void>,
  watch: DownstreamWatch,
): AsyncGenerator<UntimedRunEvent, DownstreamResult | string, void> {
  let lookedMs = 0;
  try {
    for (let next = measuring.next(); ; next = measuring.next()) {
      if (next.done) return next.value ?? 'a code is not finite';
      if (Date.now() - lookedMs < LOOK_MS) continue;
      yield* watch.obey();
      if (watch.isStopped()) return 'stopped';
      lookedMs = Date.now();
    }
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    return `${error.message}; try a smaller optimizer.learningRate`;
  }
}

/** Classes named in a warning at most. */
const mostNamed = 3;

function unseenWords({ labels, draw }: DownstreamCase, { unseen }: DownstreamResult, { dataset }: Subject): string {
  const named = unseen.slice(0, mostNamed).map((label) => JSON.stringify(dataset.labelNames[label]));
  const more = unseen.length > mostNamed ? ` and ${unseen.length - mostNamed} more` : '';
  const count = `${unseen.length} of ${dataset.labelNames.length} classes`;
  return `downstream: with ${labels} labels ${count} have no labelled row in draw ${draw + 1} (${named.join(', ')}${more}); their test rows count as wrong`;
}

/** Test rows by class and given class, summed over draws: [arms, budgets, classes, classes]. */
class Confusions {
  private readonly counts: Float32Array;
  private readonly shape: readonly number[];

  constructor(
    private readonly section: DownstreamSection,
    classes: number,
  ) {
    this.shape = [section.arms.length, section.labels.length, classes, classes];
    this.counts = new Float32Array(this.shape.reduce((product, side) => product * side, 1));
  }

  add({ arm, labels }: DownstreamCase, counts: Int32Array): void {
    const from = (this.section.arms.indexOf(arm) * this.section.labels.length + this.section.labels.indexOf(labels)) * counts.length;
    counts.forEach((count, i) => {
      this.counts[from + i] = this.counts[from + i]! + count;
    });
  }

  /** @returns name of the file; of each sitting its own, so that an older event never names newer numbers */
  write({ keeper, session }: DownstreamWatch): string {
    return keeper.writeArray(`downstream-confusion-${session}`, this.counts, this.shape);
  }
}
