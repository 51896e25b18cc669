import type { LanguageModelExperiment, TextDataSection } from '../../experiment/languageModel.ts';
import { readGrammar } from './grammar.ts';
import { namedChain } from './markovText.ts';

/**
 * What no model of a generated text can go below on average, in nats a predicted token; null where it is not known.
 * - A chain, next token: its entropy rate, a character where states are cut into characters. Hidden tokens: `meanHiddenEntropy` where
 *   each chosen token becomes the mask, one by one, and tokens are states.
 * - A grammar, next token: the entropy of derivations over the predicted tokens of a sentence, its end included.
 * Of byte pairs and of somebody else's tokens the number in a text is not known beforehand.
 */
export function sourceEntropy(
  { source, tokens }: Pick<TextDataSection, 'source' | 'tokens'>,
  objective: LanguageModelExperiment['objective'] = { kind: 'nextToken' },
): number | null {
  if (typeof source === 'string' || typeof tokens !== 'string') return null;
  if (source.generator === 'markovChain') {
    const { chain, names, separator } = namedChain(source, tokens);
    const areStates = tokens === 'words' || separator === '';
    if (objective.kind === 'maskedToken') {
      const isPlain = objective.span === 1 && objective.replace.mask === 1;
      return areStates && isPlain ? chain.meanHiddenEntropy(objective.ratio) : null;
    }
    const length = areStates ? 1 : names.reduce((sum, name, state) => sum + chain.stationary![state]! * ([...name].length + 1), 0);
    return chain.entropyRate() / length;
  }
  if (objective.kind === 'maskedToken') return null;
  const { derivationNats, words, characters, hasEmpty } = readGrammar(source);
  if (tokens === 'words') return derivationNats / (words + 1);
  // of words that may be missing altogether the number of spaces between them is not known
  return hasEmpty ? null : derivationNats / (characters + words);
}
