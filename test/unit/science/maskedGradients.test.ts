import { Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Loss } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { randomMatrix } from './linearReference.ts';
import { relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 6;
const latent = 2;
const ratio = 0.4;
const eta = 0.3;
const steps = 4;
/** Inputs 1 and 4 are dropped. */
const mask = [1, 0, 1, 1, 0, 1];
const dropped = [1, 4];
const row = randomMatrix(inputs, 1, 7);
const b = randomMatrix(inputs, latent, 8).mul(0.6);

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

/** Gradients of one training step, by name; float32. */
async function gradientsOf(model: object, parameters: number[], feeds: { x: number[]; draw: number[] }, over: Loss['over'] = 'all') {
  const experiment = experimentWith({ model: { kind: 'linear', latent, ...model }, corruption: { kind: 'mask', ratio }, loss: { over } });
  const program = autoencoderProgram(experiment, inputs);
  const prepared = await engine.prepare(program, Float32Array.from(parameters), experiment.optimizer);
  const rows = feeds.x.length / inputs;
  prepared.step({ x: Float32Array.from(feeds.x), draw: Float32Array.from(feeds.draw) }, rows, { step: 1, learningRate: 0 });
  const found = namedParameters(program, prepared.gradients.slice());
  prepared.dispose();
  return found;
}

const one = { x: row.to1DArray(), draw: mask };
const m = Matrix.diag(mask);
const scopes: Record<Loss['over'], number[]> = {
  all: mask.map(() => 1),
  masked: mask.map((kept) => (1 - kept) / ratio),
  visible: mask.map((kept) => kept / (1 - ratio)),
};

/** The codes l_0 .. l_d of the steps l <- l + eta B^T (m o (x - B l)). */
function codesOf(): Matrix[] {
  const codes = [Matrix.zeros(latent, 1)];
  for (let t = 0; t < steps; t++) {
    const code = codes.at(-1)!;
    const residual = m.mmul(Matrix.sub(row, b.mmul(code)));
    codes.push(Matrix.add(code, b.transpose().mmul(residual).mul(eta)));
  }
  return codes;
}

/** The gradient through the steps, backwards (science.md 1.3), and the decoder's part of it; weights are those of the scope. */
function backThroughSteps(weights: number[]): { whole: Matrix; decoderOnly: Matrix } {
  const codes = codesOf();
  const last = codes.at(-1)!;
  const e = Matrix.diag(weights).mmul(Matrix.sub(b.mmul(last), row));
  const decoderOnly = e.mmul(last.transpose()).mul(2);
  const whole = decoderOnly.clone();
  let g = b.transpose().mmul(e).mul(2);
  for (let t = steps - 1; t >= 0; t--) {
    const r = m.mmul(Matrix.sub(row, b.mmul(codes[t]!)));
    const u = m.mmul(b.mmul(g));
    whole.add(r.mmul(g.transpose()).sub(u.mmul(codes[t]!.transpose())).mul(eta));
    g = Matrix.sub(g, b.transpose().mmul(u).mul(eta));
  }
  return { whole, decoderOnly };
}

const decoderGradient = (found: Record<string, Float32Array>) =>
  Matrix.from1DArray(latent, inputs, Array.from(found['decoder.0.weights']!)).transpose();

describe('the gradient of one row under a mask', () => {
  test('is exactly 0 for the columns of A of dropped inputs, and for no other', async () => {
    const a = randomMatrix(latent, inputs, 9);
    const found = await gradientsOf({}, [...a.transpose().to1DArray(), ...b.transpose().to1DArray()], one);
    for (let i = 0; i < inputs; i++) {
      const column = found['encoder.0.weights']!.subarray(i * latent, (i + 1) * latent);
      if (dropped.includes(i)) expect([...column].map(Math.abs)).toEqual([0, 0]);
      else expect(Math.min(...column.map(Math.abs))).toBeGreaterThan(1e-3);
    }
    // the decoder learns from every coordinate
    const code = a.mmul(m.mmul(row)).div(1 - ratio);
    const wanted = Matrix.sub(b.mmul(code), row).mmul(code.transpose()).mul(2);
    expect(relativeError(decoderGradient(found).to1DArray(), wanted.to1DArray())).toBeLessThan(1e-5);
  });

  test.each(['all', 'masked', 'visible'] as const)('of unrolled steps is that of the formula backwards, over %s', async (over) => {
    const model = { parameterization: 'unrolled', steps, stepSize: eta };
    const found = decoderGradient(await gradientsOf(model, b.transpose().to1DArray(), one, over));
    const { whole, decoderOnly } = backThroughSteps(scopes[over]);
    expect(relativeError(found.to1DArray(), whole.to1DArray())).toBeLessThan(1e-5);
    for (const j of dropped) {
      expect(whole.getRow(j)).toEqual(decoderOnly.getRow(j));
      expect(relativeError(found.getRow(j), over === 'visible' ? [0, 0] : decoderOnly.getRow(j))).toBeLessThan(1e-5);
    }
    // what is kept has a share of the encoder beside
    expect(relativeError(whole.getRow(0), decoderOnly.getRow(0))).toBeGreaterThan(0.01);
  });
});

test.each([
  ['separate', {}],
  ['leastSquares', { parameterization: 'leastSquares' }],
  ['unrolled', { parameterization: 'unrolled', steps, stepSize: eta }],
])('over rows with masks of their own every row of B and column of A moves: %s', async (name, model) => {
  const x = randomMatrix(4, inputs, 11).to1DArray();
  const draw = [0, 1, 2, 3].flatMap((shift) => mask.map((_, j) => mask[(j + shift) % inputs]!));
  const weights = b.transpose().to1DArray();
  const found = await gradientsOf(model, name === 'separate' ? [...weights, ...weights] : weights, { x, draw });
  for (const gradient of Object.values(found)) expect(Math.min(...gradient.map(Math.abs))).toBeGreaterThan(1e-5);
});
