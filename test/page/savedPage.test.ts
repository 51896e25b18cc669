import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { savedPageHtml } from '../../src/host/savedPageHtml.ts';
import type { FromPage } from '../../src/protocol/page.ts';
import { packSavedPage, type SavedPage, unpackSavedPage } from '../../src/protocol/savedPage.ts';
import { openBrowser, openPage, outFolder } from './openPage.ts';
import { curveNames, SyntheticRun } from './syntheticRun.ts';
import { spectraAt } from './syntheticTheory.ts';
import { themes } from './themes.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;

/** A run as its host would save it. */
function savedRun(name: string): SavedPage {
  const run = new SyntheticRun();
  const snapshot = run.snapshot(50, { name });
  const last = snapshot.run.step;
  return {
    version: 1,
    snapshot,
    curves: curveNames.map((curve) => ({ name: curve, samples: run.points(curve, 0, last) })),
    frames: snapshot.frames.map(({ step }) => ({
      kind: 'frame' as const,
      request: 0,
      step,
      projection: run.projection(step),
      reconstructions: run.reconstructions(step),
      spectra: spectraAt(step / run.stepsPerEpoch, false),
      language: null,
    })),
    confusion: null,
  };
}

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'latent-lab-saved-'));
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a saved page from the disk, as people do; with what went wrong and what it fetched. */
async function openSaved(saved: SavedPage, theme = themes.dark) {
  const read = (file: string) => readFileSync(join(dist, file), 'utf8');
  const variables = Object.fromEntries(Object.entries(theme.variables).map(([key, value]) => [`vscode-${key}`, value]));
  const html = savedPageHtml({
    title: saved.snapshot.run.name,
    language: 'en',
    theme: { classes: [theme.kind], variables },
    style: read('page.css'),
    font: readFileSync(join(dist, 'codicon.ttf')),
    scripts: [read('savedPage.js'), read('page.js')],
    saved: packSavedPage(saved, toBase64),
  });
  const path = join(folder, 'page.html');
  writeFileSync(path, html);
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, acceptDownloads: true });
  const page = await context.newPage();
  const troubles: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => requests.push(request.url().split(':')[0]!));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('[data-frame-step]:not([data-frame-step=""])');
  return { page, troubles, requests: () => [...new Set(requests)], close: () => context.close() };
}

const fact = (page: Page, name: string) => page.getAttribute('#root', `data-${name}`);

test('a page that was saved as a file shows the run, its moments and its icons without editor and network', async () => {
  const saved = savedRun('A run that was saved');
  const { page, troubles, requests, close } = await openSaved(saved);
  expect(await fact(page, 'run-id')).toBe(saved.snapshot.run.id);
  expect(Number(await fact(page, 'latent-points'))).toBeGreaterThan(0);
  await page.locator('body').press('ArrowLeft');
  await page.waitForFunction((newest) => document.getElementById('root')!.dataset.frameStep === String(newest), saved.frames.at(-2)!.step);
  expect(await page.evaluate(() => document.fonts.check('16px codicon'))).toBe(true);
  await page.screenshot({ path: join(outFolder, 'saved-page.png') });
  expect(troubles).toEqual([]);
  expect(requests().every((scheme) => ['file', 'data', 'blob'].includes(scheme))).toBe(true);
  await close();
});

test('what needs the run itself is refused in words, and pictures are still saved', async () => {
  const { page, troubles, close } = await openSaved(savedRun('A run'));
  await page.getByRole('button', { name: 'Save page' }).click();
  await page.getByText(/saved as a file/).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).first().click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect(troubles).toEqual([]);
  await close();
});

test('a name with markup in it stays a name', async () => {
  const name = '</title></script><script>globalThis.isBroken=1</script><img src=x onerror="globalThis.isBroken=1">';
  const { page, troubles, close } = await openSaved(savedRun(name), themes.light);
  expect(await page.title()).toBe(name);
  expect(await page.locator('.run-name').textContent()).toContain('<img src=x');
  expect(await page.evaluate(() => 'isBroken' in globalThis)).toBe(false);
  expect(troubles).toEqual([]);
  await close();
});

test('what is packed comes back as it was, numbers that JSON does not know included', () => {
  const saved = savedRun('A run');
  saved.snapshot.run.metrics = { 'train.loss': Number.NaN, 'test.loss': Number.POSITIVE_INFINITY, 'x.y': -0.5 };
  expect(unpackSavedPage(packSavedPage(saved, toBase64), fromBase64)).toEqual(saved);
});

test('the page gives its colours and classes when it is to be saved, and nothing that could end a declaration', async () => {
  const theme = { ...themes.light, variables: { ...themes.light.variables, 'evil-colour': 'red } body { display: none' } };
  const opened = await openPage(browser, { theme });
  await opened.settled();
  await opened.page.getByRole('button', { name: 'Save page' }).click();
  const { theme: told } = (await opened.said('savePage')) as Extract<FromPage, { kind: 'savePage' }>;
  expect(told.classes).toContain('vscode-light');
  expect(told.variables['vscode-editor-background']).toBe('#ffffff');
  expect(Object.keys(told.variables)).not.toContain('vscode-evil-colour');
  await opened.close();
});
