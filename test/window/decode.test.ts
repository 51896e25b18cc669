import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './until.mjs';
import { startVsCodeServer } from './vsCodeServer.mjs';
import { openFile, openWorkbench, reloadWindow, screenshot, stateStored, webviewFrame } from './workbench.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
type Server = Awaited<ReturnType<typeof startVsCodeServer>>;

/** A page of texts that has drawn its tree. */
const isTree = async (frame: Frame) => (await frame.locator('[role="treeitem"]').count()) > 0;

describe('the texts of a table, in a folder that nobody trusts', () => {
  let server: Server;
  let folder: string;
  let page: Page;
  let close: () => Promise<void>;
  const logged: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latent-lab-window-'));
    mkdirSync(join(folder, '.latent'));
    writeFileSync(join(folder, 'trap.latent.jsonc'), readFileSync(join(root, 'media/templates/greedyTrap.latent.jsonc')));
    server = await startVsCodeServer({ trust: false, settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
    ({ page, close } = await openWorkbench(server, { folder, viewport: { width: 1600, height: 1000 } }));
    page.on('console', (message) => logged.push(message.text()));
  });
  afterAll(async () => {
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are searched from the lens above a prompt, and are there again after a reload of the window', async () => {
    await openFile(page, 'trap.latent.jsonc');
    await page.locator('.codelens-decoration a', { hasText: 'Search Texts' }).click();
    let frame = await webviewFrame(page, isTree);
    const texts = async () => (await frame.locator('#card-texts tbody tr').allTextContents()).join('\n');
    await until(async () => /dog.*has/.test(await texts()), 'the texts of the table');
    await screenshot(page, 'window-decode-dark');
    await stateStored(page, 'mainThreadWebview-latentLab.decode');
    await reloadWindow(page);
    frame = await webviewFrame(page, isTree);
    await until(async () => /dog.*has/.test(await texts()), 'the texts after the reload');
    expect(
      logged.filter((text) => /Content Security Policy|securitypolicyviolation/i.test(text) && /dist\/decodePage/i.test(text)),
    ).toEqual([]);
  });
});
