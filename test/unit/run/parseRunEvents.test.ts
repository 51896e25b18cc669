import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunEvent, RunEventReader } from '../../../src/run/parseRunEvents.ts';
import { serialiseEvent } from '../../../src/run/serialiseEvent.ts';
import { anyEvent } from './arbitraryEvents.ts';

const line = '{"kind":"warned","timeMs":1,"step":2,"message":"NaN and \\"Infinity\\" are words here"}';
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('reading a line of the log', () => {
  it("takes Python's bare words for the three numbers that JSON lacks, and leaves strings alone", () => {
    const python = '{"kind": "evaluated", "timeMs": 1, "step": 2, "epoch": 0.5, "metrics": {"NaN": NaN, "b": -Infinity, "c\\"": Infinity}}';
    expect(parseRunEvent(python)).toMatchObject({
      metrics: { NaN: Number.NaN, b: Number.NEGATIVE_INFINITY, 'c"': Number.POSITIVE_INFINITY },
    });
    expect(parseRunEvent(line)).toMatchObject({ message: 'NaN and "Infinity" are words here' });
  });

  it('knows no event in what is torn, of another kind, or of a newer version', () => {
    for (const text of [
      '',
      '{',
      line.slice(0, -3),
      '[]',
      'null',
      '3',
      '{"kind":"moonRose","timeMs":1}',
      '{"kind":"paused","timeMs":1,"step":-1}',
    ])
      expect(parseRunEvent(text)).toBeNull();
    const newer = '{"kind":"runStarted","timeMs":1,"version":2,"session":1}';
    expect(parseRunEvent(newer)).toBeNull();
  });

  it('returns what was written', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(parseRunEvent(serialiseEvent(event))).toEqual(event);
      }),
    );
  });
});

describe('reading a log in portions', () => {
  it('never throws, whatever the bytes, and finds the good line after them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (portions) => {
        const reader = new RunEventReader();
        for (const portion of portions) reader.push(portion);
        reader.push(bytesOf('\n'));
        expect(reader.push(bytesOf(`${line}\n`))).toHaveLength(1);
      }),
    );
  });

  it('waits for the rest of a torn line, also in the middle of a letter', () => {
    const reader = new RunEventReader();
    const bytes = bytesOf('{"kind":"warned","timeMs":1,"step":2,"message":"é"}\n');
    const middle = bytes.indexOf(0xc3) + 1;
    expect(reader.push(bytes.slice(0, middle))).toEqual([]);
    expect(reader.push(bytes.slice(middle))).toMatchObject([{ message: 'é' }]);
    expect(reader.skipped).toBe(0);
  });

  it('skips and counts a line that is too long, without keeping it', () => {
    for (const portion of [7, 50, 1000]) {
      const reader = new RunEventReader(100);
      const bytes = bytesOf(`${line}\n${'x'.repeat(301)}\n${line}\n${'y'.repeat(101)}\n${line}\n`);
      const found = [];
      for (let at = 0; at < bytes.length; at += portion) found.push(...reader.push(bytes.subarray(at, at + portion)));
      expect([portion, found.length, reader.skipped]).toEqual([portion, 3, 2]);
    }
  });

  it('passes over empty lines without counting them', () => {
    const reader = new RunEventReader();
    expect(reader.push(bytesOf(`\n\r\n${line}\r\n\n`))).toHaveLength(1);
    expect(reader.skipped).toBe(0);
  });
});
