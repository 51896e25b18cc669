import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { encodeModel } from '../onnx/encodeModel.ts';
import type { OnnxGraph } from '../onnx/onnxGraph.ts';

/** Numbers as ONNX Runtime takes and gives them: memory of ours that it reads and writes in place. */
export interface OrtTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
  readonly type: 'float32';
  readonly location: 'cpu';
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

/** A session of the native binding; its `run` is synchronous (the public one waits a turn of the event loop each step). */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, from: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): object;
  dispose(): void;
}

/** What of onnxruntime-node we use. */
interface Binding {
  InferenceSession: new () => NativeSession;
  /** @param Result made of each fetched array, once more: with a type, a copy of the numbers and the shape */
  initOrtOnce(logLevel: number, Result: new (type: string, data: Float32Array) => object, isMainThread: boolean): void;
}

/** Only errors are logged. */
const logLevel = 3;
/** Fetched bytes from which the copies of the binding cost more than an exception (10 microseconds). */
const manyBytes = 2 ** 17;

/** Thrown where a run has ended, into the binding. */
const hasRun = Object.freeze({});
let isRunQuiet = false;

/**
 * What the binding makes of each fetched array after a run, though it was written in place already: a copy of all gradients in
 * fresh memory, 7 ms a step for 6 million parameters. A quiet run throws at the first one, the single number `mark`, which ends
 * the copying.
 */
class Result {
  constructor() {
    if (isRunQuiet) throw hasRun;
  }
}

/** Name of the first output of every graph, a single number. */
const mark = 'hasRun';
const markTensor: OrtTensor = { data: new Float32Array(1), dims: [], type: 'float32', location: 'cpu' };

/** The graph with the output `mark` before the others. */
function withMark(graph: OnnxGraph): OnnxGraph {
  const one = { name: `${mark}/1`, type: 'float32', shape: [], bytes: new Uint8Array(Float32Array.of(1).buffer) } as const;
  return {
    ...graph,
    constants: [...graph.constants, one],
    nodes: [...graph.nodes, { op: 'Identity', name: mark, inputs: [one.name], outputs: [mark] }],
    outputs: [{ name: mark, type: 'float32', shape: [] }, ...graph.outputs],
  };
}

/** Runs a session of a graph with a mark; the results are in the fetched arrays, and nowhere else where these are large. */
function run(session: NativeSession, feeds: Readonly<Record<string, OrtTensor>>, fetches: Readonly<Record<string, OrtTensor>>): void {
  let bytes = 0;
  for (const name in fetches) bytes += fetches[name]!.data.byteLength;
  isRunQuiet = bytes >= manyBytes;
  try {
    session.run(feeds, isRunQuiet ? { ...fetches, [mark]: markTensor } : fetches, {});
  } catch (error) {
    if (error !== hasRun) throw error;
  } finally {
    isRunQuiet = false;
  }
}

const bindings = new WeakSet<Binding>();

/** Resolves modules from beside the bundles (as shipped) or from the checkout. */
const requireFrom = (engineFolder: string) => createRequire(join(engineFolder, 'engine.js'));
/** Where onnxruntime-node has the libraries of this machine. */
const binaries = `bin/napi-v6/${process.platform}/${process.arch}`;

/**
 * Why ONNX Runtime is not to be expected here: packages for every platform come without it, and it is not made for every platform.
 * @param engineFolder folder of the bundles
 * @returns null when its files are there, whole or broken
 */
export function whyNoOnnxRuntime(engineFolder: string): string | null {
  const { platform, arch } = process;
  try {
    const manifest = requireFrom(engineFolder).resolve('onnxruntime-node/package.json');
    const isMade = existsSync(join(dirname(manifest), binaries));
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
  // since 1.29 the library tells Microsoft of every session, from a database in the home folder, unless this is set before it starts
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const binding = require(`onnxruntime-node/${binaries}/onnxruntime_binding.node`) as Binding;
  if (!bindings.has(binding)) binding.initOrtOnce(logLevel, Result, isMainThread);
  bindings.add(binding);
  return {
    version,
    tensor: (data, dims) => ({ data, dims, type: 'float32', location: 'cpu' }),
    session: (graph, threads) => {
      const model = encodeModel(withMark(graph));
      const session = new binding.InferenceSession();
      const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: logLevel };
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
      return { run: (feeds, fetches) => run(session, feeds, fetches), dispose: () => session.dispose() };
    },
  };
}
