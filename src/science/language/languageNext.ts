import type { NextTokens } from '../../math/nextTokens.ts';
import type { CallableProgram } from '../runInBatches.ts';
import { ContextNext } from './contextNext.ts';
import { GatedNext } from './gatedNext.ts';
import type { NeuralModel } from './languageProgram.ts';
import { TransformerNext } from './transformerNext.ts';

/** A trained model and the text it knows. */
export interface LanguageSubject {
  model: NeuralModel;
  /** V, the end token included. */
  vocabulary: number;
  end: number | null;
  unit: 'lines' | 'stream';
}

/**
 * What a trained model says of the next token. States (gru) and keys and values (transformer) are kept by prefix, so that a prefix that
 * grows by a token costs one token; all prefixes of a call go through the model together. The start symbol stands before every prefix.
 * It is of the parameters as they are now: after training steps make a new one.
 */
export function languageNext(subject: LanguageSubject, program: CallableProgram): NextTokens {
  const { model, vocabulary, end } = subject;
  switch (model.kind) {
    case 'mlp':
      return new ContextNext({ ...subject, model }, program);
    case 'gru':
      return new GatedNext({ model, vocabulary, end }, program);
    case 'transformer':
      return new TransformerNext({ ...subject, model }, program);
  }
}
