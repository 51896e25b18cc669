#!/usr/bin/env node
// Stands where desktop VS Code's program would: takes its arguments, runs the suite in the VS Code server with its web workbench, and
// ends with the suite's exit code. Use: codeFromServer.mjs FOLDER --extensionDevelopmentPath=DIR --extensionTestsPath=FILE
//   [--disable-workspace-trust] [--user-data-dir=DIR]; LATENT_LAB_VSCODE=minimum asks for the oldest supported version.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from './chromium.mjs';
import { startVsCodeServer } from './vsCodeServer.mjs';
import { outFolder, screenshot, workbenchUrl } from './workbench.mjs';

/** A suite that hangs must fail, not hold up the run. */
const limitMs = Number(process.env.LATENT_LAB_HOST_LIMIT_MS) || 15 * 60_000;

// `strict: false`: desktop VS Code knows many more switches, which mean nothing to the server
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'disable-workspace-trust': { type: 'boolean' },
  },
});

/** What starts the suite's own lines; test/host/index.ts writes it. */
const suiteMark = '[test] ';
const logPath = join(outFolder, `${basename(process.env.LATENT_LAB_HOST_REPORT ?? 'host', '.json')}.log`);
mkdirSync(outFolder, { recursive: true });
writeFileSync(logPath, '');

const server = await startVsCodeServer({
  version: process.env.LATENT_LAB_VSCODE === 'minimum' ? 'minimum' : 'newest',
  trust: values['disable-workspace-trust'] === true,
  dataDir: values['user-data-dir'],
});
let code = 1;
try {
  code = await runSuite();
} finally {
  await server.stop();
}
process.exit(code);

/** Opens the window that runs the suite; resolves with its exit code. */
async function runSuite() {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const ended = new Promise((resolve) => {
      // VS Code's workbench calls these two when the page that opened it has them
      void page.exposeFunction('codeAutomationLog', (_type, args) => record(args));
      void page.exposeFunction('codeAutomationExit', (exitCode) => resolve(exitCode));
      page.once('crash', () => resolve(explain('The window crashed.')));
      setTimeout(() => resolve(undefined), limitMs).unref();
    });
    const { extensionDevelopmentPath: extensionPath, extensionTestsPath: testsPath } = values;
    await page.goto(workbenchUrl(server, { folder: positionals[0], extensionPath, testsPath }));
    const exitCode = await ended;
    if (exitCode !== undefined && exitCode !== 0) console.error(`What the window said besides: ${logPath}`);
    if (exitCode !== undefined) return exitCode;
    return explain(`The suite did not end within ${limitMs} ms; the window: ${await screenshot(page, 'host-hangs')}`);
  } finally {
    await browser.close();
  }
}

function explain(message) {
  console.error(`${message}\n${server.log()}`);
  return 1;
}

/** The suite's own lines are shown; what the window says besides (about galleries it cannot reach, sockets, ...) goes to a file. */
function record(args) {
  const text = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
  if (text.startsWith(suiteMark)) console.log(text.slice(suiteMark.length));
  else appendFileSync(logPath, `${text}\n`);
}
