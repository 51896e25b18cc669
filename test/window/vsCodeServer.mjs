// Starts the VS Code server, which serves its workbench as a web page, on a free port of this machine.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureVsCodeHost } from './vscodeHost.mjs';

/** What keeps a workbench quiet and the same from run to run. */
const calmSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
};

/**
 * @typedef {object} ServerOptions
 * @property {'newest' | 'minimum'} [version]
 * @property {string} [dataDir] where the server keeps its data; a temporary folder, removed by stop(), when not given
 * @property {boolean} [trust] true: every folder is trusted; false (the default): none is until the user says so
 * @property {Record<string, unknown>} [settings] e.g. { 'workbench.colorTheme': 'Default Light Modern' }
 * @property {string} [token] what a browser must know to be let in; without one every program of this machine may connect
 * @property {Record<string, string>} [env] variables that the extension host sees
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {number} port
 * @property {string} [token]
 * @property {string} dataDir
 * @property {string} vscode the version of VS Code
 * @property {(settings: Record<string, unknown>) => void} writeSettings replaces the settings; an open workbench follows
 * @property {() => string} log what the server has printed
 * @property {() => Promise<void>} stop
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startVsCodeServer({ version = 'newest', dataDir, trust = false, settings = {}, token, env = {} } = {}) {
  const host = await ensureVsCodeHost(version);
  const data = dataDir ?? mkdtempSync(join(tmpdir(), 'latent-lab-vscode-'));
  const writeSettings = (wanted) => writeMachineSettings(data, wanted);
  writeSettings(settings);
  const args = ['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms'];
  args.push('--enable-smoke-test-driver', '--server-data-dir', data, '--telemetry-level', 'off');
  args.push(...(token ? ['--connection-token', token] : ['--without-connection-token']));
  if (trust) args.push('--disable-workspace-trust');
  // A group of its own, so that stop() also ends the extension hosts
  const child = spawn(host.node, [host.serverMain, ...args], { env: serverEnv(env), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = (signal) => killGroup(child.pid, signal);
  const killNow = () => kill('SIGKILL');
  process.once('exit', killNow);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const port = await portOf(child, () => said);
  return {
    url: `http://localhost:${port}`,
    port,
    token,
    dataDir: data,
    vscode: host.vscode,
    writeSettings,
    log: () => said,
    stop: async () => {
      process.off('exit', killNow);
      kill('SIGTERM');
      const late = setTimeout(killNow, 3000);
      await exited;
      clearTimeout(late);
      killNow();
      if (!dataDir) rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The server's own machine settings: they hold in every window, trusted or not, for all settings but those of the application itself. */
function writeMachineSettings(dataDir, settings) {
  const path = join(dataDir, 'data/Machine/settings.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...calmSettings, ...settings }, null, 2));
}

/** A server started from a terminal inside VS Code, or from a test runner, must not believe that it is part of it. */
function serverEnv(extra) {
  const ours = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|VITEST)/.test(name));
  return { ...Object.fromEntries(ours), ...extra };
}

/** Waits for the line in which the server names its port. */
function portOf(child, said) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = /Extension host agent listening on (\d+)/.exec(said())?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout.on('data', look);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The VS Code server ended with code ${code}:\n${said()}`)));
  });
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // it is gone already
  }
}
