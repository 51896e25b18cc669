import { describe, expect, test } from 'vitest';
import { loadOnnxRuntime } from '../../../src/engine/compiled/onnxRuntime.ts';
import type { OnnxGraph } from '../../../src/engine/onnx/onnxGraph.ts';
import { engineFolder } from './runGraph.ts';

const runtime = loadOnnxRuntime(engineFolder);

/** Two outputs of one input: -x and |x|. */
function twoOutputs(size: number): OnnxGraph {
  const value = (name: string) => ({ name, type: 'float32', shape: [size] }) as const;
  return {
    name: 'two',
    nodes: [
      { op: 'Neg', name: 'neg', inputs: ['x'], outputs: ['negated'] },
      { op: 'Abs', name: 'abs', inputs: ['x'], outputs: ['absolute'] },
    ],
    constants: [],
    inputs: [value('x')],
    outputs: [value('negated'), value('absolute')],
  };
}

/** A session of `twoOutputs` with the arrays that it reads and writes. */
function prepare(size: number) {
  const session = runtime.session(twoOutputs(size), 1);
  const array = (fill: number) => runtime.tensor(new Float32Array(size).fill(fill), [size]);
  const [x, negated, absolute] = [array(-2), array(Number.NaN), array(Number.NaN)];
  return { session, x, negated, absolute, run: () => session.run({ x }, { negated, absolute }) };
}

describe('a run of ONNX Runtime', () => {
  test.each([1, 1000, 2 ** 15, 2 ** 18])('writes every fetched array of %i numbers in place', (size) => {
    const { session, negated, absolute, run } = prepare(size);
    for (const sign of [1, 1]) {
      negated.data.fill(sign);
      run();
      expect(negated.data.every((value) => value === 2)).toBe(true);
      expect(absolute.data.every((value) => value === 2)).toBe(true);
    }
    session.dispose();
  });

  test('makes no second copy of large results', () => {
    const { session, run } = prepare(2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 10; i++) run();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
    session.dispose();
  });

  test('that goes wrong says so, and the next one is as before', () => {
    const { session, x, negated, run } = prepare(2 ** 18);
    expect(() => session.run({ x }, { negated: runtime.tensor(new Float32Array(2 ** 18), [2 ** 9, 2 ** 9]) })).toThrow(/Invalid rank/);
    expect(() => session.run({}, { negated })).toThrow(/Missing Input: x/);
    run();
    expect(negated.data[0]).toBe(2);
    session.dispose();
  });
});
