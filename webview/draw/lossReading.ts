import type { RunStore } from '../state/runStore.ts';

/** How the loss of a language model is read. */
export type LossUnit = RunStore['view']['lossUnit'];

/** What a loss of a language model is counted in, in words. */
export const lossUnitWords: Record<LossUnit, string> = { nats: 'nats a token', perplexity: 'perplexity', bits: 'bits a character' };

/** A value of a curve or of a rule in the unit that is looked at. */
export type LossReading = (name: string, value: number) => number;

/** Whether the run tells what a bit a character is in nats a token. */
export const hasBits = (store: RunStore): boolean => bitsOf(store, 'validation') !== null;

/** The unit that is looked at: nats where the run does not tell what a character is. */
export function lossUnitOf(store: RunStore): LossUnit {
  const { lossUnit } = store.view;
  return lossUnit === 'bits' && !hasBits(store) ? 'nats' : lossUnit;
}

/** Reads losses in the unit of the view; those of other runs than language models as they are. */
export function lossReading(store: RunStore): LossReading {
  if (!store.run?.language) return (_, value) => value;
  switch (lossUnitOf(store)) {
    case 'nats':
      return (_, value) => value;
    case 'perplexity':
      return (_, value) => Math.exp(value);
    case 'bits':
      return (name, value) => value * (bitsOf(store, splitOf(name)) ?? Number.NaN);
  }
}

/** Batches are training text; what counted models reach is said of the validation text. */
const splitOf = (name: string): string => {
  const first = name.split('.')[0]!;
  return first === 'batch' ? 'train' : first === 'theory' ? 'validation' : first;
};

/** Bits a character for one nat a token, of a split or of another one where it has none: the tokens of a text and its characters do not change. */
function bitsOf(store: RunStore, split: string): number | null {
  const metrics = store.run?.metrics ?? {};
  for (const one of [split, 'validation', 'train', 'test']) {
    const [bits, nats] = [metrics[`${one}.bitsPerCharacter`], metrics[`${one}.nats`]];
    if (bits !== undefined && nats !== undefined && nats > 0) return bits / nats;
  }
  return null;
}
