import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Beginning } from './fakeHost.ts';
import { type OpenedPage, openBrowser, openPage } from './openPage.ts';

/**
 * A browser for the tests of one file. After each test its last page must have kept the policy and hit no bug, and is closed.
 * @returns what opens a page
 */
export function usePages(): (beginning: Partial<Beginning>) => Promise<OpenedPage> {
  let browser: Browser;
  let last: OpenedPage;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(await last.violations()).toEqual([]);
    expect((await last.posts()).filter((post) => post.kind === 'failed')).toEqual([]);
    await last.close();
  });
  return async (beginning) => {
    last = await openPage(browser, beginning);
    return last;
  };
}
