import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { FromDecodePage } from '../../src/protocol/decodePage.ts';
import type { DecodeBeginning, DecodeHost } from './decodeHost.ts';
import { type OpenedBundle, openBrowser, openBundle } from './openPage.ts';
import { type Theme, themes } from './themes.ts';

/** The page of a search, opened. */
export interface OpenedDecode extends OpenedBundle<FromDecodePage> {
  /** Waits until the root's data attribute has this value. */
  becomes(name: string, value: string): Promise<void>;
  /** Waits until an answer is shown, with all that is laid over it. */
  answered(): Promise<void>;
  /** What the page kept with setState. */
  state(): Promise<unknown>;
  /** Says something to the page. */
  send(message: unknown): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  text(selector: string): Promise<string>;
}

/** The lecture's tree of eight texts, in which a beam of two misses the best. */
export const missedTable = {
  '': { a: 0.55, b: 0.45 },
  a: { a: 0.55, b: 0.45 },
  b: { a: 0.52, b: 0.48 },
  'a a': { a: 0.5, b: 0.5 },
  'a b': { a: 0.9, b: 0.1 },
  'b a': { a: 0.99, b: 0.01 },
  'b b': { a: 0.5, b: 0.5 },
};

/** A beam as by default. */
export const beam = {
  kind: 'beam',
  beams: 2,
  returned: 2,
  lengthPenalty: { kind: 'none' },
  stopping: 'optimal',
  finished: 'replenish',
  forceEnd: false,
  noRepeatNgram: 0,
} as const;

/**
 * A browser for the tests of one file. After each test its last page must have kept the policy and hit no bug, and is closed.
 * @returns what opens a page
 */
export function useDecodePages(): (
  beginning?: Partial<DecodeBeginning>,
  size?: { width: number; height: number },
) => Promise<OpenedDecode> {
  let browser: Browser;
  let last: OpenedDecode | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
    const built = join(import.meta.dirname, '../../dist/decodePage.js');
    if (!existsSync(built)) throw new Error('dist/decodePage.js is missing: run `npm run build` first');
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(await last!.violations()).toEqual([]);
    expect((await last!.posts()).filter((post) => post.kind === 'failed')).toEqual([]);
    await last!.close();
  });
  return async (beginning = {}, size) => {
    const whole: DecodeBeginning = {
      model: { kind: 'table', next: missedTable },
      name: 'A beam of two misses the best text',
      isMasked: false,
      prompts: [''],
      maxNewTokens: 3,
      strategy: beam,
      view: null,
      mostNodes: 2000,
      theme: themes.dark,
      ...beginning,
    };
    const opened = await openBundle<FromDecodePage>(browser, { name: 'decodePage', host: 'decodeHost.ts', beginning: whole }, size);
    const { page } = opened;
    const becomes = async (name: string, value: string): Promise<void> => {
      await page.waitForSelector(`#root[data-${name}="${value}"]`);
    };
    last = {
      ...opened,
      becomes,
      answered: async () => {
        await becomes('state', 'answered');
        await page.waitForFunction(() => !document.querySelector('.chip .codicon-loading'));
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      },
      state: () => page.evaluate(() => (window.fakeHost as unknown as DecodeHost).state),
      send: (message) => page.evaluate((said) => window.fakeHost.send(said), message),
      setTheme: (theme) => page.evaluate((it) => window.fakeHost.setTheme(it), theme),
      text: async (selector) => (await page.textContent(selector)) ?? '',
    };
    return last;
  };
}
