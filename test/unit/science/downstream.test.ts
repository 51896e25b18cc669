import { beforeAll, describe, expect, test } from 'vitest';
import { chooseEngine } from '../../../src/engine/chooseEngine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { DownstreamArm } from '../../../src/experiment/autoencoder.ts';
import { Downstream, type DownstreamCase, type DownstreamResult } from '../../../src/science/downstream.ts';
import { scoresOf } from '../../../src/science/downstreamHead.ts';
import { headLosses, takeLosses } from '../../../src/science/downstreamLosses.ts';
import { encoderParameters, joinParameters } from '../../../src/science/downstreamProgram.ts';
import { fitToTask } from '../../../src/science/downstreamTask.ts';
import { labelledPlan } from '../../../src/science/downstreamTraining.ts';
import { drawLabelledRows } from '../../../src/science/labelledRows.ts';
import type { Program } from '../../../src/science/program.ts';
import { standardise } from '../../../src/science/standardise.ts';
import { tf } from '../../../src/science/tensorflow.ts';
import { tensorLosses } from '../../../src/science/tensorLosses.ts';
import { type PreparedSubject, prepareSubject } from './downstreamSubject.ts';
import { runToEnd } from './runToEnd.ts';
import { engineFolder, experimentWith, realEngine } from './trainToOptimum.ts';

const small = { model: { kind: 'mlp', hidden: [24], latent: 8 } };
const arms: DownstreamArm[] = ['raw', 'pca', 'scratch', 'frozen', 'fineTune'];
let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

function measure(subject: PreparedSubject, at: DownstreamCase, by = new Downstream(subject)): DownstreamResult {
  return runToEnd(by.measure(at))!;
}

describe('the plan of a labelled training', () => {
  test.each([
    [1, 1, 300],
    [10, 10, 300],
    [64, 64, 300],
    [65, 64, 150],
    [200, 64, 100],
    [1000, 64, 100],
  ])('takes %d rows in batches of %d, %d times', (n, batch, passes) => {
    expect(labelledPlan(n)).toEqual({ batch, passes });
    expect(passes * Math.ceil(n / batch)).toBeGreaterThanOrEqual(300);
  });
});

describe('a labelled program', () => {
  test('has the encoder that the autoencoder has, and a head', async () => {
    const subject = await prepareSubject(engine, { ...small, downstream: { head: { hidden: [5] } } });
    expect(subject.labelledProgram.parameters.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['encoder.0.weights', 64, 24],
      ['encoder.0.bias', 24],
      ['encoder.1.weights', 24, 8],
      ['encoder.1.bias', 8],
      ['head.0.weights', 8, 5],
      ['head.0.bias', 5],
      ['head.1.weights', 5, 10],
      ['head.1.bias', 10],
    ]);
    subject.dispose();
  });

  test('of one matrix encodes by all its parameters', () => {
    const parameters = [{ name: 'decoder.0.weights', shape: [2, 3], fanIn: 2, isBias: false }];
    expect(encoderParameters({ parameters })).toEqual(parameters);
  });

  test.each(headLosses)('loses %s and climbs down it as plain numbers say', async (kind) => {
    const x = Float32Array.from({ length: 30 }, (_, i) => 3 * Math.sin(5 * i));
    const classes = Int32Array.from({ length: 6 }, (_, i) => (i * 2) % 5);
    const target = Float32Array.from({ length: 30 }, (_, at) => Number(classes[Math.floor(at / 5)] === at % 5));
    const identity = Float32Array.from({ length: 25 }, (_, at) => Number(at % 6 === 0));
    const program: Program = {
      parameters: [{ name: 'W', shape: [5, 5], fanIn: 5, isBias: false }],
      inputs: [
        { name: 'x', width: 5 },
        { name: 'target', width: 5 },
      ],
      loss: (p, i) => tensorLosses[kind](tf.matMul(i.x!, p.W!), i.target!),
      functions: {},
    };
    const { optimizer } = experimentWith({});
    const prepared = await engine.prepare(program, identity, optimizer, 6);
    const loss = prepared.step({ x, target }, 6, { step: 1, learningRate: 0.001 });
    const scores = Float64Array.from(x);
    expect(loss).toBeCloseTo(takeLosses(kind, { scores, classes, count: 5 }) / 6, 5);
    for (let j = 0; j < 5; j++)
      for (let k = 0; k < 5; k++) {
        let slope = 0;
        for (let i = 0; i < 6; i++) slope += (x[i * 5 + j]! * scores[i * 5 + k]!) / 6;
        expect(prepared.gradients[j * 5 + k]).toBeCloseTo(slope, 4);
      }
    prepared.dispose();
  });

  test('scores as the frozen head does, once its units are in the first layer', async () => {
    for (const hidden of [[], [6]]) {
      const subject = await prepareSubject(engine, { ...small, downstream: { head: { hidden } } });
      const { data, prepared, labelled } = subject;
      const rows = drawLabelledRows(data.train.labels!, 60, 0);
      const codes = prepared.call('encode', { x: data.train.x }, data.train.labels!.length).latent!;
      const known = { x: codes, labels: data.train.labels!, rows };
      const none = { x: codes, labels: data.train.labels!, rows: new Uint32Array(0) };
      const task = { width: 8, known, validation: none, classes: 10 };
      const head = runToEnd(fitToTask(task, { hidden, loss: 'crossEntropy' }, { seed: 0, draw: 0 }))!;
      const trained = { program: subject.program, parameters: prepared.parameters };
      labelled.parameters.set(joinParameters(subject.labelledProgram, trained, head));
      const joined = labelled.call('scores', { x: data.train.x.subarray(0, 64 * 50) }, 50).scores!;
      const apart = scoresOf(head, standardise(codes.subarray(0, 8 * 50), head.units));
      joined.forEach((score, i) => {
        expect(Math.abs(score - apart[i]!)).toBeLessThan(1e-3);
      });
      subject.dispose();
    }
  });
});

describe('the arms', () => {
  test('leave the weights of the encoder as they are, to the bit', async () => {
    const subject = await prepareSubject(engine, small);
    const before = subject.prepared.parameters.slice();
    const by = new Downstream(subject);
    for (const arm of arms) measure(subject, { arm, labels: 20, draw: 0 }, by);
    expect([...subject.prepared.parameters]).toEqual([...before]);
    subject.dispose();
  });

  test('measure the same whatever was measured before, and whatever other budgets there are', async () => {
    const subject = await prepareSubject(engine, small);
    const by = new Downstream(subject);
    const cases = [1, 0].flatMap((draw) => [20, 70].flatMap((labels) => arms.map((arm) => ({ arm, labels, draw }))));
    const forward = cases.map((at) => measure(subject, at, by));
    const other = await prepareSubject(engine, small);
    const backward = cases.toReversed().map((at) => measure(other, at));
    expect(backward.toReversed()).toEqual(forward);
    subject.dispose();
    other.dispose();
  });

  test('know what digits are, and more of them with more labels', async () => {
    const subject = await prepareSubject(engine, small);
    const by = new Downstream(subject);
    for (const arm of arms) {
      const [few, many] = [20, 300].map((labels) => measure(subject, { arm, labels, draw: 0 }, by));
      expect(many!.accuracy).toBeGreaterThan(few!.accuracy);
      expect(few!.accuracy).toBeGreaterThan(0.2);
      expect(many!.losses.crossEntropy).toBeGreaterThan(0);
      const counted = many!.confusion.reduce((sum, count) => sum + count, 0);
      const right = many!.confusion.filter((_, at) => at % 11 === 0).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(subject.data.test.labels!.length);
      expect(right / counted).toBeCloseTo(many!.accuracy, 12);
    }
    subject.dispose();
  });

  test('learn from rows with a label only, and count a class that no row shows as wrong', async () => {
    const subject = await prepareSubject(engine, small, (labels) => {
      // no seven has a label, and of the others every second
      labels.forEach((label, i) => {
        if (label === 7 || i % 2 === 1) labels[i] = -1;
      });
    });
    const rows = drawLabelledRows(subject.data.train.labels!, 100, 0);
    expect(rows.every((row) => row % 2 === 0)).toBe(true);
    const sevens = subject.data.test.labels!.filter((label) => label === 7).length;
    for (const arm of ['raw', 'scratch', 'fineTune'] as const) {
      const { unseen, confusion, losses } = measure(subject, { arm, labels: 100, draw: 0 });
      expect(unseen).toEqual([7]);
      expect(Array.from(confusion.subarray(70, 80)).reduce((a, b) => a + b)).toBe(sevens);
      expect(confusion[77]).toBe(0);
      expect(Number.isFinite(losses.crossEntropy)).toBe(true);
    }
    subject.dispose();
  });

  test('choose C on validation rows where there are enough, and never where there are not', async () => {
    const chosen = await prepareSubject(engine, small);
    const strengths = new Set([10, 40, 160].map((labels) => measure(chosen, { arm: 'raw', labels, draw: 1 }).strength));
    expect([...strengths].some((c) => c !== 1)).toBe(true);
    const fixed = await prepareSubject(engine, { ...small, data: { source: 'digits', split: { validation: 49, test: 0.2 } } });
    for (const labels of [10, 40, 160]) expect(measure(fixed, { arm: 'raw', labels, draw: 1 }).strength).toBe(1);
    expect(measure(chosen, { arm: 'scratch', labels: 10, draw: 0 }).strength).toBeNull();
    chosen.dispose();
    fixed.dispose();
  });

  test.each([
    ['linear', { kind: 'linear', latent: 6 }, {}],
    ['least squares', { kind: 'linear', parameterization: 'leastSquares', latent: 6, bias: true }, { corruption: { kind: 'mask' } }],
    ['unrolled', { kind: 'linear', parameterization: 'unrolled', latent: 6, bias: true }, {}],
    ['convolutional', { kind: 'convolutional', channels: [4], latent: 6 }, {}],
    [
      'tied, with flags and the largest codes',
      { kind: 'mlp', latent: 6, tied: true },
      { corruption: { kind: 'mask', flags: true }, penalty: { latentTopK: 3 } },
    ],
  ])('compare an encoder that is %s', async (_, model, sections) => {
    const subject = await prepareSubject(engine, { model, ...sections, downstream: { head: { hidden: [], loss: 'hinge' } } });
    const by = new Downstream(subject);
    for (const arm of ['frozen', 'scratch', 'fineTune'] as const)
      expect(measure(subject, { arm, labels: 70, draw: 0 }, by).accuracy).toBeGreaterThan(0.25);
    subject.dispose();
  });

  test('come out alike on WebAssembly', async () => {
    const wasm = await prepareSubject((await chooseEngine('wasm', { engineFolder })).engine, small);
    const subject = await prepareSubject(engine, small);
    for (const arm of ['scratch', 'fineTune'] as const) {
      const [here, there] = [subject, wasm].map((one) => measure(one, { arm, labels: 10, draw: 0 }));
      expect(Math.abs(here!.accuracy - there!.accuracy)).toBeLessThan(0.03);
      expect(there!.losses.crossEntropy).toBeCloseTo(here!.losses.crossEntropy, 1);
    }
    subject.dispose();
    wasm.dispose();
  });
});
