import { expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { projectionMeasures } from '../../../src/science/projectionMeasures.ts';
import type { CallableProgram } from '../../../src/science/runInBatches.ts';
import { runToEnd } from './runToEnd.ts';

/** A program whose codes are its inputs. */
const identity: CallableProgram = { parameters: new Float32Array(1), call: (_, feeds) => ({ latent: feeds.x!.slice() }) };

function sample(rows: number, width: number) {
  const x = new Float32Array(rows * width);
  fillNormal(x, { seed: 1, stream: 'data', step: 0 });
  return { x, rows };
}

test('the picture of codes in a plane can be trusted, that of six dimensions less', () => {
  expect(runToEnd(projectionMeasures(identity, sample(700, 2)))).toEqual({ 'projection.trustworthiness': 1, 'projection.continuity': 1 });
  const deep = runToEnd(projectionMeasures(identity, sample(700, 6)));
  for (const value of Object.values(deep)) {
    expect(value).toBeGreaterThan(0.5);
    expect(value).toBeLessThan(0.95);
  }
});

test('there is none of few rows, nor of codes that are not finite', () => {
  expect(runToEnd(projectionMeasures(identity, sample(24, 3)))).toEqual({});
  const broken = sample(100, 3);
  broken.x[7] = Number.NaN;
  expect(runToEnd(projectionMeasures(identity, broken))).toEqual({});
});
