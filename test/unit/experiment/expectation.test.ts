import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClaimSide, parseExpectation } from '../../../src/experiment/expectation.ts';
import { isMetricName, metricNames } from '../../../src/experiment/metricNames.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

/** A number that is written as it is read: JSON has no negative zero. */
const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const side = (constant: number, ...terms: [metric: string, factor: number][]): ClaimSide => ({
  constant,
  terms: terms.map(([metric, factor]) => ({ metric, factor })),
});

describe('a claim', () => {
  test.each([
    ['test.loss < 1.6', side(0, ['test.loss', 1]), '<', side(1.6)],
    ['theory.gap<=-1e-3', side(0, ['theory.gap', 1]), '<=', side(-0.001)],
    ['train.loss > 0.95 * theory.optimum', side(0, ['train.loss', 1]), '>', side(0, ['theory.optimum', 0.95])],
    ['2*train.loss<1', side(0, ['train.loss', 2]), '<', side(1)],
    ['train.loss * 2 - train.mse >= 1 + 2', side(0, ['train.loss', 2], ['train.mse', -1]), '>=', side(3)],
    ['downstream.frozen-scratch.50 > 0', side(0, ['downstream.frozen-scratch.50', 1]), '>', side(0)],
    [
      'downstream.fineTune.50.accuracy > downstream.scratch.50.accuracy',
      side(0, ['downstream.fineTune.50.accuracy', 1]),
      '>',
      side(0, ['downstream.scratch.50.accuracy', 1]),
    ],
  ])('%s is read', (text, left, operator, right) => {
    expect(parseExpectation(text)).toEqual({ left, operator, right });
  });

  test.each([
    ['test.loss', 'one of <, <=, > and >='],
    ['1 < test.loss < 2', 'one of <, <=, > and >='],
    ['test.loss == 1', 'cannot be claimed of measured numbers'],
    ['test.loss < ', 'a side is empty'],
    ['test.loss < 1.6 %', 'found "%"'],
    ['1 < 2', 'names no metric'],
    ['test.los < 1', 'did you mean "test.loss"'],
    ['train.loss * test.loss < 1', 'only a number times a metric'],
    ['train.loss 2 < 1', 'expected + or -'],
    ['train.loss -1 < 1', 'expected + or - with spaces around it'],
    ['2 * < 1', 'found "nothing" after *'],
    ['', 'one of <, <=, > and >='],
  ])('%s is refused with the reason', (text, reason) => {
    expect(parseExpectation(text)).toContain(reason);
  });

  test('written out is read back, whatever its numbers and metrics', () => {
    const term = fc.tuple(fc.constantFrom(...metricNames, 'modes.3.strength', 'downstream.raw.10.accuracy.ci'), figure);
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 3 }), figure, (terms, constant) => {
        const written = terms.map(([metric, factor]) => `${factor} * ${metric}`).join(' + ');
        const read = parseExpectation(`${written} >= ${constant}`);
        expect(read).toEqual({
          left: side(0, ...terms.map(([metric, factor]): [string, number] => [metric, factor])),
          operator: '>=',
          right: side(constant),
        });
      }),
    );
  });

  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => ['string', 'object'].includes(typeof parseExpectation(text))));
  });
});

test('names of metrics have two parts at least, and every family is known', () => {
  for (const name of metricNames) expect(name === 'learningRate' || name.includes('.')).toBe(true);
  for (const name of ['theory.angles.3', 'modes.2.predicted', 'downstream.pca.200.accuracy', 'downstream.frozen-raw.50.ci'])
    expect(isMetricName(name)).toBe(true);
  expect(isMetricName('modes.x.strength')).toBe(false);
});

describe('in an experiment', () => {
  const problemsOf = (expected: string[], sections: object = {}) =>
    parseExperiment(JSON.stringify({ version: 1, task: 'autoencoder', data: { source: 'digits' }, expect: expected, ...sections }))
      .problems;

  test('a claim that cannot be read is a problem at its own place', () => {
    const [problem] = problemsOf(['train.loss < 2', 'train.los < 2']);
    expect(problem).toMatchObject({ path: 'expect.1', severity: 'error', message: expect.stringContaining('did you mean "train.loss"') });
    expect(problem!.length).toBe('"train.los < 2"'.length);
  });

  const mask = { corruption: { kind: 'mask' } };
  const unrolled = { kind: 'linear', parameterization: 'unrolled' };
  test.each([
    ['validation.loss < 1', { data: { source: 'digits', split: 'none' } }, 'data.split holds out no validation rows'],
    ['test.loss < 1', { data: { source: 'digits', split: { validation: 0.1, test: 0 } } }, 'no test rows'],
    ['train.lossMasked < 1', {}, 'corruption.kind is no mask'],
    ['train.lossCorrupted < 1', {}, 'there is no corruption'],
    ['probe.linear.accuracy > 0.5', {}, 'probe is off'],
    ['theory.gap < 0.01', {}, 'only linear models'],
    ['train.loss < theory.separateOptimum', { model: { kind: 'linear' }, ...mask }, 'models of one matrix'],
    ['train.loss < theory.separateOptimum', { model: unrolled }, 'under a mask'],
    ['encoder.stepLoad < 2', { model: { kind: 'linear' } }, 'only unrolled encoders'],
    ['encoder.bestSteps < 9', { model: unrolled, ...mask }, 'Gaussian noise'],
    ['modes.1.strength > modes.1.predicted', { model: { kind: 'linear' } }, 'model.initialStrength'],
    ['test.perplexity < 9', {}, 'language models'],
    ['downstream.raw.50.accuracy > 0.5', {}, 'downstream is not run'],
  ])('%s is warned of where the run will not have it', (claim, sections, reason) => {
    expect(problemsOf([claim], sections)).toMatchObject([
      { path: 'expect.0', severity: 'warning', message: expect.stringContaining(reason) },
    ]);
  });

  test('the option that takes a metric away is named', () => {
    const text = JSON.stringify({ version: 1, task: 'autoencoder', data: { source: 'digits' }, expect: ['test.loss < 1'] });
    const { experiment, problems } = parseExperiment(text, [{ option: '--set data.split=none', path: 'data.split', value: 'none' }]);
    expect(experiment).not.toBeNull();
    expect(problems[0]?.message).toMatch(/^expect 1: this run will have no test\.loss, .* \(with --set data\.split=none\)$/);
  });

  test('claims that the run can answer are no problem', () => {
    expect(problemsOf(['train.loss < 2', 'validation.r2 > 0.5', 'latent.identityDistance > 0.1'])).toEqual([]);
  });
});
