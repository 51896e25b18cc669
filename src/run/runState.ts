import type { Column } from '../math/column.ts';
import type { RunDownstream } from './downstreamState.ts';
import type { LanguageMoment } from './runEvent.ts';
import type { JudgedClaim, RunStatus } from './runSummary.ts';

/** One stored picture of the latents: when, and in which files under the run folder. */
export interface RunFrame {
  step: number;
  epoch: number;
  /** Shares of the variance along the two axes of the projection. */
  explained: [number, number];
  /** .npy files, paths relative to the run folder. */
  latents: string;
  projection: string;
  /** Null where rows are tokens. */
  reconstructions: string | null;
  /** What a language model did; null for others. */
  language: LanguageMoment | null;
  /** Short lists of numbers about the model, one after the other in one file; null where none were taken. */
  spectra: { file: string; parts: { name: string; length: number }[] } | null;
}

/** A mark on the timeline. */
export interface RunMark {
  step: number;
  kind: 'checkpoint' | 'order' | 'warning';
  text: string;
}

/** The fixed rows that latents and reconstructions belong to. */
export interface RunSample {
  rows: number;
  /** Class index of each row, -1 where there is none; empty without labels. */
  labels: number[];
  labelNames: string[];
  /** Split of each row: 0 training, 1 validation, 2 test. */
  splits: number[];
  /** How many of the first rows have stored inputs and reconstructions. */
  pictured: number;
  imageShape: [number, number] | null;
  columns: string[];
  /** .npy files, paths relative to the run folder. */
  inputs: string | null;
  /** The token that each row stands for; null for other rows. */
  tokens: string[] | null;
  corrupted: string | null;
  /** Number of each kept row in the data; null where the run does not say. */
  indices: string | null;
}

/** Everything known of a run from its events. `applyRunEvent` changes it in place. */
export interface RunState {
  /** Number of the present sitting; 0 before the first event. */
  session: number;
  status: RunStatus;
  name: string;
  engine: string;
  /** Threads that compute a step; null where nobody said. */
  threads: number | null;
  /** Engines that "auto" would rather have taken, with why not. */
  enginePassedOver: string | null;
  /** Newest step and epoch that any event named. */
  step: number;
  epoch: number;
  totalSteps: number;
  totalEpochs: number;
  stepsPerEpoch: number;
  logEvery: number;
  /** Number of trained parameters. */
  parameters: number;
  rows: { train: number; validation: number; test: number };
  /** Rate in force; null before anything told it. */
  learningRate: number | null;
  /** Rates set by an order, oldest first. */
  rateChanges: { step: number; learningRate: number }[];
  /** Newest value of each metric by its dotted name. */
  metrics: Record<string, number>;
  /** The curve of each metric by its dotted name. */
  columns: Map<string, Column>;
  frames: RunFrame[];
  /** One evaluation in so many keeps a frame. */
  frameStride: number;
  sample: RunSample | null;
  /** What the end of the run says of the claims written before it. */
  claims: JudgedClaim[];
  marks: RunMark[];
  /** Steps at which `evaluated` stands, oldest first, with their epochs: what the trend is read from. */
  evaluations: { step: number; epoch: number }[];
  /** The comparison with few labels; null where there is none. */
  downstream: RunDownstream | null;
  /** Step from which the newest sitting went on; null in the first. */
  resumedFrom: number | null;
  /** Why it stopped or failed, one sentence. */
  reason: string | null;
  /** More about a failure: a stack, the last lines. */
  detail: string | null;
  startedMs: number | null;
  endedMs: number | null;
  /** Time of the newest event. */
  updatedMs: number;
  /** Milliseconds of training in closed intervals; pauses and times between sittings are left out. */
  activeMs: number;
  /** Start of the open interval; null while paused or ended. */
  activeSinceMs: number | null;
  /** The last few (active milliseconds, step): the recent pace. */
  pace: { activeMs: number; step: number }[];
  /** Lines that were no event, and events that could not be taken in. */
  skipped: number;
}

/** The state before the first event. */
export function newRunState(): RunState {
  return {
    session: 0,
    status: 'starting',
    name: '',
    engine: '',
    threads: null,
    enginePassedOver: null,
    step: 0,
    epoch: 0,
    totalSteps: 0,
    totalEpochs: 0,
    stepsPerEpoch: 1,
    logEvery: 1,
    parameters: 0,
    rows: { train: 0, validation: 0, test: 0 },
    learningRate: null,
    rateChanges: [],
    metrics: {},
    columns: new Map(),
    frames: [],
    frameStride: 1,
    sample: null,
    claims: [],
    marks: [],
    evaluations: [],
    downstream: null,
    resumedFrom: null,
    reason: null,
    detail: null,
    startedMs: null,
    endedMs: null,
    updatedMs: 0,
    activeMs: 0,
    activeSinceMs: null,
    pace: [],
    skipped: 0,
  };
}
