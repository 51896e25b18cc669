// Opens VS Code with the extension and the examples, to try things by hand. Use: npm run editor -- [--theme 'Default Dark Modern']
//   [--folder DIR] [--web]. Desktop VS Code where `code` is in the PATH, else (or with --web) the VS Code server in your browser.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startVsCodeServer } from './vsCodeServer.mjs';
import { workbenchUrl } from './workbench.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { theme: { type: 'string' }, folder: { type: 'string' }, web: { type: 'boolean' } } });
const settings = values.theme ? { 'workbench.colorTheme': values.theme } : {};

const scratch = mkdtempSync(join(tmpdir(), 'latent-lab-editor-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
const folder = values.folder ? resolve(values.folder) : copyExamples();
if (!values.web && hasProgram('code')) await openDesktop();
else await openInBrowser();

/** The examples, in a folder that may be changed at will. */
function copyExamples() {
  const examples = join(scratch, 'examples');
  const templates = join(root, 'media/templates');
  mkdirSync(examples);
  if (existsSync(templates)) cpSync(templates, examples, { recursive: true });
  return examples;
}

async function openDesktop() {
  const dataDir = join(scratch, 'data');
  mkdirSync(join(dataDir, 'User'), { recursive: true });
  writeFileSync(join(dataDir, 'User/settings.json'), JSON.stringify(settings));
  const args = ['--wait', '--new-window', '--disable-workspace-trust', `--user-data-dir=${dataDir}`];
  console.log(`VS Code opens ${folder}; close its window to end.`);
  const child = spawn('code', [...args, `--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit' });
  await new Promise((done) => child.once('exit', done));
}

async function openInBrowser() {
  // Somebody's shell is behind this address while it is open, so it is told to the user alone
  const server = await startVsCodeServer({ trust: true, settings, token: randomBytes(16).toString('hex') });
  const url = workbenchUrl(server, { folder, extensionPath: root });
  console.log(`VS Code ${server.vscode} shows ${folder} at\n\n${url}\n\nCtrl-C stops it.`);
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (hasProgram(opener)) spawn(opener, [url], { stdio: 'ignore', detached: true }).unref();
  await new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  });
  await server.stop();
}

function hasProgram(name) {
  return spawnSync('which', [name]).status === 0;
}
