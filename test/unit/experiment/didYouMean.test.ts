import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from '../../../src/experiment/didYouMean.ts';

const words = ['latent', 'hidden', 'activation', 'latentActivation', 'kind', 'mask', 'relu'];

test.each([
  ['latnet', 'latent'],
  ['Latent', 'latent'],
  ['laten', 'latent'],
  ['hiden', 'hidden'],
  ['activ', 'activation'],
  ['maks', 'mask'],
  ['rleu', 'relu'],
  ['latentActivaton', 'latentActivation'],
])('%s means %s', (word, meant) => expect(didYouMean(word, words)).toBe(meant));

test.each(['beta', 'x', '', 'dropout', 'learningRate'])('%j means none of them', (word) => expect(didYouMean(word, words)).toBeNull());

test('a candidate means itself, and no answer is made up', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8, selector: (w) => w.toLowerCase() }),
      fc.nat(),
      fc.string(),
      (list, at, word) => {
        const own = list[at % list.length]!;
        expect(didYouMean(own, list)?.toLowerCase()).toBe(own.toLowerCase());
        const meant = didYouMean(word, list);
        expect(meant === null || list.includes(meant)).toBe(true);
      },
    ),
  );
});
