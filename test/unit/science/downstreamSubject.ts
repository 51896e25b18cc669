import { loadDataset } from '../../../src/data/loadDataset.ts';
import { prepareData } from '../../../src/data/prepareData.ts';
import type { Engine, PreparedProgram } from '../../../src/engine/engine.ts';
import { type AutoencoderExperiment, autoencoderSchema, type DownstreamSection } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import type { DownstreamSubject } from '../../../src/science/downstream.ts';
import { labelledProgram } from '../../../src/science/downstreamProgram.ts';
import { labelledBatch } from '../../../src/science/downstreamTraining.ts';
import { initialParameters } from '../../../src/science/initialise.ts';

const root = new URL('../../../', import.meta.url).pathname;

/** A comparison of an autoencoder of the digits as it stands before training, ready to be measured. */
export interface PreparedSubject extends DownstreamSubject {
  prepared: PreparedProgram;
  labelled: PreparedProgram;
  dispose(): void;
}

/** Prepares a comparison; `change` sees the experiment's data first. */
export async function prepareSubject(
  engine: Engine,
  sections: object,
  change: (labels: Int32Array) => void = () => {},
): Promise<PreparedSubject> {
  const written = { version: 1, task: 'autoencoder', data: { source: 'digits' }, downstream: {}, ...sections };
  const experiment: AutoencoderExperiment = autoencoderSchema.parse(written);
  const downstream = experiment.downstream as DownstreamSection;
  const dataset = await loadDataset(experiment.data, { folder: root, media: `${root}media`, seed: experiment.seed });
  const data = prepareData(dataset, experiment.data, experiment.seed);
  change(data.train.labels!);
  const shape = { inputs: data.inputs, classes: dataset.labelNames.length, imageShape: dataset.imageShape };
  const program = autoencoderProgram(experiment, data.inputs, dataset.imageShape);
  const made = labelledProgram({ ...experiment, head: downstream.head }, shape);
  const prepare = (one: typeof program) =>
    engine.prepare(one, initialParameters(one, experiment.seed), experiment.optimizer, labelledBatch);
  const [prepared, labelled] = [await prepare(program), await prepare(made)];
  const dispose = () => {
    prepared.dispose();
    labelled.dispose();
  };
  return { experiment, downstream, data, classes: shape.classes, program, prepared, labelledProgram: made, labelled, dispose };
}
