import { beforeAll, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { penaltyCases } from '../unit/science/penaltyCases.ts';
import { installedEngine } from './installedEngine.ts';
import { expectEqualSteps } from './stepOnBoth.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await installedEngine();
});

it.each(Object.entries(penaltyCases))('one step agrees with the plain backend: %s', async (_, sections) => {
  await expectEqualSteps(engine, sections, { inputs: 8 });
});
