import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/experiment/problem.ts';
import type { NextTokens } from '../../../../src/math/nextTokens.ts';
import { tableModel } from '../../../../src/science/language/tableModel.ts';

const next = {
  '': { a: 0.6, b: 0.3, '</s>': 0.1 },
  a: { y: 0.5, x: 0.5 },
  'a y': { '</s>': 1 },
};

/** What asking throws. */
function errorOf(ask: () => unknown): UserError {
  try {
    ask();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('nothing was thrown');
}

describe('a table', () => {
  test('has its tokens in the order of the file, the end token last', () => {
    expect(tableModel(next).tokens).toEqual(['a', 'b', 'y', 'x', '</s>']);
    expect(tableModel(next).model).toMatchObject({ size: 5, end: 4 });
    expect(tableModel({ The: { '</s>': 0.5, man: 0.5 }, 'The man': { ate: 1 } }).tokens).toEqual(['The', 'man', 'ate', '</s>']);
  });

  test('without an end token has texts without end', () => {
    expect(tableModel({ '': { a: 1 }, a: { b: 1 } }).model).toMatchObject({ size: 2, end: null });
  });

  test('says ln p, -Infinity for what a row leaves out, and knows no state but the prefix', () => {
    const model: NextTokens = tableModel(next).model;
    const [first, second] = model.next([[], [0, 2]]);
    expect([...first!]).toEqual([Math.log(0.6), Math.log(0.3), -Infinity, -Infinity, Math.log(0.1)]);
    expect([...second!]).toEqual([-Infinity, -Infinity, -Infinity, -Infinity, 0]);
    expect(model.state).toBeUndefined();
  });

  test('takes a chance of 0 as written', () => {
    expect([...tableModel({ '': { a: 0, b: 1 } }).model.next([[]])[0]!]).toEqual([-Infinity, 0]);
  });

  test('misses a row only when it is asked for, and names it and the nearest', () => {
    const { model } = tableModel(next);
    const error = errorOf(() => model.next([[0, 3]]));
    expect(error.message).toBe(
      'model.next has no row for "a x" (the nearest row is "a y"): add one, with { "</s>": 1 } where the text ends',
    );
    expect(error.path).toBe('model.next');
    expect(errorOf(() => tableModel({}).model.next([[]])).message).toContain('no row for "":');
  });

  test('does not mind how many spaces a key has, unless two become one', () => {
    expect([...tableModel({ '': { a: 1 }, ' a  b ': { c: 1 }, a: { b: 1 } }).model.next([[0, 1]])[0]!]).toEqual([-Infinity, -Infinity, 0]);
    expect(errorOf(() => tableModel({ 'a b': { c: 1 }, 'a  b': { d: 1 } })).message).toBe('model.next has two rows for "a b": join them');
    expect(errorOf(() => tableModel({ '': { 'New York': 1 } })).message).toContain('the token "New York"');
  });
});

describe('a prompt for a table', () => {
  const { encode } = tableModel({ ...next, The: { man: 1 } });

  test('is tokens with spaces between them', () => {
    expect(encode('')).toEqual([]);
    expect(encode(' a  y ')).toEqual([0, 2]);
  });

  test('with an unknown token is told which, and the nearest', () => {
    const error = errorOf(() => encode('The mat'));
    expect(error.message).toBe('the prompt has "mat", which is no token of model.next: did you mean "man"?');
    expect(error.path).toBe('decoding.prompts');
    expect(errorOf(() => tableModel({}).encode('a')).message).toContain('it has no tokens');
  });

  test('cannot go on after the end', () => {
    expect(errorOf(() => encode('a </s>')).message).toContain('cannot go on after "</s>"');
  });
});
