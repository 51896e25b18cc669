import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage, outFolder } from './openPage.ts';
import { themes } from './themes.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

for (const [name, theme] of Object.entries(themes))
  test(`the page is pictured in ${name}`, async () => {
    const opened = await openPage(browser, { theme });
    await opened.settled();
    await opened.page.screenshot({ path: join(outFolder, `page-${name}.png`), fullPage: true });
    expect(await opened.violations()).toEqual([]);
    await opened.close();
  });

for (const width of [320, 900, 1400])
  test(`the page of ${width} pixels has no sideways scrolling`, async () => {
    const opened = await openPage(browser, { theme: width === 900 ? themes.light : themes.dark }, { width, height: 900 });
    await opened.settled();
    await opened.page.screenshot({ path: join(outFolder, `page-${width}.png`), fullPage: true });
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await opened.close();
  });
