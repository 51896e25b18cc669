import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelMemory } from '../../../src/engine/kernelMemory.ts';
import * as plain from '../../../src/math/random.ts';

const engineFolder = fileURLToPath(new URL('../../../dist', import.meta.url));
const bytesOf = (array: Float32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
const isSame = (a: Float32Array, b: Float32Array) => bytesOf(a).equals(bytesOf(b));

describe('the memory of the kernels', () => {
  it('allocates zeroed arrays, each aligned to 64 bytes, that do not overlap and stay valid', async () => {
    const memory = await KernelMemory.create(engineFolder, 100_000);
    const lengths = [1, 16, 17, 0, 99_966];
    const arrays = lengths.map((length) => memory.allocate(length));
    expect(arrays.map(({ length }) => length)).toEqual(lengths);
    for (const [i, array] of arrays.entries()) {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((value) => value === 0)).toBe(true);
      expect(memory.holds(array)).toBe(true);
      array.fill(i + 1);
    }
    for (const [i, array] of arrays.entries()) expect(array.every((value) => value === i + 1)).toBe(true);
    expect(memory.holds(new Float32Array(3))).toBe(false);
    expect(memory.holds((await KernelMemory.create(engineFolder, 10)).allocate(3))).toBe(false);
  });

  it('has room for a thousand small arrays beside the numbers asked for', async () => {
    const memory = await KernelMemory.create(engineFolder, 1000);
    for (let i = 0; i < 1000; i++) expect(memory.allocate(1).length).toBe(1);
  });

  it('says how much room there is when there is not enough', async () => {
    const memory = await KernelMemory.create(engineFolder, 10);
    expect(() => memory.allocate(1_000_000)).toThrow(/^expected room for 1000000 numbers, got \d+$/);
    await expect(KernelMemory.create(engineFolder, 2 ** 30)).rejects.toThrow(/^expected at most 1073709056 numbers in the memory/);
  });

  it('says which file is missing, and tries again the next time', async () => {
    const folder = join(engineFolder, 'nowhere');
    for (let i = 0; i < 2; i++) await expect(KernelMemory.create(folder, 10)).rejects.toThrow(join(folder, 'kernels.wasm'));
  });
});

describe('firstNonFinite', () => {
  let memory: KernelMemory;
  beforeAll(async () => {
    memory = await KernelMemory.create(engineFolder, 200_000);
  });

  it('finds the first NaN or infinity wherever it lies, in the memory or not', () => {
    const whole = memory.allocate(20_000);
    const other = new Float32Array(20_000);
    const finite = fc.constantFrom(0, -0, 1, 3.4028234663852886e38, -3.4028234663852886e38, 1e-45);
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const length = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 19_000 }));
    fc.assert(
      fc.property(length, fc.nat(20), finite, fc.array(fc.tuple(fc.nat(20_000), bad), { maxLength: 3 }), (n, from, value, places) => {
        for (const array of [whole, other]) {
          const part = array
            .fill(Number.NaN)
            .subarray(from, from + n)
            .fill(value);
          for (const [place, wrong] of places) if (place < n) part[place] = wrong;
          const wanted = Math.min(n, ...places.map(([place]) => place));
          expect(memory.firstNonFinite(part)).toBe(wanted === n ? -1 : wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the random fillings', () => {
  let memory: KernelMemory;
  let inside: Float32Array;
  beforeAll(async () => {
    memory = await KernelMemory.create(engineFolder, 20_000);
    inside = memory.allocate(12_000);
  });
  const streams = Object.keys(plain.streamNumbers) as plain.StreamName[];
  const corner = fc.constantFrom(0, 1, 3, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 2 ** 52);
  const placeOf = fc.record({
    seed: fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1)),
    stream: fc.constantFrom(...streams),
    step: fc.oneof(fc.nat(), fc.maxSafeNat(), corner),
    // near multiples of 2^34 the number of the block carries into its high word
    from: fc.oneof(
      fc.nat(100),
      fc.maxSafeNat().map((n) => Math.floor(n / 2)),
      fc.nat(60).map((n) => 2 ** 34 - 30 + n),
    ),
  });
  const length = fc.oneof(fc.nat(70), fc.nat(9000));

  it.each<
    [
      string,
      (
        fills: Pick<KernelMemory, 'fillNormal' | 'fillUniform' | 'fillBernoulli'>,
        out: Float32Array,
        at: plain.RandomPlace,
        p: number,
      ) => void,
    ]
  >([
    ['normal', (fills, out, at) => fills.fillNormal(out, at)],
    ['uniform on [0, 1)', (fills, out, at) => fills.fillUniform(out, at)],
    ['uniform on another interval', (fills, out, at, p) => fills.fillUniform(out, at, -p, 3 * p + 0.1)],
    ['Bernoulli', (fills, out, at, p) => fills.fillBernoulli(out, at, p)],
  ])('%s are those of math/random.ts to the bit, at every place, in the memory or not', (_, fill) => {
    const p = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 2 ** -32, 1 - 2 ** -32, 1e-12));
    fc.assert(
      fc.property(placeOf, length, fc.nat(5), p, (at, n, offset, probability) => {
        const wanted = new Float32Array(n);
        fill(plain, wanted, at, probability);
        // neighbours on both sides stay
        inside.fill(7);
        fill(memory, inside.subarray(offset, offset + n), at, probability);
        expect(isSame(inside.subarray(offset, offset + n), wanted)).toBe(true);
        expect([inside[offset - 1] ?? 7, inside[offset + n]]).toEqual([7, 7]);
        const outside = new Float32Array(n).fill(7);
        fill(memory, outside, at, probability);
        expect(isSame(outside, wanted)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('draw the words of a million normal numbers alike', async () => {
    const n = 1_000_000;
    const wanted = new Float32Array(n);
    const at = { seed: 11, stream: 'noise', step: 2 } as const;
    plain.fillNormal(wanted, at);
    const out = (await KernelMemory.create(engineFolder, n)).allocate(n);
    memory.fillNormal(out, at);
    expect(isSame(out, wanted)).toBe(true);
  });

  it('can be passed on without their memory', () => {
    const { fillNormal, fillUniform, fillBernoulli } = memory;
    const out = new Float32Array(8);
    for (const fill of [fillNormal, fillUniform]) fill(out, { seed: 1, stream: 'noise', step: 0 });
    fillBernoulli(out, { seed: 1, stream: 'noise', step: 0 }, 1);
    expect([...out]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe('Philox 4x32-10 of the kernels', () => {
  // known answers of the Random123 distribution (kat_vectors)
  it.each([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    ['ones', new Array<number>(4).fill(0xffffffff), [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    ['pi', [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]],
  ])('gives the published words for %s', (_, [block, blockHigh, step, stepHigh], [key0, key1], words) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(readFileSync(join(engineFolder, 'kernels.wasm')));
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, WebAssembly.Global> & {
      fillUniform(out: number, count: number, skip: number): void;
    };
    new Uint32Array(memory.buffer, kernels.place!.value).set([key0!, key1!, step!, stepHigh!, block!, blockHigh!]);
    // lo + (word >> 8) scale with lo = 0, scale = 1: the upper 24 bits, exact in float32
    new Float64Array(memory.buffer, kernels.bounds!.value).set([0, 1]);
    kernels.fillUniform(32768, 4, 0);
    expect([...new Float32Array(memory.buffer, 32768, 4)]).toEqual(words.map((word) => word >>> 8));
  });
});
