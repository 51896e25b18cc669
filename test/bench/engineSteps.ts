// One contender of the comparison of engines: says {ready}, then answers {"run": N} on stdin with the seconds of N steps.
// With "write" it writes what all contenders read: the batches and the initial weights.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chooseEngine } from '../../src/engine/chooseEngine.ts';
import type { EngineKind, OptimizerRule } from '../../src/engine/engine.ts';
import type { AutoencoderExperiment } from '../../src/experiment/autoencoder.ts';
import { parseExperiment } from '../../src/experiment/parseExperiment.ts';
import { fillNormal, fillUniform } from '../../src/math/random.ts';
import { autoencoderProgram } from '../../src/science/autoencoder.ts';
import { drawCorruption } from '../../src/science/corruption.ts';
import { initialParameters } from '../../src/science/initialise.ts';
import { languageProgram } from '../../src/science/language/languageProgram.ts';
import type { Program } from '../../src/science/program.ts';
import type { Model } from './models.mjs';

/** What the process is told in its one argument. */
interface Job {
  task: 'write' | 'run';
  model: Model;
  /** Where batches.f32 and weights.f32 lie. */
  folder: string;
  engine: EngineKind;
  /** Standard deviation of the noise drawn for every step; 0: none. */
  sigma: number;
}

/** What is trained, and on what. */
interface Subject {
  program: Program;
  corruption: AutoencoderExperiment['corruption'];
  rule: OptimizerRule;
  /** The numbers of all batches as they are written down: [rows, inputs]. */
  makeRows(rows: number): Float32Array;
  /** The inputs of the loss but for noise, cut out of such rows. */
  inputsOf(rows: Float32Array): Record<string, Float32Array>;
}

const seed = 1;
/** Directions in which the data vary: few, so that there is something to learn and the losses fall. */
const factors = 8;
const rule = { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

function autoencoderSubject({ inputs, hidden, latent }: Extract<Model, { network: 'autoencoder' }>, sigma: number): Subject {
  const { experiment, problems } = parseExperiment(
    JSON.stringify({
      version: 1,
      task: 'autoencoder',
      data: { source: 'digits' },
      model: { kind: 'mlp', hidden, latent, activation: 'relu' },
      corruption: sigma > 0 ? { kind: 'gaussian', sigma } : { kind: 'none' },
      optimizer: rule,
    }),
  );
  if (experiment?.task !== 'autoencoder') throw new Error(problems.map(({ message }) => message).join('\n'));
  return {
    program: autoencoderProgram(experiment, inputs),
    corruption: experiment.corruption,
    rule: experiment.optimizer,
    makeRows: (rows) => makeRows(rows, inputs),
    inputsOf: (x) => ({ x }),
  };
}

function languageSubject(model: Extract<Model, { network: 'gru' | 'transformer' }>): Subject {
  const { vocabulary, context, inputs } = model;
  const section =
    model.network === 'gru'
      ? { kind: 'gru' as const, embedding: model.embedding, hidden: model.hidden, context }
      : { kind: 'transformer' as const, layers: model.layers, heads: model.heads, width: model.width, context, tiedEmbeddings: true };
  /** `context` numbers of each row, from this place on. */
  const cut = (rows: Float32Array, from: number) =>
    Float32Array.from(
      { length: (rows.length / inputs) * context },
      (_, i) => rows[Math.floor(i / context) * inputs + (i % context) + from]!,
    );
  return {
    program: languageProgram({ model: section, objective: { kind: 'nextToken' }, unit: 'stream' }, vocabulary),
    corruption: { kind: 'none' },
    rule: { ...rule, momentum: 0, nesterov: false, weightDecay: 0 },
    makeRows: (rows) => makeTokens(rows * inputs, vocabulary),
    inputsOf: (rows) => ({ tokens: cut(rows, 0), targets: cut(rows, 1) }),
  };
}

function subjectOf(model: Model, sigma: number): Subject {
  return model.network === 'autoencoder' ? autoencoderSubject(model, sigma) : languageSubject(model);
}

/** A text in which each token follows from the last one by one of four rules. */
function makeTokens(count: number, vocabulary: number): Float32Array {
  const choices = new Float32Array(count);
  fillUniform(choices, { seed, stream: 'data', step: 0 }, 0, 4);
  let last = 0;
  return choices.map((choice) => {
    last = (7 * last + 5 * Math.floor(choice) + 1) % vocabulary;
    return last;
  });
}

/** x = z M + 0.1 e: z standard normal, [rows, factors]; M of variance 1/factors, [factors, inputs]; e standard normal. */
function makeRows(rows: number, inputs: number): Float32Array {
  const z = new Float32Array(rows * factors);
  const mixing = new Float32Array(factors * inputs);
  const x = new Float32Array(rows * inputs);
  fillNormal(z, { seed, stream: 'data', step: 0 });
  fillNormal(mixing, { seed, stream: 'data', step: 1 });
  fillNormal(x, { seed, stream: 'data', step: 2 });
  const scale = 1 / Math.sqrt(factors);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < inputs; j++) {
      let sum = 0;
      for (let f = 0; f < factors; f++) sum += z[row * factors + f]! * mixing[f * inputs + j]!;
      x[row * inputs + j] = scale * sum + 0.1 * x[row * inputs + j]!;
    }
  return x;
}

function write({ model, folder }: Job): void {
  const { program, makeRows } = subjectOf(model, 0);
  writeFileSync(join(folder, 'batches.f32'), makeRows(model.batches * model.batch));
  writeFileSync(join(folder, 'weights.f32'), initialParameters(program, seed));
}

function readNumbers(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Makes the engine ready; the function returned takes that many steps and gives the last loss. */
async function prepare({ model, folder, engine: kind, sigma }: Job): Promise<{ description: string; run(steps: number): number }> {
  const { program, corruption, rule, inputsOf } = subjectOf(model, sigma);
  const { engine } = await chooseEngine(kind, { engineFolder: __dirname });
  const prepared = await engine.prepare(program, readNumbers(join(folder, 'weights.f32')), rule, model.batch);
  const { stepsAtOnce, threads } = prepared;
  const given = Object.entries(inputsOf(readNumbers(join(folder, 'batches.f32')))).map(([name, numbers]) => {
    const size = numbers.length / model.batches;
    return { name, size, numbers: repeatBatches(numbers, size, model.batches + stepsAtOnce - 1) };
  });
  const draw = prepared.feedRoom.draw ?? new Float32Array(0);
  let step = 0;
  const run = (steps: number) => {
    let loss = Number.NaN;
    for (let left = steps; left > 0; ) {
      const count = Math.min(left, stepsAtOnce);
      const first = step % model.batches;
      const feeds: Record<string, Float32Array> = {};
      for (const { name, size, numbers } of given) feeds[name] = numbers.subarray(first * size, (first + count) * size);
      const updates = Array.from({ length: count }, (_, i) => ({ step: step + 1 + i, learningRate: 0.001 }));
      if (sigma > 0) {
        const size = given[0]!.size;
        updates.forEach((update, i) => {
          drawCorruption(corruption, draw.subarray(i * size, (i + 1) * size), { seed, step: update.step }, prepared.random);
        });
        feeds.draw = draw.subarray(0, count * size);
      }
      loss = prepared.steps(feeds, model.batch, updates)[count - 1]!;
      step += count;
      left -= count;
    }
    return loss;
  };
  const atOnce = stepsAtOnce === 1 ? '' : `, ${stepsAtOnce} steps a call`;
  return { description: `${engine.description}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${atOnce}`, run };
}

/** The batches again and again until there are `count`, so that any steps in a row have theirs in one piece. */
function repeatBatches(batches: Float32Array, size: number, count: number): Float32Array {
  const out = new Float32Array(count * size);
  for (let from = 0; from < out.length; from += batches.length) out.set(batches.subarray(0, out.length - from), from);
  return out;
}

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '') as Job;
  if (job.task === 'write') {
    write(job);
    return;
  }
  const { description, run } = await prepare(job);
  say({ ready: true, description });
  for await (const line of createInterface({ input: process.stdin })) {
    const { run: steps } = JSON.parse(line) as { run: number };
    const before = process.cpuUsage();
    const startMs = performance.now();
    const loss = run(steps);
    const seconds = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(before);
    say({ seconds, cpuSeconds: (user + system) / 1e6, loss });
  }
}

main().catch((error: unknown) => {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
