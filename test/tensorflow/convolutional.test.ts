import { beforeAll, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { convolutionalCases, penalisedCases } from '../unit/science/convolutionalCases.ts';
import { installedEngine } from './installedEngine.ts';
import { expectEqualSteps } from './stepOnBoth.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await installedEngine();
});

it.each(Object.entries({ ...convolutionalCases, ...penalisedCases }))(
  'one step of convolutions agrees with the plain backend: %s',
  async (_, { sections, imageShape }) => expectEqualSteps(engine, sections, { inputs: imageShape[0] * imageShape[1], imageShape }),
);
