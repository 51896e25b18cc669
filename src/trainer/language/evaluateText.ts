import type { TextRows } from '../../data/text/textRows.ts';
import { permutation } from '../../math/random.ts';
import { rowRanges, rowsPerCall } from '../../science/runInBatches.ts';
import type { Moment } from '../moment.ts';
import type { LanguageSetup } from './languageSetup.ts';

/** Share of the tokens trained on between two evaluations that each split is measured on, and how few that may be. */
const MEASURED_SHARE = 0.25;
const FEWEST_TOKENS = 5000;
/** At the end of a run so many times more. */
const LAST_FACTOR = 4;

/** Sums over the measured tokens of a split. */
interface Sums {
  nats: number;
  counted: number;
  correct: number;
}

/**
 * Measures a language model on every split: `nats` a token, `perplexity` e^nats, `bitsPerCharacter` nats T/(C ln 2) with T tokens of C
 * characters, and for masked tokens `maskedAccuracy`, the share of hidden tokens that it finds most probable.
 * A split is measured whole where that is at most a quarter of what is trained on between two evaluations (at least 5,000 tokens; four
 * times as much at the end), else on as many tokens of it, drawn once.
 * @returns metrics by their dotted names
 */
export function* evaluateText(setup: LanguageSetup, { isLast }: Moment): Generator<void, Record<string, number>, void> {
  const metrics: Record<string, number> = {};
  const isMasked = setup.experiment.objective.kind === 'maskedToken';
  for (const name of ['train', 'validation', 'test'] as const) {
    const sums = yield* measureRows(setup, setup.textRows[name], tokensToMeasure(setup, isLast));
    if (sums.counted === 0) continue;
    const nats = sums.nats / sums.counted;
    metrics[`${name}.nats`] = nats;
    metrics[`${name}.perplexity`] = Math.exp(nats);
    if (isMasked) metrics[`${name}.maskedAccuracy`] = sums.correct / sums.counted;
    else metrics[`${name}.bitsPerCharacter`] = nats * tokensACharacter(setup, name) * Math.LOG2E;
  }
  return { ...metrics, ...setup.references };
}

/** Predicted tokens a character, end tokens and line ends included. */
function tokensACharacter({ splits, corpus }: Pick<LanguageSetup, 'splits' | 'corpus'>, name: 'train' | 'validation' | 'test'): number {
  const { tokens, starts, characters } = splits[name];
  return (tokens.length + (corpus.unit === 'lines' ? starts.length - 1 : 0)) / characters;
}

function tokensToMeasure({ experiment, textRows }: LanguageSetup, isLast: boolean): number {
  const { evaluateEverySteps, batchSize } = experiment.plan;
  const trained = evaluateEverySteps * batchSize * textRows.train.widths.targets!;
  return Math.max(FEWEST_TOKENS, Math.round(MEASURED_SHARE * trained)) * (isLast ? LAST_FACTOR : 1);
}

function* measureRows({ prepared, experiment }: LanguageSetup, source: TextRows, mostTokens: number): Generator<void, Sums, void> {
  const sums = { nats: 0, counted: 0, correct: 0 };
  const most = Math.ceil(mostTokens / source.widths.targets!);
  const chosen =
    source.rows <= most
      ? Uint32Array.from({ length: source.rows }, (_, i) => i)
      : permutation(source.rows, { seed: experiment.seed, stream: 'evaluation', step: 1 }).subarray(0, most);
  const atOnce = rowsPerCall(prepared);
  const room = Object.fromEntries(Object.entries(source.widths).map(([name, width]) => [name, new Float32Array(atOnce * width)]));
  for (const { from, to } of rowRanges(chosen.length, atOnce)) {
    source.fill(chosen.subarray(from, to), room, { epoch: null, steps: [] });
    const feeds = Object.fromEntries(
      Object.entries(source.widths).map(([name, width]) => [name, room[name]!.subarray(0, (to - from) * width)]),
    );
    const measured = prepared.call('nats', feeds, to - from);
    for (const name of ['nats', 'counted', 'correct'] as const) sums[name] += measured[name]!.reduce((sum, value) => sum + value, 0);
    yield;
  }
  return sums;
}
