import { fillNormal, fillUniform } from '../../src/math/random.ts';
import type { LanguageView, RunView, SampleView, ToPage } from '../../src/protocol/page.ts';
import { theoryCurves, theoryPoint } from './syntheticTheory.ts';

type Snapshot = Extract<ToPage, { kind: 'snapshot' }>;

/** What a test may want otherwise. */
export interface SyntheticOptions {
  name?: string;
  labelNames?: string[];
  hasLabels?: boolean;
  isTabular?: boolean;
  rows?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  pictured?: number;
  hasCorrupted?: boolean;
  /** Whether it has the curves and spectra of a linear model. */
  isLinear?: boolean;
  /** Which language model it is; none where it is left out. */
  language?: 'mlp' | 'transformer' | 'masked' | 'counted';
  /** Tokens of a language model. */
  tokens?: string[];
}

/** A run that was never trained: smooth losses, ten clusters that part, pictures of digits that sharpen. Its numbers depend on nothing but its options. */
export class SyntheticRun {
  readonly rows: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly pictured: number;
  readonly options: SyntheticOptions;
  readonly labels: number[];

  constructor(options: SyntheticOptions = {}) {
    this.options = options;
    this.rows = options.rows ?? 600;
    this.epochs = options.epochs ?? 50;
    this.stepsPerEpoch = options.stepsPerEpoch ?? 20;
    this.pictured = options.pictured ?? 64;
    const classes = options.labelNames?.length ?? 10;
    this.labels = Array.from({ length: this.rows }, (_, row) => row % classes);
  }

  get curveNames(): string[] {
    return this.options.isLinear ? [...curveNames, ...theoryCurves] : curveNames;
  }

  get width(): number {
    return this.options.isTabular ? 6 : 64;
  }

  runAt(epoch: number, change: Partial<RunView> = {}): RunView {
    const step = Math.round(epoch * this.stepsPerEpoch);
    return {
      id: '20261124-101500-abcd',
      name: this.options.name ?? 'Denoising autoencoder on handwritten digits',
      status: epoch >= this.epochs ? 'finished' : 'running',
      step,
      epoch,
      totalSteps: this.epochs * this.stepsPerEpoch,
      totalEpochs: this.epochs,
      elapsedSeconds: epoch * 0.13,
      remainingSeconds: epoch >= this.epochs ? null : (this.epochs - epoch) * 0.13,
      engine: 'wasm',
      seed: 0,
      learningRate: 0.001,
      sentence: `Validation loss ${this.lossAt('validation.loss', step).toFixed(2)}, 3 % above the best a linear code of 16 can reach, falling 0.4 % an epoch.`,
      reason: null,
      metrics: {
        ...Object.fromEntries(evaluated.map((name) => [name, this.lossAt(name, step)])),
        'theory.optimum': 1.32,
        'theory.gap': this.lossAt('validation.loss', step) / 1.32 - 1,
        'probe.linear.accuracy': 0.9 - 0.5 * Math.exp(-epoch / 8),
      },
      claims: [],
      downstream: null,
      language: null,
      marks: marksUntil(step, this.stepsPerEpoch),
      skipped: 0,
      ...change,
    };
  }

  lossAt(name: string, step: number): number {
    const epoch = step / this.stepsPerEpoch;
    const theory = theoryPoint(name, epoch);
    if (theory !== null) return theory;
    const floors: Record<string, number> = { train: 1.28, validation: 1.38, batch: 1.5 };
    const extra = name.endsWith('lossCorrupted') ? 0.34 : 0;
    const fall = 9 * Math.exp(-epoch / 1.6) + 2.2 * Math.exp(-epoch / 9);
    const noise = new Float32Array(1);
    fillNormal(noise, { seed: 3, stream: 'view', step: step * 7 + name.length });
    const wobble = name.startsWith('batch') ? 0.1 * noise[0]! * (1 + fall / 4) : 0.008 * noise[0]!;
    return (floors[name.split('.')[0]!] ?? 1.4) + extra + fall + wobble;
  }

  private strideOf(name: string): number {
    return name.startsWith('batch') ? 1 : this.stepsPerEpoch;
  }

  /** float64 pairs of the points with from < step <= to */
  points(name: string, from: number, to: number): ArrayBuffer {
    const stride = this.strideOf(name);
    const pairs: number[] = [];
    for (let step = (Math.floor(from / stride) + 1) * stride; step <= to; step += stride) pairs.push(step, this.lossAt(name, step));
    return Float64Array.from(pairs).buffer;
  }

  frames(fromEpoch: number, toEpoch: number): Snapshot['frames'] {
    const frames: Snapshot['frames'] = [];
    for (let epoch = Math.floor(fromEpoch) + 1; epoch <= toEpoch; epoch++)
      frames.push({ step: epoch * this.stepsPerEpoch, epoch, explained: [0.31 - 0.001 * epoch, 0.18] });
    return frames;
  }

  sample(): SampleView {
    return {
      rows: this.rows,
      labels: this.options.hasLabels === false ? [] : this.labels,
      labelNames: this.options.labelNames ?? ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      pictured: this.pictured,
      imageShape: this.options.isTabular ? null : [8, 8],
      columns: Array.from({ length: this.width }, (_, i) => (this.options.isTabular ? `column ${i}` : `pixel ${i}`)),
      inputs: this.inputs().buffer as ArrayBuffer,
      corrupted: this.options.hasCorrupted === false ? null : (this.mixed(1, 4).buffer as ArrayBuffer),
      tokens: null,
    };
  }

  snapshot(epoch: number, change: Partial<RunView> = {}): Snapshot {
    const step = Math.round(epoch * this.stepsPerEpoch);
    return {
      kind: 'snapshot',
      run: this.runAt(epoch, change),
      curves: step === 0 ? [] : this.curveNames.map((name) => this.curve(name, step)),
      frames: this.frames(0, epoch),
      sample: step === 0 ? null : this.sample(),
      view: { logY: false, lossUnit: 'nats', head: null, hiddenLabels: [], hiddenCurves: [], metrics: [], smoothing: 0, folded: [] },
    };
  }

  private curve(name: string, step: number): Snapshot['curves'][number] {
    const samples = this.points(name, 0, step);
    return { name, length: samples.byteLength / 16, samples };
  }

  progress(fromEpoch: number, toEpoch: number, change: Partial<RunView> = {}): Extract<ToPage, { kind: 'progress' }> {
    const [from, to] = [fromEpoch * this.stepsPerEpoch, toEpoch * this.stepsPerEpoch];
    return {
      kind: 'progress',
      run: this.runAt(toEpoch, change),
      points: this.curveNames.map((name) => ({ name, from: Math.floor(from / this.strideOf(name)), samples: this.points(name, from, to) })),
      frames: this.frames(fromEpoch, toEpoch),
      kept: null,
      cut: null,
      sample: fromEpoch === 0 ? this.sample() : null,
    };
  }

  /** float32 [rows, 2] */
  projection(step: number): ArrayBuffer {
    const share = 1 - Math.exp(-step / this.stepsPerEpoch / 8);
    const noise = new Float32Array(this.rows * 2);
    fillNormal(noise, { seed: 1, stream: 'view', step: 0 });
    const positions = noise.map((value, i) => {
      const angle = 2.4 * this.labels[i >> 1]!;
      const reach = 1.4 + 0.42 * this.labels[i >> 1]!;
      return value * (0.5 + 0.18 * share) + share * reach * (i & 1 ? Math.sin(angle) : Math.cos(angle));
    });
    return positions.buffer;
  }

  /** float32 [pictured, width] */
  reconstructions(step: number): ArrayBuffer | null {
    return this.mixed(2, 1 + 5 * Math.exp(-step / this.stepsPerEpoch / 6)).buffer as ArrayBuffer;
  }

  /** What a language model does at a step. */
  languageAt(_step: number): LanguageView | null {
    return null;
  }

  private inputs(): Float32Array {
    const values = new Float32Array(this.pictured * this.width);
    if (this.options.isTabular) fillUniform(values, { seed: 2, stream: 'view', step: 9 }, -3, 5);
    else for (let i = 0; i < values.length; i++) values[i] = glyph(this.labels[i >> 6]!, (i >> 3) & 7, i & 7);
    return values;
  }

  private mixed(stream: number, sigma: number): Float32Array {
    const values = this.inputs();
    const noise = new Float32Array(values.length);
    fillNormal(noise, { seed: stream, stream: 'view', step: 5 });
    return values.map((value, i) => value + sigma * noise[i]! * (this.options.isTabular ? 0.2 : 1));
  }
}

const evaluated = ['train.loss', 'validation.loss', 'train.lossCorrupted', 'validation.lossCorrupted'];
/** Names of the run's curves. */
export const curveNames = ['batch.loss', ...evaluated];

function marksUntil(step: number, stepsPerEpoch: number): RunView['marks'] {
  const marks: RunView['marks'] = [];
  for (let at = 10 * stepsPerEpoch; at <= step; at += 10 * stepsPerEpoch) marks.push({ step: at, kind: 'checkpoint', text: 'saved' });
  if (step >= 15 * stepsPerEpoch) marks.push({ step: 15 * stepsPerEpoch, kind: 'order', text: 'learning rate 0.002 -> 0.001' });
  if (step >= 22 * stepsPerEpoch)
    marks.push({ step: 22 * stepsPerEpoch, kind: 'warning', text: 'the last checkpoint was still being written' });
  return marks;
}

const segments = ['1110111', '0010010', '1011101', '1011011', '0111010', '1101011', '1101111', '1010010', '1111111', '1111011'];

/** A digit of seven segments on 8 by 8 pixels, 0 to 16. */
function glyph(digit: number, y: number, x: number): number {
  const isOn = (i: number): boolean => segments[digit % 10]![i] === '1';
  const horizontal = x >= 2 && x <= 5;
  const lit =
    (y === 0 && horizontal && isOn(0)) ||
    (y === 3 && horizontal && isOn(3)) ||
    (y === 7 && horizontal && isOn(6)) ||
    (x === 2 && y <= 3 && isOn(1)) ||
    (x === 5 && y <= 3 && isOn(2)) ||
    (x === 2 && y >= 3 && isOn(4)) ||
    (x === 5 && y >= 3 && isOn(5));
  return lit ? 14 + ((x * 3 + y * 5) % 3) : 0;
}
