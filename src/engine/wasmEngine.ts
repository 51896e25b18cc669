import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../science/tensorflow.ts';
import { prepareEagerly } from './eagerProgram.ts';
import type { Engine } from './engine.ts';
import { installTransposedGradient } from './transposedGradient.ts';
import { installWasmGather } from './wasmGather.ts';
import { installWasmSegmentSum } from './wasmSegmentSum.ts';

const wasmFiles = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

/**
 * Starts something and takes back the process-wide error handlers it left: Emscripten's throw every error again, which would
 * end the process before anybody could write down why.
 */
async function startWithoutHandlers<T>(start: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => new Set(process.rawListeners(event)));
  try {
    return await start();
  } finally {
    events.forEach((event, i) => {
      for (const listener of process.rawListeners(event))
        if (!before[i]!.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
    });
  }
}

/**
 * Eager TensorFlow.js on WebAssembly: runs everywhere, one thread.
 * @param engineFolder folder of the bundles, with the backend's two .wasm files and kernels.wasm
 * @throws Error when the files are missing or WebAssembly does not start
 */
export async function createWasmEngine(engineFolder: string): Promise<Engine> {
  const missing = wasmFiles.find((name) => !existsSync(join(engineFolder, name)));
  if (missing) throw new Error(`${join(engineFolder, missing)} is missing`);
  setWasmPaths(join(engineFolder, sep));
  if (!(await startWithoutHandlers(() => tf.setBackend('wasm')))) throw new Error(`WebAssembly did not start from ${engineFolder}`);
  installTransposedGradient('wasm');
  installWasmGather();
  installWasmSegmentSum();
  const isSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    kind: 'wasm',
    description: `TensorFlow.js ${version_wasm} on WebAssembly${isSimd ? ' (SIMD)' : ''}`,
    prepare: (program, parameters, rule, batchRows = 64) =>
      prepareEagerly(program, parameters, { rule, backend: 'wasm', threads: 1, engineFolder, batchRows }),
  };
}
