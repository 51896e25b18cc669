import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { distanceToIdentity, meanSingularValues, networkJacobians, type RowJacobian } from '../../../src/science/networkJacobian.ts';
import { activations } from './referenceModel.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 5;
const x = new Float32Array(3 * inputs);
fillNormal(x, { seed: 3, stream: 'data', step: 1 });

function subjectOf(sections: object) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  return { experiment, program, prepared: { parameters: initialParameters(program, 5) }, x, inputs };
}

/** Output of the whole network at one row, in float64 and plain loops. */
function outputOf({ experiment, program, prepared }: ReturnType<typeof subjectOf>, row: readonly number[]): number[] {
  const { model, corruption, penalty, loss } = experiment;
  const named = namedParameters(program, prepared.parameters);
  const flagged = hasFlags(corruption);
  const { encoder, decoder } = layersOf(model, inputs, flagged ? 2 * inputs : inputs);
  const run = (layers: typeof encoder, start: number[]): number[] =>
    layers.reduce((y, { name, from, to, activation, tiedTo }) => {
      const weight = (i: number, j: number) =>
        tiedTo === undefined ? named[`${name}.weights`]![i * to + j]! : named[`${tiedTo}.weights`]![j * from + i]!;
      return Array.from({ length: to }, (_, j) =>
        activations[activation].of(y.reduce((sum, value, i) => sum + value * weight(i, j), named[`${name}.bias`]![j]!)),
      );
    }, start);
  const codes = run(encoder, flagged ? [...row, ...row.map(() => 1)] : [...row]);
  const least = penalty.latentTopK > 0 ? codes.toSorted((a, b) => b - a)[penalty.latentTopK - 1]! : Number.NEGATIVE_INFINITY;
  const output = run(
    decoder,
    codes.map((code) => (code >= least ? code : 0)),
  );
  return loss.kind === 'squared' ? output : output.map(activations.sigmoid.of);
}

/** J by central differences, [inputs][inputs]. */
function differencesAt(subject: ReturnType<typeof subjectOf>, row: readonly number[]): number[][] {
  const h = 1e-6;
  const columns = row.map((_, i) => {
    const [up, down] = [h, -h].map((step) => outputOf(subject, row.with(i, row[i]! + step)));
    return up!.map((value, j) => (value - down![j]!) / (2 * h));
  });
  return row.map((_, j) => columns.map((column) => column[j]!));
}

const productOf = ({ encoder, decoder, latent }: RowJacobian): number[][] =>
  Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: inputs }, (_, j) => {
      let sum = 0;
      for (let l = 0; l < latent; l++) sum += decoder[i * latent + l]! * encoder[l * inputs + j]!;
      return sum;
    }),
  );

const models: Record<string, object> = {
  relu: { model: { hidden: [6], latent: 3 } },
  'tanh, two hidden layers': { model: { hidden: [6, 4], latent: 2, activation: 'tanh', latentActivation: 'sigmoid' } },
  'wider than the input': { model: { hidden: [7], latent: 8, activation: 'elu' } },
  gelu: { model: { hidden: [6], latent: 3, activation: 'gelu' } },
  softplus: { model: { hidden: [6], latent: 3, activation: 'softplus', outputActivation: 'sigmoid' } },
  'without hidden layers': { model: { hidden: [], latent: 2 } },
  tied: { model: { hidden: [6], latent: 3, activation: 'tanh', tied: true } },
  'two codes kept of four': { model: { hidden: [6], latent: 4, activation: 'tanh' }, penalty: { latentTopK: 2 } },
  flags: { model: { hidden: [6], latent: 3, activation: 'tanh' }, corruption: { kind: 'mask', flags: true } },
  'cross-entropy': { model: { hidden: [6], latent: 3, activation: 'tanh' }, loss: { kind: 'binaryCrossEntropy' } },
};

describe.each(Object.entries(models))('the Jacobian of a network, %s,', (_, sections) => {
  const subject = subjectOf(sections);
  const jacobians = networkJacobians(subject)!;

  test('is that of central differences around every row', () => {
    expect(jacobians).toHaveLength(3);
    jacobians.forEach((jacobian, row) => {
      const wanted = differencesAt(subject, [...x.subarray(row * inputs, (row + 1) * inputs)]);
      productOf(jacobian).forEach((line, i) => {
        line.forEach((value, j) => {
          expect(Math.abs(value - wanted[i]![j]!)).toBeLessThan(2e-6);
        });
      });
    });
  });

  test('has the singular values and the distance to the identity of the product', () => {
    const spectra = jacobians.map((jacobian) => new SingularValueDecomposition(new Matrix(productOf(jacobian))).diagonal);
    meanSingularValues(jacobians)!.forEach((value, i) => {
      expect(value).toBeCloseTo(spectra.reduce((sum, spectrum) => sum + spectrum[i]!, 0) / 3, 5);
    });
    for (const jacobian of jacobians) {
      let square = 0;
      productOf(jacobian).forEach((line, i) => {
        line.forEach((value, j) => {
          square += (value - Number(i === j)) ** 2;
        });
      });
      expect(distanceToIdentity(jacobian)).toBeCloseTo(Math.sqrt(square / inputs), 10);
    }
  });
});

test('there is none of a linear model, without rows, of numbers that are not finite, and where it costs too much', () => {
  const network = { model: { hidden: [6], latent: 3 } };
  expect(networkJacobians(subjectOf({ model: { kind: 'linear', latent: 2 } }))).toBeNull();
  expect(networkJacobians({ ...subjectOf(network), x: new Float32Array(0) })).toBeNull();
  const broken = subjectOf(network);
  broken.prepared.parameters[0] = Number.NaN;
  expect(networkJacobians(broken)).toBeNull();
  expect(networkJacobians(subjectOf({ model: { hidden: [4000], latent: 600 } }))).toBeNull();
});
