import { dirname } from 'node:path';
import { loadText } from '../../data/text/loadText.ts';
import { requireText } from '../../data/text/requireText.ts';
import { splitText } from '../../data/text/splitText.ts';
import type { SplitCorpus, TextCorpus } from '../../data/text/textCorpus.ts';
import type { TextRows } from '../../data/text/textRows.ts';
import { chooseEngine } from '../../engine/chooseEngine.ts';
import { prepareProgram } from '../../engine/prepareProgram.ts';
import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { planTraining, type TrainingPlan } from '../../experiment/resolveExperiment.ts';
import { initialParameters } from '../../science/initialise.ts';
import { languageProgram, type NeuralModel } from '../../science/language/languageProgram.ts';
import type { RunBasis } from '../trainee.ts';
import type { SetupRequest } from '../trainingSetup.ts';
import { type References, referencesFor } from './references.ts';
import { textRowsFor } from './textRowsFor.ts';

/** A language-model experiment of such a model, counted in steps. */
export interface ResolvedLanguage extends LanguageModelExperiment {
  model: NeuralModel;
  plan: TrainingPlan;
}

/** Everything that a language model needs before its first step. */
export interface LanguageSetup extends RunBasis {
  kind: 'language';
  experiment: ResolvedLanguage;
  corpus: TextCorpus;
  splits: SplitCorpus;
  /** Rows of each split, as the program is fed with them. */
  textRows: Record<'train' | 'validation' | 'test', TextRows>;
  references: References;
}

/** A text read, tokenized and split. */
export interface ReadText {
  corpus: TextCorpus;
  splits: SplitCorpus;
}

/** Reads the text of an experiment. @throws UserError for everything that a user can mend */
export async function readText(request: SetupRequest, experiment: LanguageModelExperiment): Promise<ReadText> {
  const { data, seed } = experiment;
  if (data === undefined) throw new UserError('data is missing: add "data": { "source": "names" }', 'data');
  const where = { folder: dirname(request.experimentPath), media: request.media, seed, signal: request.signal };
  const corpus = await loadText(data, where);
  const text = { corpus, splits: splitText(corpus, data.split, seed) };
  requireText(experiment, text);
  return text;
}

/**
 * Reads the text, chooses the engine and puts the initial model into its memory.
 * @throws UserError for everything that a user can mend
 */
export async function prepareLanguage(request: SetupRequest, experiment: LanguageModelExperiment): Promise<LanguageSetup> {
  const model = experiment.model as NeuralModel;
  const wanted = request.engine ?? experiment.engine;
  const engines = { engineFolder: request.engineFolder };
  const [text, chosen] = await Promise.all([readText(request, experiment), chooseEngine(wanted, engines)]);
  const { corpus, splits } = text;
  const { tokens, end } = corpus.tokenizer;
  const { objective, seed } = experiment;
  const sections = { model, objective, seed, vocabulary: tokens.length, end };
  const textRows = {
    train: textRowsFor(sections, splits.train),
    validation: textRowsFor(sections, splits.validation),
    test: textRowsFor(sections, splits.test),
  };
  const plan = planTraining(experiment.training, textRows.train.rows);
  const program = languageProgram({ model, objective, unit: corpus.unit }, tokens.length);
  const ready = await prepareProgram(wanted, engines, chosen, {
    program,
    parameters: initialParameters(program, seed),
    rule: experiment.optimizer,
    batchRows: plan.batchSize,
  });
  return {
    kind: 'language',
    experiment: { ...experiment, model, plan },
    name: request.name,
    corpus,
    splits,
    textRows,
    program,
    engine: ready.engine,
    engineReason: ready.reason,
    enginePassedOver: ready.passedOver,
    engineWarning: ready.warning,
    prepared: ready.prepared,
    references: referencesFor(experiment, text),
  };
}
