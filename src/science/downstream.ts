import type { AutoencoderExperiment, DownstreamArm, DownstreamSection, HeadLoss } from '../experiment/autoencoder.ts';
import { freshStep, scoresOf } from './downstreamHead.ts';
import { headLosses, takeLosses } from './downstreamLosses.ts';
import { joinParameters, type TrainedProgram } from './downstreamProgram.ts';
import { type FittedHead, fitToTask, type HeadTask, largestOf } from './downstreamTask.ts';
import { type TrainableProgram, trainLabelled } from './downstreamTraining.ts';
import { initialParameters } from './initialise.ts';
import { drawLabelledRows, rowsWithLabel } from './labelledRows.ts';
import { type ProbedData, type ProbedSplit, projectionOn } from './probe.ts';
import { type LabelledFeatures, takeRows } from './probeTask.ts';
import type { Program } from './program.ts';
import { type CallableProgram, encodeRows, rowRanges, rowsPerCall } from './runInBatches.ts';
import { standardise } from './standardise.ts';

/** What is compared, and with what. */
export interface DownstreamSubject {
  experiment: Pick<AutoencoderExperiment, 'optimizer' | 'seed'>;
  downstream: DownstreamSection;
  /** All splits; `classes` that labels may name. */
  data: ProbedData & { test: ProbedSplit };
  classes: number;
  /** The trained autoencoder, which stays as it is. */
  program: Pick<Program, 'parameters'>;
  prepared: CallableProgram;
  /** `labelledProgram`, and the same in an engine's memory. */
  labelledProgram: Pick<Program, 'parameters'>;
  labelled: TrainableProgram;
}

/** One classifier on the test rows. */
export interface DownstreamResult {
  /** Share of the test rows with a label that are named right. */
  accuracy: number;
  /** Means over the test rows whose class has a labelled row. */
  losses: Record<HeadLoss, number>;
  /** C of the head; null where it was trained with the encoder from the start. */
  strength: number | null;
  /** Classes of the test rows without a labelled row in this draw: they are never learned, and count as wrong. */
  unseen: number[];
  /** [classes, classes] test rows by their class, and by the class that they are given. */
  confusion: Int32Array;
}

/** An arm, how many labels, and the number of the draw. */
export interface DownstreamCase {
  arm: DownstreamArm;
  labels: number;
  draw: number;
}

/** Features of every row of each split in one space. */
interface Space {
  width: number;
  train: Float32Array;
  validation: Float32Array;
  test: Float32Array;
}

/** Part of the file's rate at which a trained encoder is moved. */
const fineTuneShare = 1 / 3;

/**
 * What is an encoder worth with few labels (science.md 1.0b, 1.6)? Classifiers learn from the same labelled training rows and are asked for
 * the test rows: a head on the inputs (`raw`), on as many principal components of the training rows as there are codes (`pca`), on the
 * frozen codes (`frozen`); encoder and head from random weights (`scratch`), and from the trained encoder and the head that was fitted to
 * its codes, at a third of the rate (`fineTune`). A result depends on its arm, budget and draw only, not on what was measured before.
 */
export class Downstream {
  private readonly spaces = new Map<DownstreamArm, Space>();
  /** The frozen head of the last case: `fineTune` starts from it. */
  private frozen: { key: string; head: FittedHead | null } | null = null;
  private readonly validationRows: Uint32Array;
  private readonly testRows: Uint32Array;

  constructor(private readonly subject: DownstreamSubject) {
    const { validation, test } = subject.data;
    this.validationRows = rowsWithLabel(validation.labels ?? new Int32Array(0));
    this.testRows = rowsWithLabel(test.labels ?? new Int32Array(0));
  }

  /** What the head of a case is fitted to, its own rows alone; null where there is none before the encoder learns. */
  *headTask(at: DownstreamCase): Generator<void, HeadTask | null, void> {
    if (at.arm === 'scratch') return null;
    const space = yield* this.spaceOf(at.arm === 'fineTune' ? 'frozen' : at.arm);
    return this.taskOf(space, this.rowsOf(at));
  }

  /**
   * Yields between pieces of work, so that orders are heard.
   * @param fitted the head that was fitted to `headTask` elsewhere
   * @returns null when a code of a labelled row is not finite
   * @throws NonFiniteError when a network that learns from labels stops being finite
   */
  *measure(at: DownstreamCase, fitted?: FittedHead | null): Generator<void, DownstreamResult | null, void> {
    const rows = this.rowsOf(at);
    if (fitted !== undefined && (at.arm === 'frozen' || at.arm === 'fineTune')) this.frozen = { key: frozenKey(at), head: fitted };
    if (at.arm === 'scratch') return this.judge(yield* this.trainFresh(at, rows), rows, null);
    if (at.arm === 'fineTune') {
      const head = yield* this.fitFrozen(at, rows);
      return head && this.judge(yield* this.tune(at, rows, head), rows, head.strength);
    }
    const space = yield* this.spaceOf(at.arm);
    const head = at.arm === 'frozen' ? yield* this.fitFrozen(at, rows) : fitted === undefined ? yield* this.fit(space, at, rows) : fitted;
    if (head === null) return null;
    const asked = standardise(takeRows(space.test, space.width, this.testRows), head.units);
    return this.judge(scoresOf(head, asked), rows, head.strength);
  }

  private get trainLabels(): Int32Array {
    return this.subject.data.train.labels!;
  }

  private *spaceOf(arm: DownstreamArm): Generator<void, Space, void> {
    const known = this.spaces.get(arm);
    if (known !== undefined) return known;
    const space = arm === 'raw' ? this.inputs() : arm === 'pca' ? yield* this.components() : yield* this.codes();
    this.spaces.set(arm, space);
    return space;
  }

  private inputs(): Space {
    const { inputs, train, validation, test } = this.subject.data;
    return { width: inputs, train: train.x, validation: validation.x, test: test.x };
  }

  private *codes(): Generator<void, Space, void> {
    const { inputs, train, validation, test } = this.subject.data;
    const codes: Float32Array[] = [];
    for (const { x } of [train, validation, test]) codes.push(yield* encodeRows(this.subject.prepared, x, x.length / inputs));
    return { width: codes[0]!.length / (train.x.length / inputs), train: codes[0]!, validation: codes[1]!, test: codes[2]! };
  }

  private *components(): Generator<void, Space, void> {
    const { inputs, train, validation, test } = this.subject.data;
    const width = Math.min((yield* this.spaceOf('frozen')).width, inputs);
    const project = projectionOn(train.x, inputs, width);
    yield;
    return { width, train: project(train.x), validation: project(validation.x), test: project(test.x) };
  }

  private rowsOf({ labels, draw }: DownstreamCase): Uint32Array {
    return drawLabelledRows(this.trainLabels, labels, this.subject.experiment.seed, draw);
  }

  private taskOf({ width, train, validation }: Space, rows: Uint32Array): HeadTask {
    const { data, classes } = this.subject;
    const known = ownRows({ x: train, labels: this.trainLabels, rows }, width);
    const asked = ownRows({ x: validation, labels: data.validation.labels ?? new Int32Array(0), rows: this.validationRows }, width);
    return { width, known, validation: asked, classes };
  }

  private *fit(space: Space, { draw }: DownstreamCase, rows: Uint32Array): Generator<void, FittedHead | null, void> {
    const { downstream, experiment } = this.subject;
    return yield* fitToTask(this.taskOf(space, rows), downstream.head, { seed: experiment.seed, draw });
  }

  private *fitFrozen(at: DownstreamCase, rows: Uint32Array): Generator<void, FittedHead | null, void> {
    const key = frozenKey(at);
    if (this.frozen?.key !== key) this.frozen = { key, head: yield* this.fit(yield* this.spaceOf('frozen'), at, rows) };
    return this.frozen.head;
  }

  private *trainFresh({ draw }: DownstreamCase, rows: Uint32Array): Generator<void, Float64Array, void> {
    const { labelledProgram, experiment } = this.subject;
    const start = initialParameters(labelledProgram, experiment.seed, { stream: 'freshInit', step: freshStep(draw) });
    return yield* this.learn(start, { rows, draw, learningRate: experiment.optimizer.learningRate });
  }

  private *tune({ draw }: DownstreamCase, rows: Uint32Array, head: FittedHead): Generator<void, Float64Array, void> {
    const { labelledProgram, program, prepared, experiment } = this.subject;
    const trained: TrainedProgram = { program, parameters: prepared.parameters };
    const start = joinParameters(labelledProgram, trained, head);
    return yield* this.learn(start, { rows, draw, learningRate: experiment.optimizer.learningRate * fineTuneShare });
  }

  /** Learns from the labelled rows and scores the test rows, [test rows, classes]. */
  private *learn(
    start: Float32Array,
    { rows, draw, learningRate }: { rows: Uint32Array; draw: number; learningRate: number },
  ): Generator<void, Float64Array, void> {
    const { labelled, data, classes, experiment } = this.subject;
    labelled.parameters.set(start);
    const known = { x: data.train.x, inputs: data.inputs, rows, classes: rowClasses(this.trainLabels, rows), count: classes };
    yield* trainLabelled(labelled, known, { learningRate, seed: experiment.seed, draw });
    const asked = takeRows(data.test.x, data.inputs, this.testRows);
    const scores = new Float64Array(this.testRows.length * classes);
    for (const { from, to } of rowRanges(this.testRows.length, rowsPerCall(labelled))) {
      const x = asked.subarray(from * data.inputs, to * data.inputs);
      scores.set(labelled.call('scores', { x }, to - from).scores!, from * classes);
      yield;
    }
    return scores;
  }

  /** @param scores of the test rows with a label, [test rows, classes] */
  private judge(scores: Float64Array, rows: Uint32Array, strength: number | null): DownstreamResult {
    const { data, classes } = this.subject;
    const right = rowClasses(data.test.labels!, this.testRows);
    const seen = new Set(rowClasses(this.trainLabels, rows));
    const confusion = new Int32Array(classes * classes);
    right.forEach((label, i) => {
      const at = label * classes + largestOf(scores, i, classes);
      confusion[at] = confusion[at]! + 1;
    });
    const hits = right.filter((label, i) => largestOf(scores, i, classes) === label).length;
    const learned = Uint32Array.from(right.keys()).filter((i) => seen.has(right[i]!));
    const counted = Int32Array.from(learned, (i) => right[i]!);
    const lossOf = (kind: HeadLoss) => {
      const part = new Float64Array(learned.length * classes);
      learned.forEach((i, at) => {
        part.set(scores.subarray(i * classes, (i + 1) * classes), at * classes);
      });
      return takeLosses(kind, { scores: part, classes: counted, count: classes }) / learned.length;
    };
    return {
      accuracy: hits / right.length,
      losses: Object.fromEntries(headLosses.map((kind) => [kind, lossOf(kind)])) as Record<HeadLoss, number>,
      strength,
      unseen: [...new Set(right)].filter((label) => !seen.has(label)).sort((a, b) => a - b),
      confusion,
    };
  }
}

const frozenKey = ({ labels, draw }: DownstreamCase): string => `${labels} ${draw}`;

/** The rows that take part by themselves: little to send to another thread. */
function ownRows({ x, labels, rows }: LabelledFeatures, width: number): LabelledFeatures {
  return { x: takeRows(x, width, rows), labels: rowClasses(labels, rows), rows: Uint32Array.from(rows.keys()) };
}

function rowClasses(labels: Int32Array, rows: Uint32Array): Int32Array {
  return Int32Array.from(rows, (row) => labels[row]!);
}
