import { principalComponents } from '../math/principalComponents.ts';
import { columnMeans } from './evaluate.ts';
import { drawLabelledRows, rowsWithLabel } from './labelledRows.ts';
import { linearProbeAccuracy } from './linearProbe.ts';
import { nearestAccuracy } from './nearestNeighbours.ts';
import { type ProbeTask, probeTask, takeRows } from './probeTask.ts';

/** A split as a probe sees it. */
export interface ProbedSplit {
  /** [rows, inputs] */
  x: Float32Array;
  /** [rows], -1 where missing; null without labels */
  labels: Int32Array | null;
}

/** What a probe needs of the data. */
export interface ProbedData {
  inputs: number;
  train: ProbedSplit;
  validation: ProbedSplit;
}

/** Training rows that the principal components are fitted on at most, evenly spaced: a wide data set would take minutes. */
const mostFitted = 4096;

/** Half of a probe: the labels and rows of a split that take part. */
interface ProbedRows {
  labels: Int32Array;
  rows: Uint32Array;
}

/**
 * How much of the labels can be read off the codes with few of them (science.md 1.0b, 2): the accuracy of a linear and of a
 * k-NN classifier that learn from `labels` training rows and are asked for the validation rows that have a label. Beside the
 * codes the same two on the inputs as they are (`raw`) and on as many of their principal components as there are codes (`pca`,
 * fitted on training rows): those never change, and are computed once. Test rows take no part.
 */
export class Probe {
  private baselines: Record<string, number> | null = null;

  private constructor(
    private readonly data: ProbedData,
    private readonly known: ProbedRows,
    private readonly asked: ProbedRows,
  ) {}

  /**
   * @param labels labelled rows in total, drawn by the seed
   * @returns null where no training or no validation row has a label
   */
  static of(data: ProbedData, labels: number, seed: number): Probe | null {
    const { train, validation } = data;
    if (train.labels === null || validation.labels === null) return null;
    const known = { labels: train.labels, rows: drawLabelledRows(train.labels, labels, seed) };
    const asked = { labels: validation.labels, rows: rowsWithLabel(validation.labels) };
    return known.rows.length === 0 || asked.rows.length === 0 ? null : new Probe(data, known, asked);
  }

  /**
   * Yields between pieces of work, so that orders are heard.
   * @param train codes of all training rows, clean, [rows, width]
   * @param validation codes of all validation rows, clean, [rows, width]
   * @returns `probe.linear.accuracy`, `probe.knn.accuracy` and the baselines `probe.<kind>.raw|pca.accuracy`, fractions of the
   * validation rows; the codes' own are absent when a code is not finite
   */
  *measure(train: Float32Array, validation: Float32Array): Generator<void, Record<string, number>, void> {
    const width = train.length / this.known.labels.length;
    this.baselines ??= yield* this.measureBaselines(width);
    return { ...(yield* accuracies('', this.task(train, validation, width))), ...this.baselines };
  }

  private task(train: Float32Array, validation: Float32Array, width: number): ProbeTask | null {
    return probeTask({ x: train, ...this.known }, { x: validation, ...this.asked }, width);
  }

  private *measureBaselines(components: number): Generator<void, Record<string, number>, void> {
    const { inputs, train, validation } = this.data;
    const raw = yield* accuracies('raw.', this.task(train.x, validation.x, inputs));
    const project = projectionOn(train.x, inputs, Math.min(components, inputs));
    yield;
    const pca = yield* accuracies('pca.', this.task(project(train.x), project(validation.x), Math.min(components, inputs)));
    return { ...raw, ...pca };
  }
}

/** Both accuracies of one space, by name. */
function* accuracies(space: '' | 'raw.' | 'pca.', task: ProbeTask | null): Generator<void, Record<string, number>, void> {
  if (task === null) return {};
  return {
    [`probe.linear.${space}accuracy`]: yield* linearProbeAccuracy(task),
    [`probe.knn.${space}accuracy`]: yield* nearestAccuracy(task),
  };
}

/** Maps rows [n, inputs] to their first principal components [n, count], fitted on the rows of x (at most 4096 of them). */
export function projectionOn(x: Float32Array, inputs: number, count: number): (rows: Float32Array) => Float32Array {
  const all = x.length / inputs;
  const fitted = Math.min(all, mostFitted);
  const spaced = Uint32Array.from({ length: fitted }, (_, i) => Math.floor((i * all) / fitted));
  const rows = takeRows(x, inputs, spaced);
  const mean = columnMeans(rows, inputs);
  const { axes } = principalComponents(rows, inputs, count);
  return (some) => {
    const scores = new Float32Array((some.length / inputs) * count);
    for (let i = 0, out = 0; i < some.length; i += inputs)
      for (let a = 0; a < count; a++, out++) {
        let score = 0;
        for (let j = 0; j < inputs; j++) score += (some[i + j]! - mean[j]!) * axes[a * inputs + j]!;
        scores[out] = score;
      }
    return scores;
  };
}
