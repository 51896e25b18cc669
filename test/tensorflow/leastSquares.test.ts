import { beforeAll, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { cases, deficientCases } from '../unit/engine/leastSquaresCases.ts';
import { installedEngine } from './installedEngine.ts';
import { expectEqualSteps } from './stepOnBoth.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await installedEngine();
});

it.each(Object.entries({ ...cases, ...deficientCases }))(
  'one step of codes by least squares agrees with the plain backend: %s',
  // the first row sees nothing, the second two inputs at most
  async (_, sections) => expectEqualSteps(engine, sections, { inputs: 7, dropped: 12 }),
);
