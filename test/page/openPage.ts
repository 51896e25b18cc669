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

/** A page in a real browser with the real policy, and a host that answers. */
export interface OpenedBundle<Message extends { kind: string }> {
  page: Page;
  /** What the page said, in order. */
  posts(): Promise<Message[]>;
  /** Waits until the page said something of this kind that fits. */
  said<K extends Message['kind']>(kind: K, fits?: Partial<Extract<Message, { kind: K }>>): Promise<Extract<Message, { kind: K }>>;
  /** Violations of the policy so far. */
  violations(): Promise<string[]>;
  close(): Promise<void>;
}

/** The page of a run. */
export interface OpenedPage extends OpenedBundle<FromPage> {
  /** Waits until the page shows a moment of the latents. */
  settled(): Promise<void>;
}

/** A page and who answers it. */
export interface Bundle {
  /** Its script and style in `dist`, without their endings. */
  name: string;
  /** The script in this folder that plays its host; it finds `beginning` on the window. */
  host: string;
  beginning: unknown;
}

const hostCodes = new Map<string, string>();

/** A fake host as one script. */
function hostCode(file: string): string {
  const known = hostCodes.get(file);
  if (known !== undefined) return known;
  const entryPoints = [join(root, 'test/page', file)];
  const code = esbuild.buildSync({ entryPoints, bundle: true, write: false, format: 'iife', target: 'es2022' }).outputFiles[0]!.text;
  hostCodes.set(file, code);
  return code;
}

/** A browser for page tests. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'dist/page.js'))) throw new Error('dist/page.js is missing: run `npm run build` first');
  mkdirSync(outFolder, { recursive: true });
  return launchChromium();
}

/** Opens a page as VS Code does: its HTML, its policy, its default styles, its function. */
export async function openBundle<Message extends { kind: string }>(
  browser: Browser,
  bundle: Bundle,
  size = { width: 1400, height: 1000 },
): Promise<OpenedBundle<Message>> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  await page.route(`${origin}/**`, (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name === 'page.html') return route.fulfill({ contentType: 'text/html', body: html(bundle) });
    const path = join(root, 'dist', name);
    if (!existsSync(path)) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: types[name.split('.').pop()!] ?? '', body: readFileSync(path) });
  });
  await page.goto(`${origin}/page.html`);
  const posts = (): Promise<Message[]> => page.evaluate(() => window.fakeHost.posts as { kind: string }[]) as Promise<Message[]>;
  const said: OpenedBundle<Message>['said'] = async (kind, fits = {}) => {
    const found = await page.waitForFunction(
      ([wanted, parts]) =>
        (window.fakeHost.posts as { kind: string }[]).findLast(
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
  const violations = (): Promise<string[]> => page.evaluate(() => window.fakeHost.violations);
  return { page, posts, said, violations, close: () => context.close() };
}

/** Opens the page of a run. */
export async function openPage(
  browser: Browser,
  beginning: Partial<Beginning> = {},
  size = { width: 1400, height: 1000 },
): Promise<OpenedPage> {
  const whole: Beginning = { epoch: 31, theme: themes.dark, ...beginning };
  const opened = await openBundle<FromPage>(browser, { name: 'page', host: 'fakeHost.ts', beginning: whole }, size);
  const settled = async (): Promise<void> => {
    await opened.page.waitForSelector('[data-frame-step]:not([data-frame-step=""])');
    await opened.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  };
  return { ...opened, settled };
}

/** The host's own HTML, with VS Code's default styles and the fake host before the page's script. */
function html({ name, host, beginning }: Bundle): string {
  const [script, style] = [`${origin}/${name}.js`, `${origin}/${name}.css`];
  const whole = dashboardHtml({ cspSource: origin, script, style, nonce, language: 'en' });
  const safe = JSON.stringify(beginning).replaceAll('<', '\\u003c');
  const before = `<style nonce="${nonce}">body{padding:0 20px;margin:0}</style>`;
  const code = hostCode(host).replaceAll('</script', '<\\/script');
  const scripts = `<script nonce="${nonce}">window.beginning = ${safe};</script><script nonce="${nonce}">${code}</script>`;
  return whole.replace('</title>', `</title>${before}`).replace('<div id="root">', () => `${scripts}<div id="root">`);
}
