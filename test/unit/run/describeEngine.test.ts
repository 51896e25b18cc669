import { expect, test } from 'vitest';
import { describeEngine } from '../../../src/run/describeEngine.ts';

test('an engine is told with its threads where they are known', () => {
  expect(describeEngine({ engine: 'compiled', threads: 1 })).toBe('compiled, 1 thread');
  expect(describeEngine({ engine: 'tensorflow', threads: 8 })).toBe('tensorflow, 8 threads');
  expect(describeEngine({ engine: 'torch', threads: null })).toBe('torch');
  expect(describeEngine({ engine: '', threads: null })).toBe('');
});
