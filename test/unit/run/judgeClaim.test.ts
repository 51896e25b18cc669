import { describe, expect, test } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import { countClaims, describeClaim } from '../../../src/run/describeClaim.ts';
import { judgeClaim } from '../../../src/run/judgeClaim.ts';
import { newRunState } from '../../../src/run/runState.ts';

const losses = (...values: number[]) => values.map((value) => ({ 'train.loss': value }));

describe('a claim at the end of a run', () => {
  test('is confirmed or refuted where the sides are farther apart than they still moved', () => {
    const last = losses(1.52, 1.5, 1.51);
    expect(judgeClaim('train.loss < 1.6', last[2]!, last)).toEqual({
      text: 'train.loss < 1.6',
      verdict: 'confirmed',
      left: 1.51,
      right: 1.6,
      noise: expect.closeTo(0.01, 10),
    });
    expect(judgeClaim('train.loss > 1.6', last[2]!, last).verdict).toBe('refuted');
  });

  test('is undecided inside the noise, and says how large that is', () => {
    const last = losses(1.7, 1.5, 1.58);
    const judged = judgeClaim('train.loss < 1.6', last[2]!, last);
    expect(judged.verdict).toBe('undecided');
    expect(describeClaim(judged)).toBe('1.58 against 1.6, within the noise of 0.1');
  });

  test('is judged by the last five evaluations only', () => {
    const last = losses(9, 1.5, 1.5, 1.5, 1.5, 1.5);
    expect(judgeClaim('train.loss < 1.6', { 'train.loss': 1.5 }, last).verdict).toBe('confirmed');
  });

  test('of two metrics is judged by how their difference moves', () => {
    const last = [1, 2, 3].map((value) => ({ 'train.loss': value, 'theory.optimum': value - 0.1 }));
    expect(judgeClaim('train.loss > theory.optimum', last[2]!, last)).toMatchObject({ verdict: 'confirmed', noise: expect.closeTo(0, 12) });
  });

  test('of equal sides depends on whether equality is claimed', () => {
    const end = { 'latent.deadUnits': 0 };
    expect(judgeClaim('latent.deadUnits <= 0', end, [end]).verdict).toBe('confirmed');
    expect(judgeClaim('latent.deadUnits < 0', end, [end]).verdict).toBe('refuted');
  });

  test('of a metric that the run does not have is undecided with the reason', () => {
    expect(describeClaim(judgeClaim('test.loss < 1', { 'train.loss': 1 }, []))).toBe('the run has no test.loss');
  });

  test('of an accuracy with few labels is judged by its interval over draws, of two arms by the paired one', () => {
    const end = {
      'downstream.frozen.50.accuracy': 0.9,
      'downstream.frozen.50.accuracy.ci': 0.05,
      'downstream.scratch.50.accuracy': 0.87,
      'downstream.scratch.50.accuracy.ci': 0.05,
      'downstream.frozen-scratch.50': 0.03,
      'downstream.frozen-scratch.50.ci': 0.02,
    };
    expect(judgeClaim('downstream.frozen.50.accuracy > 0.87', end, [])).toMatchObject({ verdict: 'undecided', noise: 0.05 });
    expect(judgeClaim('downstream.frozen.50.accuracy > 0.8', end, []).verdict).toBe('confirmed');
    const paired = judgeClaim('downstream.scratch.50.accuracy < downstream.frozen.50.accuracy', end, []);
    expect(paired).toMatchObject({ verdict: 'confirmed', noise: 0.02 });
    expect(judgeClaim('downstream.frozen-scratch.50 > 0.02', end, []).verdict).toBe('undecided');
    expect(judgeClaim('2 * downstream.frozen.50.accuracy > 1.9', end, [])).toMatchObject({ noise: 0.1 });
  });

  test('of a number that is none is refuted', () => {
    expect(judgeClaim('train.loss < 1', { 'train.loss': Number.NaN }, losses(Number.NaN)).verdict).toBe('refuted');
  });
});

test('verdicts are counted in words', () => {
  expect(countClaims([])).toBeNull();
  expect(countClaims([{ verdict: 'confirmed' }])).toBe('1 of 1 claim confirmed');
  expect(countClaims([{ verdict: 'confirmed' }, { verdict: 'refuted' }, { verdict: 'undecided' }])).toBe(
    '1 of 3 claims confirmed, 1 refuted, 1 undecided',
  );
});

test('verdicts are part of the state, and a resumed run has none until its new end', () => {
  const state = newRunState();
  const claims = [judgeClaim('train.loss < 1', { 'train.loss': 0.5 }, [])];
  applyRunEvent(state, { kind: 'claimsJudged', timeMs: 1, step: 10, claims });
  expect(state.claims).toEqual(claims);
  applyRunEvent(state, { kind: 'resumed', timeMs: 2, session: 2, fromStep: 5 });
  expect(state.claims).toEqual([]);
});
