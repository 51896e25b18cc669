import { describe, expect, test } from 'vitest';
import { fileBytes } from '../../../src/host/fileBytes.ts';

describe('what a page wants saved', () => {
  test('a picture comes as base64 without a prefix and is written as its bytes', () => {
    const bytes = Uint8Array.of(137, 80, 78, 71, 0, 255);
    expect([...fileBytes('png', Buffer.from(bytes).toString('base64'))]).toEqual([...bytes]);
  });

  test('text is written as UTF-8, whatever it looks like', () => {
    for (const type of ['svg', 'csv', 'json'] as const)
      expect(Buffer.from(fileBytes(type, 'data:text/plain;base64,AAAA Ä')).toString('utf8')).toBe('data:text/plain;base64,AAAA Ä');
  });
});
