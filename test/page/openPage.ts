import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { dashboardHtml } from '../../src/host/dashboardHtml.ts';
import type { FromPage } from '../../src/protocol/page.ts';
import { launchChromium } from '../window/chromium.mjs';
import type { Beginning } from './fakeHost.ts';
import { themes } from './themes.ts';

const root = new URL('../..', import.meta.url).pathname;
const origin = 'http://page.test';
const nonce = 'bm9uY2U';
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf', map: 'application/json' };

/** Folder of the pictures that people look at. */
export const outFolder = join(root, 'test/out');

/** The page of a run in a real browser with the real policy, and a host that answers. */
export interface OpenedPage {
  page: Page;
  /** What the page said, in order. */
  posts(): Promise<FromPage[]>;
  /** Waits until the page said something of this kind that fits. */
  said<K extends FromPage['kind']>(kind: K, fits?: Partial<Extract<FromPage, { kind: K }>>): Promise<Extract<FromPage, { kind: K }>>;
  /** Violations of the policy so far. */
  violations(): Promise<string[]>;
  /** Waits until the page shows a moment of the latents. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

let fakeHostCode: string | null = null;

/** The fake host as one script. */
function fakeHost(): string {
  fakeHostCode ??= esbuild.buildSync({
    entryPoints: [join(root, 'test/page/fakeHost.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  }).outputFiles[0]!.text;
  return fakeHostCode;
}

/** A browser for page tests. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'dist/page.js'))) throw new Error('dist/page.js is missing: run `npm run build` first');
  mkdirSync(outFolder, { recursive: true });
  return launchChromium();
}

/** Opens the page as VS Code does: its HTML, its policy, its default styles, its function. */
export async function openPage(
  browser: Browser,
  beginning: Partial<Beginning> = {},
  size = { width: 1400, height: 1000 },
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const whole: Beginning = { epoch: 31, theme: themes.dark, ...beginning };
  await page.route(`${origin}/**`, (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name === 'run.html') return route.fulfill({ contentType: 'text/html', body: html(whole) });
    const path = join(root, 'dist', name);
    if (!existsSync(path)) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: types[name.split('.').pop()!] ?? '', body: readFileSync(path) });
  });
  await page.goto(`${origin}/run.html`);
  const posts = (): Promise<FromPage[]> => page.evaluate(() => window.fakeHost.posts);
  const said: OpenedPage['said'] = async (kind, fits = {}) => {
    const found = await page.waitForFunction(
      ([wanted, parts]) =>
        window.fakeHost.posts.findLast(
          (post) =>
            post.kind === wanted &&
            Object.entries(parts as object).every(
              ([key, value]) => JSON.stringify((post as Record<string, unknown>)[key]) === JSON.stringify(value),
            ),
        ),
      [kind, fits] as const,
    );
    return (await found.jsonValue()) as never;
  };
  const settled = async (): Promise<void> => {
    await page.waitForSelector('[data-frame-step]:not([data-frame-step=""])');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  };
  const violations = (): Promise<string[]> => page.evaluate(() => window.fakeHost.violations);
  return { page, posts, said, settled, violations, close: () => context.close() };
}

/** The host's own HTML, with VS Code's default styles and the fake host before the page's script. */
function html(beginning: Beginning): string {
  const whole = dashboardHtml({ cspSource: origin, script: `${origin}/page.js`, style: `${origin}/page.css`, nonce, language: 'en' });
  const safe = JSON.stringify(beginning).replaceAll('<', '\\u003c');
  const before = `<style nonce="${nonce}">body{padding:0 20px;margin:0}</style>`;
  const script = `<script nonce="${nonce}">window.beginning = ${safe};</script><script nonce="${nonce}">${fakeHost().replaceAll('</script', '<\\/script')}</script>`;
  return whole.replace('</title>', `</title>${before}`).replace('<div id="root">', `${script}<div id="root">`);
}
