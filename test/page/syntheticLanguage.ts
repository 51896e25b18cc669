import { fillNormal } from '../../src/math/random.ts';
import type { LanguageView, RunView, SampleView, ToPage } from '../../src/protocol/page.ts';
import { SyntheticRun } from './syntheticRun.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz', '</s>'];
const ends = ['emma', 'alina', 'jose', 'marianne', 'kelvin', 'rosalind', 'theo', 'anja', 'wilhelmina', 'oscar', 'ida', 'bartholomew'];
const starts = ['eq', 'xlivv', 'jo', 'mraianeu', 'kk', 'roslndia', 'to', 'ajn', 'whlmnia', 'oc', '', 'bartloqmwe'];
const sentence = [...'rosalind'];
const [layers, heads] = [2, 4];
const floors: Record<string, number> = { train: 1.92, validation: 2.05, batch: 1.95 };
const counted = { 'theory.uniform': Math.log(27), 'theory.unigram': 2.81 };
const textOfAttention = [...'maria', '</s>', ...'joanna', '</s>', ...'theo', '</s>'];

/** A language model of names that was never trained: its loss falls below what counting pairs reaches, its letters part by their kind, its texts turn into names. */
export class SyntheticLanguage extends SyntheticRun {
  private readonly tokens = this.options.tokens ?? letters;

  private get kind(): NonNullable<SyntheticRun['options']['language']> {
    return this.options.language ?? 'mlp';
  }

  override get curveNames(): string[] {
    const names = Object.keys(this.metricsAt(0));
    return this.kind === 'counted' ? names : ['batch.loss', ...names];
  }

  override runAt(epoch: number, change: Partial<RunView> = {}): RunView {
    const step = Math.round(epoch * this.stepsPerEpoch);
    return super.runAt(epoch, {
      name: this.options.name ?? 'Names by their letters',
      engine: 'compiled',
      sentence: `Validation loss ${this.lossAt('validation.nats', step).toFixed(2)} nats a token, read against counting pairs (2.43).`,
      metrics: step === 0 ? {} : this.metricsAt(step),
      language: {
        isMasked: this.kind === 'masked',
        hasEmbeddings: this.kind !== 'counted',
        hasAttention: this.kind === 'transformer' || this.kind === 'masked',
      },
      ...change,
    });
  }

  private metricsAt(step: number): Record<string, number> {
    const isMasked = this.kind === 'masked';
    const metrics: Record<string, number> = { ...counted, ...(!isMasked && { 'theory.bigram': 2.43 }) };
    for (const split of ['train', 'validation']) {
      const nats = this.natsAt(split, step);
      metrics[`${split}.nats`] = nats;
      metrics[`${split}.perplexity`] = Math.exp(nats);
      metrics[`${split}.bitsPerCharacter`] = nats / Math.LN2;
      if (isMasked) metrics[`${split}.maskedAccuracy`] = 0.52 - 0.1 * (nats - 2);
    }
    return metrics;
  }

  private natsAt(split: string, step: number): number {
    const epoch = step / this.stepsPerEpoch;
    const noise = new Float32Array(1);
    fillNormal(noise, { seed: 3, stream: 'view', step: step * 7 + split.length });
    const wobble = (split === 'batch' ? 0.06 : 0.004) * noise[0]!;
    return (floors[split] ?? 2) + 0.95 * Math.exp(-epoch / 1.5) + 0.35 * Math.exp(-epoch / 8) + wobble;
  }

  override lossAt(name: string, step: number): number {
    return name === 'batch.loss' ? this.natsAt('batch', step) : (this.metricsAt(step)[name] ?? Number.NaN);
  }

  override frames(fromEpoch: number, toEpoch: number): Extract<ToPage, { kind: 'snapshot' }>['frames'] {
    return this.kind === 'counted' ? [] : super.frames(fromEpoch, toEpoch);
  }

  override sample(): SampleView {
    const kindOf = (token: string): number => (token.length > 1 ? 2 : 'aeiouy'.includes(token) ? 0 : 1);
    return {
      rows: this.tokens.length,
      labels: this.tokens.map(kindOf),
      labelNames: ['vowel', 'consonant', 'special'],
      pictured: 0,
      imageShape: null,
      columns: [],
      inputs: null,
      corrupted: null,
      tokens: this.tokens,
    };
  }

  override projection(step: number): ArrayBuffer {
    const share = 1 - Math.exp(-step / this.stepsPerEpoch / 8);
    const noise = new Float32Array(this.tokens.length * 2);
    fillNormal(noise, { seed: 1, stream: 'view', step: 0 });
    const { labels } = this.sample();
    return noise.map((value, i) => value + share * (i & 1 ? 0.4 : 3) * (labels[i >> 1]! - 0.7)).buffer;
  }

  override reconstructions(): null {
    return null;
  }

  override languageAt(step: number): LanguageView {
    const share = 1 - Math.exp(-step / this.stepsPerEpoch / 8);
    const hasAttention = this.kind === 'transformer' || this.kind === 'masked';
    const values = hasAttention ? attentionAt(share, this.kind === 'transformer') : null;
    return {
      texts: this.kind === 'masked' ? [] : textsAt(share),
      blanks: this.kind === 'masked' ? blanksAt(share) : [],
      attention: values && { layers, heads, tokens: textOfAttention, values },
    };
  }
}

function textsAt(share: number): LanguageView['texts'] {
  return ends.map((end, i) => {
    const text = (i + 1) / ends.length <= share * 1.1 ? end : starts[i]!;
    const tokens = text.length + 1;
    return { text, tokens, logProbability: -(3.4 - 1.3 * share + 0.1 * (i % 5)) * tokens, finished: i % 6 !== 5 };
  });
}

function blanksAt(share: number): LanguageView['blanks'] {
  return sentence.map((token, i) => {
    if (![1, 4, 7].includes(i)) return { token, candidates: null };
    const own = 0.08 + (i === 4 ? 0.2 : 0.6) * share;
    const others = ['e', 'a', 'i', 'n'].filter((other) => other !== token);
    const rest = others.map((other, k) => ({ token: other, probability: ((1 - own) * 0.4) / (k + 1) }));
    return { token, candidates: [{ token, probability: own }, ...rest].sort((a, b) => b.probability - a.probability) };
  });
}

/** float32 [layers, heads, tokens, tokens]: heads that look at the token before, at themselves, at the first and at everything. */
function attentionAt(share: number, isCausal: boolean): ArrayBuffer {
  const size = textOfAttention.length;
  const values = new Float32Array(layers * heads * size * size);
  for (let map = 0; map < layers * heads; map++)
    for (let row = 0; row < size; row++) {
      const weights = Array.from({ length: size }, (_, column) => {
        if (isCausal && column > row) return 0;
        const strength = 5 * share;
        if (map === 0) return Math.exp(column === row - 1 ? strength : 0);
        if (map === 3) return Math.exp(column === 0 ? strength : 0);
        if (map === 5) return Math.exp(column === row ? strength : 0);
        return Math.exp((share * 2 * Math.cos(1.3 * map * (row - column))) / 1);
      });
      const sum = weights.reduce((a, b) => a + b, 0);
      for (const [column, weight] of weights.entries()) values[(map * size + row) * size + column] = weight / sum;
    }
  return values.buffer;
}
