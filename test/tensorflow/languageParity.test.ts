import { beforeAll, describe, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { expectEqualSteps } from '../unit/engine/languageSteps.ts';
import { languageCases } from '../unit/science/language/languageCases.ts';
import { installedEngine } from './installedEngine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await installedEngine();
});

describe.each([1, 20])('the state of a language model agrees with the plain backend, steps %i', (steps) => {
  it.each(Object.entries(languageCases))('%s', (_, one) => expectEqualSteps({ tensorflow: engine }, one, steps));
});
