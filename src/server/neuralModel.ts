import type { Tokenizer } from '../data/text/tokenizer.ts';
import { chooseEngine } from '../engine/chooseEngine.ts';
import type { PreparedProgram } from '../engine/engine.ts';
import { prepareProgram } from '../engine/prepareProgram.ts';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { UserError } from '../experiment/problem.ts';
import { fillMasked } from '../science/language/fillMasked.ts';
import { languageNext } from '../science/language/languageNext.ts';
import { languageProgram } from '../science/language/languageProgram.ts';
import { mostProbable } from '../science/language/mostProbable.ts';
import { type Program, parameterSize } from '../science/program.ts';
import { memoised } from '../search/memoised.ts';
import type { FilledToken, ModelPlace, TextModel } from './textModel.ts';

/** A trained model as a run has stored it. */
export interface StoredModel {
  experiment: LanguageModelExperiment;
  tokenizer: Tokenizer;
  unit: 'lines' | 'stream';
  /** The file parameters.f32 of a checkpoint. */
  parameters: Uint8Array;
  /** What messages call the run. */
  name: string;
}

/**
 * Puts a trained model into an engine.
 * @throws UserError where the parameters are not those of the model, or no engine works here
 */
export async function openNeural(stored: StoredModel, { engineFolder }: ModelPlace): Promise<TextModel> {
  const { experiment, tokenizer, unit } = stored;
  const { objective } = experiment;
  const model = requireTrained(experiment.model);
  const { tokens: vocabulary, end } = tokenizer;
  const program = languageProgram({ model, objective, unit }, vocabulary.length);
  const prepared = await prepare(stored, program, engineFolder);
  const subject = { model, vocabulary: vocabulary.length, end, unit };
  const words = {
    vocabulary,
    end,
    encode: (text: string) => tokenizer.encode(text),
    decode: (ids: Iterable<number>) => tokenizer.decode(ids),
    dispose: () => prepared.dispose(),
  };
  if (objective.kind === 'nextToken') return { kind: 'searched', ...words, next: memoised(languageNext(subject, prepared)), states: null };
  // after the tokens and the symbol for no token
  const mask = vocabulary.length + 1;
  return {
    kind: 'filled',
    ...words,
    fill: (tokens, candidates) => {
      const seen = tokens.map((token) => token ?? mask);
      const found = fillMasked(subject, prepared, seen);
      return tokens.map((token, at) => filledToken(token, found.get(at), candidates));
    },
  };
}

function requireTrained(model: LanguageModelExperiment['model']) {
  if (model.kind === 'table' || model.kind === 'ngram') throw new Error(`a model of kind "${model.kind}" has no parameters`);
  return model;
}

async function prepare(stored: StoredModel, program: Program, engineFolder: string): Promise<PreparedProgram> {
  const wanted = program.parameters.reduce((sum, one) => sum + parameterSize(one), 0);
  const bytes = stored.parameters;
  if (bytes.length !== 4 * wanted)
    throw new UserError(
      `the checkpoint of ${stored.name} has ${bytes.length / 4} parameters, and its model ${wanted}: it is damaged, train the run again`,
    );
  // a copy, for bytes of a file need not begin where a number of 32 bits may
  const parameters = new Float32Array(new Uint8Array(bytes).buffer);
  const engines = { engineFolder };
  const chosen = await chooseEngine('auto', engines);
  const { prepared } = await prepareProgram('auto', engines, chosen, {
    program,
    parameters,
    rule: stored.experiment.optimizer,
    batchRows: 1,
  });
  return prepared;
}

function filledToken(given: number | null, row: Float64Array | undefined, candidates: number): FilledToken {
  if (given !== null) return { token: given, candidates: null };
  const ranked = mostProbable(row!, candidates);
  return { token: ranked[0]!.token, candidates: ranked };
}
