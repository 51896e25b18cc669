import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RandomPlace, streamNumbers } from '../math/random.ts';
import type { OptimizerRule } from './engine.ts';
import { type DecayRange, momentsOf, type OptimizerState } from './optimizerRule.ts';

/** What kernels/kernels.ts exports; addresses and counts in numbers, ranges [from, to) of the arrays of `rule`. */
interface Kernels {
  arraysStart: WebAssembly.Global;
  place: WebAssembly.Global;
  bounds: WebAssembly.Global;
  rule: WebAssembly.Global;
  sgd(from: number, to: number): void;
  momentum(from: number, to: number): void;
  adam(from: number, to: number): void;
  firstNonFinite(at: number, count: number): number;
  fillNormal(out: number, count: number, skip: number): void;
  fillUniform(out: number, count: number, skip: number): void;
  fillBernoulli(out: number, count: number, skip: number, last: number): void;
}

const pageBytes = 65536;
const mostPages = 65536;
/** Numbers that arrays outside the memory pass through at a time. */
const scratchLength = 4096;
const modules = new Map<string, Promise<WebAssembly.Module>>();

const aligned = (bytes: number) => 64 * Math.ceil(bytes / 64);

/** The compiled kernels of a folder, once a process; a failure is not kept. */
function compileKernels(engineFolder: string): Promise<WebAssembly.Module> {
  let compiled = modules.get(engineFolder);
  if (!compiled) {
    compiled = readFile(join(engineFolder, 'kernels.wasm')).then((bytes) => WebAssembly.compile(bytes));
    compiled.catch(() => modules.delete(engineFolder));
    modules.set(engineFolder, compiled);
  }
  return compiled;
}

/**
 * One WebAssembly memory with arrays of ours in it, each aligned to 64 bytes, and the SIMD kernels that work on them. It never
 * grows, so views stay valid. One thread.
 */
export class KernelMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  /** Seed, stream, step low and high, block low and high. */
  readonly #place: Uint32Array;
  readonly #bounds: Float64Array;
  readonly #arrays: Uint32Array;
  readonly #constants: Float32Array;
  readonly #scratch: Float32Array;
  #top: number;

  private constructor(memory: WebAssembly.Memory, kernels: Kernels) {
    const { buffer } = memory;
    const rule = Number(kernels.rule.value);
    this.#memory = memory;
    this.#kernels = kernels;
    this.#place = new Uint32Array(buffer, Number(kernels.place.value), 6);
    this.#bounds = new Float64Array(buffer, Number(kernels.bounds.value), 2);
    this.#arrays = new Uint32Array(buffer, rule, 4);
    this.#constants = new Float32Array(buffer, rule + 16, 9);
    this.#top = aligned(Number(kernels.arraysStart.value));
    this.#scratch = this.allocate(scratchLength);
  }

  /**
   * Loads the kernels (a few milliseconds the first time) into a memory of their own.
   * @param engineFolder folder with kernels.wasm: that of the bundles
   * @param floats numbers (float32) that will be allocated in all; room for the alignment of 1000 arrays is added
   * @throws Error when kernels.wasm is missing, or the numbers need more than the 4 GiB that 32-bit addresses reach
   */
  static async create(engineFolder: string, floats: number): Promise<KernelMemory> {
    const pages = 2 + Math.ceil((4 * floats) / pageBytes);
    if (pages > mostPages) throw new Error(`expected at most ${(mostPages - 2) * (pageBytes / 4)} numbers in the memory, got ${floats}`);
    const module = await compileKernels(engineFolder);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    return new KernelMemory(memory, instance.exports as unknown as Kernels);
  }

  /**
   * A zeroed array in the memory.
   * @throws Error when there is no room
   */
  allocate(length: number): Float32Array {
    const { buffer } = this.#memory;
    const end = this.#top + 4 * length;
    if (end > buffer.byteLength)
      throw new Error(`expected room for ${length} numbers, got ${Math.max(0, Math.floor((buffer.byteLength - this.#top) / 4))}`);
    const array = new Float32Array(buffer, this.#top, length);
    this.#top = aligned(end);
    return array;
  }

  /** Whether an array lies in this memory. */
  holds(array: Float32Array): boolean {
    return array.buffer === this.#memory.buffer;
  }

  /**
   * One update in place, one pass over memory in float32: sgd, momentum (Nesterov's by `rule.nesterov`), Adam (Kingma and Ba
   * 2014, algorithm 1) or AdamW (Loshchilov and Hutter 2017: decay scaled by the current rate; here biases are not decayed).
   * A moment smaller than 2^-126 becomes 0. Number i depends on the numbers i of the state only, not on where ranges begin.
   * @param state arrays of this memory
   * @param update one-based step (Adam's bias correction) and the learning rate of this step
   * @param ranges from `decayRanges`; only adamw reads them
   * @throws Error when an array lies elsewhere or has another length than the parameters
   */
  update(rule: OptimizerRule, state: OptimizerState, update: { step: number; learningRate: number }, ranges: readonly DecayRange[]): void {
    const count = state.parameters.length;
    this.#pointAt(rule.kind, state);
    if (rule.kind === 'sgd') {
      this.#writeConstants({ rate: update.learningRate });
      this.#kernels.sgd(0, count);
    } else if (rule.kind === 'momentum') {
      const { momentum, nesterov } = rule;
      this.#writeConstants({ rate: update.learningRate, beta1: momentum, rest1: nesterov ? momentum : 1, gradientShare: nesterov ? 1 : 0 });
      this.#kernels.momentum(0, count);
    } else this.#updateByAdam(rule, update, rule.kind === 'adamw' ? ranges : [{ from: 0, to: count, isDecayed: false }]);
  }

  /** Index of the first NaN or infinity, -1 when all are finite. */
  firstNonFinite(array: Float32Array): number {
    if (this.holds(array)) return this.#kernels.firstNonFinite(array.byteOffset, array.length);
    for (let first = 0; first < array.length; first += scratchLength) {
      const portion = array.subarray(first, first + scratchLength);
      this.#scratch.set(portion);
      const found = this.#kernels.firstNonFinite(this.#scratch.byteOffset, portion.length);
      if (found >= 0) return first + found;
    }
    return -1;
  }

  /** `fillNormal` of math/random.ts, the same bits; `out` may lie in the memory (faster) or elsewhere. */
  readonly fillNormal = (out: Float32Array, at: RandomPlace): void => {
    this.#fill(out, at, (address, count, skip) => this.#kernels.fillNormal(address, count, skip));
  };

  /** `fillUniform` of math/random.ts, the same bits. */
  readonly fillUniform = (out: Float32Array, at: RandomPlace, lo = 0, hi = 1): void => {
    this.#bounds[0] = lo;
    this.#bounds[1] = (hi - lo) / 2 ** 24;
    this.#fill(out, at, (address, count, skip) => this.#kernels.fillUniform(address, count, skip));
  };

  /** `fillBernoulli` of math/random.ts, the same bits. */
  readonly fillBernoulli = (out: Float32Array, at: RandomPlace, probabilityOfOne: number): void => {
    const limit = Math.min(Math.round(probabilityOfOne * 2 ** 32), 2 ** 32);
    if (limit > 0) this.#fill(out, at, (address, count, skip) => this.#kernels.fillBernoulli(address, count, skip, limit - 1));
    else out.fill(0);
  };

  /** Tells the kernels where an update's arrays lie. */
  #pointAt(kind: OptimizerRule['kind'], { parameters, gradients, moments }: OptimizerState): void {
    const count = parameters.length;
    const wanted = momentsOf(kind) * count;
    if (gradients.length !== count) throw new Error(`expected ${count} gradients, got ${gradients.length}`);
    if (moments.length !== wanted) throw new Error(`expected ${wanted} moments, got ${moments.length}`);
    if (!this.holds(parameters) || !this.holds(gradients) || (wanted > 0 && !this.holds(moments)))
      throw new Error('expected parameters, gradients and moments in the memory of the kernels');
    this.#arrays[0] = parameters.byteOffset;
    this.#arrays[1] = gradients.byteOffset;
    this.#arrays[2] = moments.byteOffset;
    this.#arrays[3] = moments.byteOffset + 4 * count;
  }

  /** Writes the constants of an update in the order of kernels/optimizers.ts. */
  #writeConstants(constants: Partial<Record<(typeof constantNames)[number], number>>): void {
    constantNames.forEach((name, i) => {
      this.#constants[i] = constants[name] ?? 0;
    });
  }

  #updateByAdam(rule: OptimizerRule, update: { step: number; learningRate: number }, ranges: readonly DecayRange[]): void {
    const { beta1, beta2, epsilon, weightDecay } = rule;
    const rate = update.learningRate / (1 - beta1 ** update.step);
    const unbias = 1 / (1 - beta2 ** update.step);
    for (const { from, to, isDecayed } of ranges) {
      const decay = isDecayed ? update.learningRate * weightDecay : 0;
      this.#writeConstants({ rate, decay, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, unbias, epsilon });
      this.#kernels.adam(from, to);
    }
  }

  /** Fills with numbers of a place, where they lie or through the scratch stretch. */
  #fill(out: Float32Array, at: RandomPlace, draw: (address: number, count: number, skip: number) => void): void {
    const start = at.from ?? 0;
    const portion = this.holds(out) ? Math.max(1, out.length) : scratchLength;
    for (let first = 0; first < out.length; first += portion) {
      const index = start + first;
      const count = Math.min(portion, out.length - first);
      const skip = index % 4;
      const block = (index - skip) / 4;
      // stores into unsigned words keep the low 32 bits
      this.#place.set([at.seed, streamNumbers[at.stream], at.step, at.step / 2 ** 32, block, block / 2 ** 32]);
      if (portion === out.length && this.holds(out)) draw(out.byteOffset, count, skip);
      else {
        draw(this.#scratch.byteOffset, count, skip);
        out.set(this.#scratch.subarray(0, count), first);
      }
    }
  }
}

/** Names of the constants in the order of kernels/optimizers.ts. */
const constantNames = ['rate', 'decay', 'beta1', 'rest1', 'beta2', 'rest2', 'unbias', 'epsilon', 'gradientShare'] as const;
