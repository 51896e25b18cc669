import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeModel } from '../../../src/engine/onnx/encodeModel.ts';
import type { OnnxConstant, OnnxGraph, OnnxValue } from '../../../src/engine/onnx/onnxGraph.ts';
import { ProtobufWriter } from '../../../src/engine/onnx/protobufWriter.ts';
import { runGraph } from './runGraph.ts';

/** A field as it lies in a file: whole numbers, or bytes (messages, texts, float32). */
type Field = { field: number; value: bigint | Uint8Array };

/** Reads a message by the definition of the wire format. */
function fieldsOf(bytes: Uint8Array): Field[] {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error('the message ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const fields: Field[] = [];
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag % 8;
    if (wire !== 0 && wire !== 2 && wire !== 5) throw new Error(`wire type ${wire}`);
    fields.push({ field: (tag - wire) / 8, value: wire === 0 ? varint() : take(wire === 5 ? 4 : Number(varint())) });
  }
  return fields;
}

const valuesOf = (fields: readonly Field[], field: number) => fields.filter((one) => one.field === field).map(({ value }) => value);
const textsOf = (fields: readonly Field[], field: number) =>
  valuesOf(fields, field).map((value) => new TextDecoder().decode(value as Uint8Array));
const messagesOf = (fields: readonly Field[], field: number) => valuesOf(fields, field).map((value) => fieldsOf(value as Uint8Array));
const written = (write: (out: ProtobufWriter) => void) => {
  const out = new ProtobufWriter();
  write(out);
  return fieldsOf(out.finish());
};

describe('the wire format of protocol buffers', () => {
  const fieldNumber = fc.integer({ min: 1, max: 2 ** 29 - 1 });

  test('a whole number comes back, negative ones as 64-bit two’s complement', () => {
    const numbers = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.integer({ min: -300, max: 300 }),
      fc.nat(54).map((bits) => 2 ** bits - 1),
    );
    fc.assert(
      fc.property(fieldNumber, numbers, (field, value) => {
        expect(written((out) => out.int(field, value))).toEqual([{ field, value: BigInt.asUintN(64, BigInt(value)) }]);
      }),
    );
  });

  test.each([
    [0, [0x08, 0]],
    [1, [0x08, 1]],
    [127, [0x08, 127]],
    [128, [0x08, 0x80, 1]],
    [150, [0x08, 0x96, 1]],
    [-1, [0x08, ...new Array(9).fill(0xff), 1]],
  ])('%d is written as the documentation has it', (value, bytes) => {
    const out = new ProtobufWriter();
    out.int(1, value);
    expect([...out.finish()]).toEqual(bytes);
  });

  test('fractions, texts, bytes and messages inside messages come back, of any length', () => {
    const length = fc.oneof(fc.nat(300), fc.constantFrom(1020, 1024, 5000, 70_000));
    fc.assert(
      fc.property(fieldNumber, fc.float({ noNaN: true }), fc.string({ unit: 'grapheme' }), length, (field, fraction, text, size) => {
        const bytes = new Uint8Array(size).map((_, i) => i * 7);
        const [inner, ...rest] = written((out) => {
          out.message(field, (nested) => {
            nested.float(field, fraction);
            nested.text(1, text);
            nested.message(2, (deep) => deep.raw(field, bytes));
          });
          out.ints(3, [size, -size]);
        });
        expect(rest).toEqual([size, -size].map((value) => ({ field: 3, value: BigInt.asUintN(64, BigInt(value)) })));
        const fields = fieldsOf(inner!.value as Uint8Array);
        const float = fields[0]!.value as Uint8Array;
        expect(new DataView(float.buffer, float.byteOffset).getFloat32(0, true)).toBe(fraction);
        expect(textsOf(fields, 1)).toContain(text);
        const deep = fieldsOf(fields.at(-1)!.value as Uint8Array)[0]!;
        expect(deep.field).toBe(field);
        expect(Buffer.compare(deep.value as Uint8Array, bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

const floats = (name: string, shape: number[], numbers: number[]): OnnxConstant => ({
  name,
  type: 'float32',
  shape,
  bytes: new Uint8Array(Float32Array.from(numbers).buffer),
});
const value = (name: string, shape: OnnxValue['shape']): OnnxValue => ({ name, type: 'float32', shape });

/** y = x W + b, with a product under a name in another alphabet. */
const affine: OnnxGraph = {
  name: 'affine',
  nodes: [
    {
      op: 'Gemm',
      name: 'Schicht/Gemm µ',
      inputs: ['x', 'W', 'b'],
      outputs: ['y'],
      attributes: { alpha: { float: 0.5 }, transB: { int: 1 } },
    },
    { op: 'ReduceSum', name: 'sum', inputs: ['y', 'axes'], outputs: ['sum'], attributes: { keepdims: { int: 0 } } },
  ],
  constants: [
    floats('W', [3, 2], [1, 2, 3, 4, 5, 6]),
    floats('b', [3], [0.5, -0.5, 0]),
    { name: 'axes', type: 'int64', shape: [1], bytes: new Uint8Array(BigInt64Array.of(-1n).buffer) },
  ],
  inputs: [value('x', [2, 2])],
  outputs: [value('y', [2, 3]), value('sum', [2])],
};

/** Running sums of the rows of x, and the last of them: a loop of a graph inside a graph, over a side without a number. */
const running: OnnxGraph = {
  name: 'running',
  nodes: [
    {
      op: 'Scan',
      name: 'loop',
      inputs: ['start', 'x'],
      outputs: ['last', 'sums'],
      attributes: {
        num_scan_inputs: { int: 1 },
        body: {
          graph: {
            name: 'body',
            nodes: [
              { op: 'Add', name: 'add', inputs: ['sum', 'row'], outputs: ['next'] },
              { op: 'Identity', name: 'copy', inputs: ['next'], outputs: ['seen'] },
            ],
            constants: [],
            inputs: [value('sum', [2]), value('row', [2])],
            outputs: [value('next', [2]), value('seen', [2])],
          },
        },
      },
    },
  ],
  constants: [],
  inputs: [value('start', [2]), value('x', ['steps', 2])],
  outputs: [value('last', [2]), value('sums', ['steps', 2])],
};
/** The same with a number for the side. */
const withSteps = (steps: number): OnnxGraph => {
  const filled = (values: readonly OnnxValue[]) =>
    values.map((one) => ({ ...one, shape: one.shape.map((side) => (side === 'steps' ? steps : side)) }));
  return { ...running, inputs: filled(running.inputs), outputs: filled(running.outputs) };
};

describe('an ONNX file', () => {
  test('holds every name, attribute, constant and shape of the graph', () => {
    const model = fieldsOf(encodeModel(affine));
    expect(valuesOf(model, 1)).toEqual([10n]);
    expect(textsOf(model, 2)).toEqual(['Latent Lab']);
    expect(messagesOf(model, 8).map((set) => [textsOf(set, 1)[0], valuesOf(set, 2)[0]])).toEqual([
      ['', 21n],
      ['com.microsoft', 1n],
    ]);
    const [graph] = messagesOf(model, 7);
    const [gemm, sum] = messagesOf(graph!, 1);
    expect([textsOf(gemm!, 1), textsOf(gemm!, 2), textsOf(gemm!, 3), textsOf(gemm!, 4)]).toEqual([
      ['x', 'W', 'b'],
      ['y'],
      ['Schicht/Gemm µ'],
      ['Gemm'],
    ]);
    const [alpha, transB] = messagesOf(gemm!, 5);
    expect([textsOf(alpha!, 1), valuesOf(alpha!, 20), textsOf(transB!, 1), valuesOf(transB!, 3), valuesOf(transB!, 20)]).toEqual([
      ['alpha'],
      [1n],
      ['transB'],
      [1n],
      [2n],
    ]);
    expect(valuesOf(sum!, 7)).toEqual([]);
    const [weights, , axes] = messagesOf(graph!, 5);
    expect([valuesOf(weights!, 1), valuesOf(weights!, 2), textsOf(weights!, 8), valuesOf(axes!, 2)]).toEqual([[3n, 2n], [1n], ['W'], [7n]]);
    expect(Buffer.compare(valuesOf(weights!, 9)[0] as Uint8Array, affine.constants[0]!.bytes)).toBe(0);
    expect(messagesOf(graph!, 11).map((one) => textsOf(one, 1))).toEqual([['x']]);
    expect(messagesOf(graph!, 12).map((one) => textsOf(one, 1))).toEqual([['y'], ['sum']]);
  });

  test('is the same for the same graph, byte for byte', () => {
    expect(Buffer.compare(encodeModel(affine), encodeModel(affine))).toBe(0);
  });

  test('is what ONNX Runtime computes by, attributes and constants included', () => {
    const { y, sum } = runGraph(affine, { x: [2, 4, 1, 0] });
    expect([...y!]).toEqual([5.5, 10.5, 17, 1, 1, 2.5]);
    expect([...sum!]).toEqual([33, 4.5]);
  });

  test.each([1, 3])('may hold a loop, here over %d steps', (steps) => {
    const x = Array.from({ length: 2 * steps }, (_, i) => i + 1);
    const { last, sums } = runGraph(withSteps(steps), { start: [10, 20], x });
    const wanted = x.map((_, i) => x.filter((_, k) => k <= i && k % 2 === i % 2).reduce((a, b) => a + b, i % 2 === 0 ? 10 : 20));
    expect([...sums!]).toEqual(wanted);
    expect([...last!]).toEqual(wanted.slice(-2));
  });

  test('that ONNX Runtime cannot read is an error, not a crash', () => {
    const broken = { ...affine, nodes: [{ op: 'NoSuchOperation', name: 'none', inputs: ['x'], outputs: ['y'] }, affine.nodes[1]!] };
    expect(() => runGraph(broken, { x: [1, 2, 3, 4] })).toThrow('NoSuchOperation');
  });
});
