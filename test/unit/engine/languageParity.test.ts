import { beforeAll, describe, test } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { languageCases } from '../science/language/languageCases.ts';
import { expectEqualSteps } from './languageSteps.ts';
import { engineFolder } from './runGraph.ts';

let engines: Record<string, Engine>;
beforeAll(async () => {
  engines = { compiled: await createCompiledEngine(engineFolder), wasm: await createWasmEngine(engineFolder) };
});

describe.each([1, 20])('the state of a language model agrees on every engine, steps %i', (steps) => {
  test.each(Object.entries(languageCases))('%s', (_, one) => expectEqualSteps(engines, one, steps));
});
