import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { encodeModel } from '../onnx/encodeModel.ts';
import type { OnnxGraph } from '../onnx/onnxGraph.ts';

/** Numbers as ONNX Runtime takes and gives them: memory of ours that it reads and writes in place. */
export interface OrtTensor {
  readonly data: Float32Array;
}

/** A graph ready to run. */
export interface OrtSession {
  /** Reads `feeds`, writes `fetches`, both by the names in the graph; returns when it is done. */
  run(feeds: Readonly<Record<string, OrtTensor>>, fetches: Readonly<Record<string, OrtTensor>>): void;
  dispose(): void;
}

/** ONNX Runtime in this process. */
export interface OnnxRuntime {
  version: string;
  /** A view of `data` with this shape; nothing is copied. */
  tensor(data: Float32Array, shape: readonly number[]): OrtTensor;
  session(graph: OnnxGraph, threads: number): OrtSession;
}

/** What of onnxruntime-node we use: its native binding, whose `run` is synchronous (the public one waits a turn of the event loop each step). */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, from: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): object;
  dispose(): void;
}
interface Binding {
  initOrt(): void;
  binding: { InferenceSession: new () => NativeSession };
}
interface Common {
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
}

/** Resolves modules from beside the bundles (as shipped) or from the checkout. */
const requireFrom = (engineFolder: string) => createRequire(join(engineFolder, 'engine.js'));

/**
 * Why ONNX Runtime is not to be expected here: packages for every platform come without it, and it is not made for every platform.
 * @param engineFolder folder of the bundles
 * @returns null when its files are there, whole or broken
 */
export function whyNoOnnxRuntime(engineFolder: string): string | null {
  const { platform, arch } = process;
  try {
    const manifest = requireFrom(engineFolder).resolve('onnxruntime-node/package.json');
    const isMade = existsSync(join(dirname(manifest), 'bin', 'napi-v6', platform, arch));
    return isMade ? null : `ONNX Runtime has no library for ${platform}-${arch} here`;
  } catch {
    return 'ONNX Runtime is not part of this package';
  }
}

/**
 * Loads ONNX Runtime's native library, from beside the bundles (as shipped) or from the checkout.
 * @param engineFolder folder of the bundles
 * @throws Error when the library is missing, broken, or of another machine
 */
export function loadOnnxRuntime(engineFolder: string): OnnxRuntime {
  const require = requireFrom(engineFolder);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as Binding;
  const { Tensor } = require('onnxruntime-common') as Common;
  initOrt();
  return {
    version,
    tensor: (data, shape) => new Tensor('float32', data, shape),
    session: (graph, threads) => {
      const model = encodeModel(graph);
      const native = new binding.InferenceSession();
      const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3 };
      native.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
      return {
        run: (feeds, fetches) => {
          native.run(feeds, fetches, {});
        },
        dispose: () => native.dispose(),
      };
    },
  };
}
