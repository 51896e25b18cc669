import type { LanguageModelExperiment } from './languageModel.ts';

type Settings = Pick<LanguageModelExperiment, 'data' | 'model' | 'objective' | 'optimizer'>;

/**
 * The settings that tell runs of language models apart, in one line: "mlp 8x24-[128] · characters (27) · adam 0.001".
 * @param vocabulary size of the vocabulary; left out where the text is not read yet
 */
export function textSettingsLine({ data, model, objective, optimizer }: Settings, vocabulary?: number): string {
  const parts = [modelWords(model)];
  if (data !== undefined) parts.push(`${tokenWords(data.tokens)}${vocabulary === undefined ? '' : ` (${vocabulary})`}`);
  if (objective.kind === 'maskedToken')
    parts.push(`masked ${objective.ratio}${objective.span > 1 ? ` in spans of ${objective.span}` : ''}`);
  if (model.kind !== 'ngram' && model.kind !== 'table') parts.push(`${optimizer.kind} ${optimizer.learningRate}`);
  return parts.join(' · ');
}

function modelWords(model: Settings['model']): string {
  switch (model.kind) {
    case 'mlp':
      return `mlp ${model.context}x${model.embedding}-[${model.hidden.join(', ')}]`;
    case 'gru':
      return `gru ${model.embedding}-${model.hidden}, ${model.context} steps`;
    case 'transformer':
      return `transformer ${model.layers}x${model.width}, ${model.heads} heads, context ${model.context}`;
    case 'ngram':
      return `${model.order}-gram ${typeof model.smoothing === 'string' ? model.smoothing : `add ${model.smoothing.add}`}`;
    case 'table':
      return 'table';
  }
}

function tokenWords(tokens: NonNullable<Settings['data']>['tokens']): string {
  if (typeof tokens === 'string') return tokens;
  return 'bpe' in tokens ? `bpe ${tokens.bpe}` : 'own tokenizer';
}
