import type { LanguageView, RunView, SampleView, ToPage, ViewState } from '../../src/protocol/page.ts';
import { viewStateSchema } from '../../src/protocol/page.ts';
import { ChangingStore } from './changingStore.ts';
import type { CurveSamples } from './curveSamples.ts';

/** One kept moment of the latents. */
export type FrameFacts = Extract<ToPage, { kind: 'snapshot' }>['frames'][number];

/** Who looks at whom in one text. */
export interface AttentionMaps {
  layers: number;
  heads: number;
  tokens: string[];
  /** float32 [layers, heads, tokens, tokens], rows look at columns; null where the file is missing or damaged. */
  values: Float32Array | null;
}

/** What a language model did at one moment. */
export interface LanguageMoment extends Pick<LanguageView, 'texts' | 'blanks'> {
  attention: AttentionMaps | null;
}

/** The arrays of one moment, as they came from the host. */
export interface FrameArrays {
  step: number;
  /** float32 [rows, 2] */
  projection: Float32Array | null;
  /** float32 [pictured, inputs] */
  reconstructions: Float32Array | null;
  /** Short lists of numbers about the model, by dotted name. */
  spectra: ReadonlyMap<string, Float32Array>;
  /** Null for a run that is no language model's. */
  language: LanguageMoment | null;
}

/** A stretch of a curve in more detail than the page keeps of the whole. */
export interface CurveDetail {
  from: number;
  to: number;
  samples: CurveSamples;
}

/** All that the page knows. Changed only by `applyToPage` and the functions beside it; `changed` tells the views, once a frame. */
export class RunStore extends ChangingStore {
  run: RunView | null = null;
  curves = new Map<string, CurveSamples>();
  details = new Map<string, CurveDetail>();
  frames: FrameFacts[] = [];
  sample: SampleView | null = null;
  view: ViewState = viewStateSchema.parse({});
  /** The moment that is drawn; stays while the next one is under way. */
  shown: FrameArrays | null = null;
  /** Test rows by class and by the class they were given, [arms, budgets, classes, classes], and the file they came from; null before they came. */
  confusion: { file: string; values: Float32Array | null } | null = null;
  /** How alike the codes are to those of another run, as pairs (step, linear CKA); null before anybody asked. */
  similarity: { name: string; rows: number; pairs: Float64Array } | null = null;
  notices: string[] = [];

  /** Step of the head: where it was dragged to, else the live end. */
  get headStep(): number {
    return this.view.head ?? this.run?.step ?? 0;
  }

  /** Epochs of one step; 1 where the run has no steps yet. */
  get epochsPerStep(): number {
    const run = this.run;
    return run && run.totalSteps > 0 && run.totalEpochs > 0 ? run.totalEpochs / run.totalSteps : 1;
  }

  /** The last kept moment not later than the head, else the first one. */
  get frameAtHead(): FrameFacts | null {
    const head = this.headStep;
    let found = this.frames[0] ?? null;
    for (const frame of this.frames) if (frame.step <= head) found = frame;
    return found;
  }

  /** Facts of the moment that is drawn. */
  get shownFacts(): FrameFacts | null {
    return this.frames.find((frame) => frame.step === this.shown?.step) ?? null;
  }
}
