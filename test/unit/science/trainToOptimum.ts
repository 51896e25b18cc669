import { fileURLToPath } from 'node:url';
import { epochOrder } from '../../../src/data/batchOrder.ts';
import { loadDataset } from '../../../src/data/loadDataset.ts';
import { type PreparedData, prepareData } from '../../../src/data/prepareData.ts';
import { chooseEngine } from '../../../src/engine/chooseEngine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { type AutoencoderExperiment, autoencoderSchema, type Corruption } from '../../../src/experiment/autoencoder.ts';
import { gatherRows } from '../../../src/math/gatherRows.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { drawCorruption } from '../../../src/science/corruption.ts';
import { columnMeans, evaluateSplit } from '../../../src/science/evaluate.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { theoryFor, theoryMeasures } from '../../../src/science/linearTheory.ts';
import { learningRateAt } from '../../../src/science/schedule.ts';

const rootFolder = fileURLToPath(new URL('../../../', import.meta.url));
/** Where what the engines load lies in the checkout. */
export const engineFolder = `${rootFolder}dist`;

/** All digits as training rows: unit scale, centred, no split. */
export async function digitsWithoutSplit(): Promise<PreparedData> {
  const { data } = experimentWith({});
  const dataset = await loadDataset(data, { folder: rootFolder, media: `${rootFolder}media`, seed: 0 });
  return prepareData(dataset, data, 0);
}

/** An experiment with every default but these sections. */
export function experimentWith(sections: object): AutoencoderExperiment {
  const data = { source: 'digits', scale: 'unit', center: true, split: 'none' };
  return autoencoderSchema.parse({ version: 1, task: 'autoencoder', data, ...sections });
}

const steps = 3000;

/** Trains one linear autoencoder with Adam under a cosine schedule and measures it, against the closed form where there is one. */
export async function trainToOptimum(
  engine: Engine,
  data: PreparedData,
  choice: {
    corruption: Corruption;
    latent: number;
    seed: number;
    model?: object;
    penalty?: object;
    learningRate?: number;
    batchSize?: number;
  },
): Promise<Record<string, number>> {
  const { corruption, latent, seed, model = { kind: 'linear', latent }, penalty, learningRate = 0.02, batchSize = 256 } = choice;
  const optimizer = { kind: 'adam', learningRate, schedule: 'cosine' };
  const experiment = experimentWith({ corruption, model, penalty, optimizer, seed });
  const { inputs, train } = data;
  const program = autoencoderProgram(experiment, inputs);
  const prepared = await engine.prepare(program, initialParameters(program, seed), experiment.optimizer, batchSize);
  const perEpoch = Math.ceil(train.rows.length / batchSize);
  let order = new Uint32Array();
  for (let step = 1; step <= steps; step++) {
    const place = (step - 1) % perEpoch;
    if (place === 0) order = new Uint32Array(epochOrder(train.rows.length, seed, (step - 1) / perEpoch));
    const rows = order.subarray(place * batchSize, (place + 1) * batchSize);
    const feeds = { x: new Float32Array(rows.length * inputs), draw: new Float32Array(rows.length * inputs) };
    gatherRows(train.x, inputs, rows, feeds.x);
    drawCorruption(corruption, feeds.draw, { seed, step });
    prepared.step(feeds, rows.length, { step, learningRate: learningRateAt(experiment.optimizer, step, steps) });
  }
  const measuring = evaluateSplit({ prepared, program, experiment, split: train, trainMean: columnMeans(train.x, inputs) });
  let next = measuring.next();
  while (!next.done) next = measuring.next();
  const metrics = Object.fromEntries(Object.entries(next.value).map(([name, value]) => [`train.${name}`, value]));
  const theory = theoryFor(experiment, train.x, inputs);
  prepared.dispose();
  return { ...metrics, ...(theory && theoryMeasures(theory, { experiment, program, prepared }, metrics)) };
}

/** The engine that the closed forms are reached with: the one that runs take here. */
export async function realEngine(): Promise<Engine> {
  return (await chooseEngine('auto', { engineFolder })).engine;
}
