import { UserError } from '../experiment/problem.ts';
import type { Engine, EngineKind } from './engine.ts';
import { testEngine } from './testEngine.ts';
import { createWasmEngine } from './wasmEngine.ts';

/**
 * The engine of a run: the one that is wanted, with "auto" the fastest that passes its self-test here.
 * @param where folder of the WebAssembly files
 * @returns the engine and, in one sentence, why it is this one
 * @throws UserError when the wanted engine does not exist here or computes wrongly
 */
export async function chooseEngine(
  wanted: 'auto' | EngineKind,
  where: { wasmFolder: string },
): Promise<{ engine: Engine; reason: string }> {
  if (wanted === 'compiled' || wanted === 'tensorflow')
    throw new UserError(`not built yet: engine "${wanted}"; use "auto" or "wasm", which run everywhere`);
  let engine: Engine;
  try {
    engine = await createWasmEngine(where.wasmFolder);
    await testEngine(engine);
  } catch (error) {
    const why = error instanceof Error ? error.message : String((error as { message?: unknown } | null)?.message ?? error);
    throw new UserError(`the WebAssembly engine does not run here (${why}); install Latent Lab again`);
  }
  return { engine, reason: wanted === 'wasm' ? 'as asked' : 'the fastest of this version that passed its self-test' };
}
