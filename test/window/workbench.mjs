// A VS Code window in a headless Chromium, with real keys, the real webview and screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from './chromium.mjs';
import { until } from './until.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Frame} Frame */
/** @typedef {import('./vsCodeServer.mjs').Server} Server */

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where reports and pictures go. */
export const outFolder = join(root, 'test/out');

/**
 * The address of a window. Paths are on this machine.
 * @param {Server} server
 * @param {{ folder?: string, extensionPath?: string, testsPath?: string }} paths no folder: an empty window
 */
export function workbenchUrl(server, { folder, extensionPath = root, testsPath }) {
  const remote = (path) => `vscode-remote://localhost:${server.port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extensionPath.replace(/\/$/, ''))],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (testsPath) payload.push(['extensionTestsPath', remote(testsPath)]);
  const query = folder ? `folder=${encodeURIComponent(folder)}` : 'ew=true';
  const token = server.token ? `&tkn=${server.token}` : '';
  return `${server.url}/?${query}${token}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * Opens a window and waits until its extension host has started.
 * @param {Server} server
 * @param {object} [options]
 * @param {string} [options.folder] absolute; none: an empty window
 * @param {string} [options.extensionPath] the folder of the extension's manifest; default: this checkout
 * @param {{ width: number, height: number }} [options.viewport]
 * @returns {Promise<{ page: Page, close: () => Promise<void> }>}
 */
export async function openWorkbench(server, { folder, extensionPath, viewport = { width: 1280, height: 800 } } = {}) {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport });
  try {
    await page.goto(workbenchUrl(server, { folder, extensionPath }));
    await workbenchReady(page);
  } catch (error) {
    await browser.close();
    throw error;
  }
  return { page, close: () => browser.close() };
}

/** @param {Page} page */
export async function workbenchReady(page) {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  // The remote indicator gets its words when the extension host's machine has answered
  await page.locator('.monaco-workbench .statusbar-item#status\\.host').waitFor({ timeout: 60_000 });
}

/**
 * Reloads the window as `Developer: Reload Window` does.
 * @param {Page} page
 */
export async function reloadWindow(page) {
  await page.reload();
  await workbenchReady(page);
}

/**
 * Waits until the browser has stored that a text is part of the window's state, a panel's type for example:
 * VS Code on the web writes its state every few seconds and not at a reload.
 * @param {Page} page
 * @param {string} text
 */
export async function stateStored(page, text) {
  const isStored = (wanted) => {
    const result = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const holdsText = async (name) => {
      const database = await result(indexedDB.open(name));
      try {
        for (const store of database.objectStoreNames) {
          const values = await result(database.transaction(store).objectStore(store).getAll());
          if (values.some((value) => String(value).includes(wanted))) return true;
        }
        return false;
      } finally {
        database.close();
      }
    };
    return indexedDB.databases().then(async (databases) => {
      for (const { name } of databases) if (name?.startsWith('vscode-web-state-db') && (await holdsText(name))) return true;
      return false;
    });
  };
  await until(() => page.evaluate(isStored, text), `the browser to store "${text}"`);
}

/**
 * Runs a command of the palette by its title, e.g. 'Latent Lab: Train Experiment'. Waits until the extension has registered it.
 * @param {Page} page
 * @param {string} title
 */
export async function runCommand(page, title, { timeoutMs = 30_000 } = {}) {
  await until(() => choose(page, 'F1', `>${title}`, title), `the command "${title}" in the palette`, { timeoutMs });
}

/**
 * Opens a file of the folder by its name, as Ctrl+P does.
 * @param {Page} page
 * @param {string} name
 */
export async function openFile(page, name, { timeoutMs = 30_000 } = {}) {
  await until(() => choose(page, 'Control+P', name, name), `the file ${name} in quick open`, { timeoutMs });
  await page.locator('.tab.active', { hasText: name }).waitFor({ timeout: timeoutMs });
}

/**
 * Trusts the open folder as a user would, in VS Code's own editor for that; VS Code may restart the extension host.
 * @param {Page} page
 */
export async function trustFolder(page) {
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  const editor = page.locator('.workspace-trust-editor');
  await editor
    .getByRole('button', { name: /^Trust/ })
    .first()
    .click();
  await editor.locator('.workspace-trust-header.workspace-trust-trusted').waitFor({ timeout: 30_000 });
}

/** Types into a quick pick and takes its first row if that is the wanted one. */
async function choose(page, key, text, label) {
  await page.keyboard.press(key);
  const widget = page.locator('.quick-input-widget:visible');
  const input = widget.locator('.quick-input-box input');
  await input.waitFor({ timeout: 5000 });
  await input.fill(text);
  const row = widget.locator('.monaco-list-row.focused .label-name', { hasText: label }).first();
  try {
    await row.waitFor({ timeout: 2000 });
  } catch {
    await page.keyboard.press('Escape');
    return false;
  }
  await page.keyboard.press('Enter');
  await widget.waitFor({ state: 'hidden', timeout: 5000 }).catch(() => undefined);
  return true;
}

/**
 * The inner frame of a webview: the document that our page runs in.
 * @param {Page} page
 * @param {(frame: Frame) => boolean | Promise<boolean>} [isWanted] e.g. async (frame) => (await frame.title()) === 'Run'
 * @returns {Promise<Frame>}
 */
export function webviewFrame(page, isWanted = () => true, { timeoutMs = 30_000 } = {}) {
  const look = async () => {
    for (const frame of page.frames()) if ((await holds(isWebviewContent, frame)) && (await holds(isWanted, frame))) return frame;
    return undefined;
  };
  return until(look, 'a webview frame that fits', { timeoutMs });
}

/** VS Code nests our document in an outer frame, whose address carries the extension's name, and swaps in new content under this id. */
async function isWebviewContent(frame) {
  if (!/[?&]extensionId=/.test(frame.parentFrame()?.url() ?? '')) return false;
  return (await (await frame.frameElement()).getAttribute('id')) === 'active-frame';
}

/** A frame may go away while it is asked. */
async function holds(isWanted, frame) {
  try {
    return await isWanted(frame);
  } catch {
    return false;
  }
}

/**
 * Takes a picture into test/out.
 * @param {Page} page
 * @param {string} name without .png
 * @returns {Promise<string>} its path
 */
export async function screenshot(page, name) {
  mkdirSync(outFolder, { recursive: true });
  const path = join(outFolder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** The themes that every picture is taken in, and the class that VS Code gives the workbench and every webview's body. */
export const themes = {
  'Default Light Modern': 'vs',
  'Default Dark Modern': 'vs-dark',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};

/**
 * Changes the colour theme of an open window and waits until it shows.
 * @param {Server} server
 * @param {Page} page
 * @param {keyof typeof themes} theme
 * @param {Record<string, unknown>} [settings] what else stays set
 */
export async function setTheme(server, page, theme, settings = {}) {
  server.writeSettings({ ...settings, 'workbench.colorTheme': theme });
  await page.locator(`.monaco-workbench.${themes[theme]}`).waitFor({ timeout: 30_000 });
}
