import { ContextRows } from '../../data/text/contextRows.ts';
import { flattenTexts } from '../../data/text/flattenTexts.ts';
import { MaskedContextRows, MaskedWindowRows } from '../../data/text/maskedRows.ts';
import { PackedRows } from '../../data/text/packedRows.ts';
import type { TextSplit } from '../../data/text/textCorpus.ts';
import type { TextRows } from '../../data/text/textRows.ts';
import { WindowRows } from '../../data/text/windowRows.ts';
import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import type { NeuralModel } from '../../science/language/languageProgram.ts';

/** What decides how a text becomes rows. */
export interface RowSections {
  model: NeuralModel;
  objective: LanguageModelExperiment['objective'];
  seed: number;
  vocabulary: number;
  end: number | null;
}

/** The rows that a model is fed with, of one split: what `languageProgram` names as its inputs. */
export function textRowsFor({ model, objective, seed, vocabulary, end }: RowSections, split: TextSplit): TextRows {
  const flat = flattenTexts(split, end);
  const source = { flat, end, context: model.context, start: vocabulary, seed };
  if (objective.kind === 'maskedToken') {
    const masked = { ...source, masking: objective, vocabulary, mask: vocabulary + 1 };
    return model.kind === 'mlp' ? new MaskedContextRows(masked) : new MaskedWindowRows(masked);
  }
  if (model.kind === 'mlp') return new ContextRows(source);
  return end === null ? new WindowRows(source) : new PackedRows({ ...source, end });
}
