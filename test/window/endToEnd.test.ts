import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from './until.mjs';
import { startVsCodeServer } from './vsCodeServer.mjs';
import {
  openFile,
  openWorkbench,
  outFolder,
  reloadWindow,
  runCommand,
  screenshot,
  setTheme,
  stateStored,
  themes,
  trustFolder,
  webviewFrame,
} from './workbench.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
type Server = Awaited<ReturnType<typeof startVsCodeServer>>;

/** A folder with one experiment of so many epochs. */
function makeFolder(epochs: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'latent-lab-window-'));
  mkdirSync(join(folder, '.latent'));
  const text = readFileSync(join(root, 'media/templates/digits.latent.jsonc'), 'utf8');
  writeFileSync(join(folder, 'digits.latent.jsonc'), text.replace(/"epochs":\s*\d+/, `"epochs": ${epochs}`));
  return folder;
}

const isDashboard = async (frame: Frame) => (await frame.locator('[data-run-status]').count()) > 0;

/** A number that the page says of itself. */
async function numberOf(frame: Frame, name: string): Promise<number> {
  return Number(await frame.locator(`[data-${name}]`).first().getAttribute(`data-${name}`));
}

async function statusOf(frame: Frame): Promise<string | null> {
  return frame.locator('[data-run-status]').first().getAttribute('data-run-status');
}

async function openRuns(page: Page): Promise<void> {
  await runCommand(page, 'View: Show Latent Lab');
  await page.locator('.pane-body .monaco-list-row').first().waitFor();
}

function runFolders(folder: string): string[] {
  const runs = join(folder, '.latent/runs');
  return existsSync(runs) ? readdirSync(runs).map((id) => join(runs, id)) : [];
}

/** Step of the newest frame that a run has kept. */
function lastFrameStep(run: string): number {
  const frames = readdirSync(join(run, 'arrays')).flatMap((file) => /^latents-(\d+)\.npy$/.exec(file)?.[1] ?? []);
  return Math.max(...frames.map(Number));
}

function stopTrainers(folder: string): void {
  for (const run of runFolders(folder)) {
    const lock = join(run, 'lock.1');
    if (!existsSync(lock)) continue;
    const { pid } = JSON.parse(readFileSync(lock, 'utf8'));
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
}

describe('a run from the command palette to the picture', () => {
  let server: Server;
  let folder: string;
  let page: Page;
  let close: () => Promise<void>;
  const logged: string[] = [];

  beforeAll(async () => {
    server = await startVsCodeServer({ trust: true, settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
  });
  afterAll(() => server.stop());

  const open = async (epochs: number) => {
    folder = makeFolder(epochs);
    ({ page, close } = await openWorkbench(server, { folder, viewport: { width: 1600, height: 1000 } }));
    page.on('console', (message) => logged.push(message.text()));
    await openFile(page, 'digits.latent.jsonc');
  };
  beforeEach(() => {
    logged.length = 0;
  });
  afterEach(async () => {
    await close();
    stopTrainers(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  it('types the command, streams loss and latents, stops, reloads the window and finds everything again', async () => {
    await open(2000);
    const startMs = Date.now();
    await runCommand(page, 'Latent Lab: Train Experiment');
    let frame = await webviewFrame(page, isDashboard);
    await until(async () => (await numberOf(frame, 'loss-points')) >= 1, 'a first loss point in the page', { everyMs: 10 });
    console.log(`From typing the command to a loss point in the page: ${Date.now() - startMs} ms`);
    await until(async () => (await numberOf(frame, 'loss-points')) > 10, 'a loss curve');
    await until(async () => (await numberOf(frame, 'latent-points')) > 100, 'latent points');
    expect(await statusOf(frame)).toBe('running');
    await openRuns(page);
    await until(() => page.locator('.monaco-list-row', { hasText: /epoch \d+\/2000/ }).count(), 'the run in the tree');
    await screenshot(page, 'window-training-dark');

    await frame.getByRole('button', { name: /^stop/i }).first().click();
    await until(async () => (await statusOf(frame)) === 'stopped', 'the run to be stopped');
    const [run] = runFolders(folder);
    await until(async () => (await numberOf(frame, 'frame-step')) === lastFrameStep(run!), 'the last latent frame');
    const before = { loss: await numberOf(frame, 'loss-points'), latents: await numberOf(frame, 'latent-points') };
    expect(JSON.parse(readFileSync(join(run!, 'summary.json'), 'utf8'))).toMatchObject({ status: 'stopped' });

    await stateStored(page, 'mainThreadWebview-latentLab.dashboard');
    await reloadWindow(page);
    frame = await webviewFrame(page, isDashboard);
    await until(async () => (await statusOf(frame)) === 'stopped', 'the dashboard after the reload');
    await until(async () => (await numberOf(frame, 'loss-points')) === before.loss, 'the same loss curve');
    await until(async () => (await numberOf(frame, 'frame-step')) === lastFrameStep(run!), 'the same latent frame');
    await until(async () => (await numberOf(frame, 'latent-points')) === before.latents, 'the same latent points');
    await openRuns(page);
    expect(await page.locator('.monaco-list-row', { hasText: 'stopped' }).count()).toBe(1);
    await screenshot(page, 'window-reloaded-dark');
    expect(
      logged.filter((text) => /Content Security Policy|securitypolicyviolation/i.test(text) && /latent|dist\/page/i.test(text)),
    ).toEqual([]);
  });

  it('goes on training over a reload of the window', async () => {
    await open(3000);
    await runCommand(page, 'Latent Lab: Train Experiment');
    let frame = await webviewFrame(page, isDashboard);
    await until(async () => (await numberOf(frame, 'loss-points')) > 3, 'a loss curve');
    const epoch = await numberOf(frame, 'epoch');
    await stateStored(page, 'mainThreadWebview-latentLab.dashboard');
    await reloadWindow(page);
    frame = await webviewFrame(page, isDashboard);
    await until(async () => (await statusOf(frame)) === 'running', 'the run to be found alive');
    await until(async () => (await numberOf(frame, 'epoch')) > epoch, 'the run to have gone on');
    await frame
      .getByRole('button', { name: /^pause/i })
      .first()
      .click();
    await until(async () => (await statusOf(frame)) === 'paused', 'the run to pause');
    await frame
      .getByRole('button', { name: /^(resume|continue)/i })
      .first()
      .click();
    await until(async () => (await statusOf(frame)) === 'running', 'the run to go on');
    await frame.getByRole('button', { name: /^stop/i }).first().click();
    await until(async () => (await statusOf(frame)) === 'stopped', 'the run to stop');
  });

  it('says so within seconds when the trainer is killed, and the run still opens', async () => {
    await open(3000);
    await runCommand(page, 'Latent Lab: Train Experiment');
    const frame = await webviewFrame(page, isDashboard);
    await until(async () => (await numberOf(frame, 'loss-points')) > 3, 'a loss curve');
    await openRuns(page);
    stopTrainers(folder);
    const killedMs = Date.now();
    await until(() => page.locator('.monaco-list-row', { hasText: /failed|interrupted/ }).count(), 'the tree to tell of it', {
      timeoutMs: 5000,
    });
    console.log(`From SIGKILL to the word in the tree: ${Date.now() - killedMs} ms`);
    const [run] = runFolders(folder);
    await until(() => existsSync(join(run!, 'exit.json')), 'exit.json');
    expect(JSON.parse(readFileSync(join(run!, 'exit.json'), 'utf8'))).toMatchObject({ signal: 'SIGKILL' });
    await until(async () => /failed|interrupted/.test((await statusOf(frame)) ?? ''), 'the page to tell of it');
    expect(await numberOf(frame, 'loss-points')).toBeGreaterThan(3);
  });

  it('finishes digits, and looks right in every theme', async () => {
    await open(50);
    await runCommand(page, 'Latent Lab: Train Experiment');
    const frame = await webviewFrame(page, isDashboard);
    await until(async () => (await statusOf(frame)) === 'finished', 'the run to finish', { timeoutMs: 120_000 });
    await openRuns(page);
    for (const [theme, kind] of Object.entries(themes)) {
      await setTheme(server, page, theme as keyof typeof themes);
      await frame
        .locator(
          `body.${{ vs: 'vscode-light', 'vs-dark': 'vscode-dark', 'hc-black': 'vscode-high-contrast', 'hc-light': 'vscode-high-contrast-light' }[kind]}`,
        )
        .waitFor();
      await frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await screenshot(page, `window-finished-${kind}`);
    }
    expect(readdirSync(outFolder)).toEqual(expect.arrayContaining(['window-finished-vs.png', 'window-finished-hc-light.png']));
  });
});

describe('an untrusted folder', () => {
  it('shows recorded runs but does not train until it is trusted', async () => {
    const folder = makeFolder(5);
    const server = await startVsCodeServer({ trust: false, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
    try {
      const { page, close } = await openWorkbench(server, { folder });
      await openFile(page, 'digits.latent.jsonc');
      await page.locator('.pane-body .welcome-view-content, .monaco-workbench').first().waitFor();
      expect(runFolders(folder)).toEqual([]);
      await trustFolder(page);
      await openFile(page, 'digits.latent.jsonc');
      await runCommand(page, 'Latent Lab: Train Experiment');
      const frame = await webviewFrame(page, isDashboard);
      await until(async () => (await statusOf(frame)) === 'finished', 'the run to finish', { timeoutMs: 120_000 });
      await close();
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
