// Runs the tests of this folder inside a real VS Code. Use: npm run test:host -- [--all] [--grep TEXT]
// --all: the minimum supported version and the newest; else the newest. On Linux the VS Code server with its web workbench is used
// (npm has it); elsewhere, or with LATENT_LAB_DESKTOP=1, desktop VS Code, which is downloaded unless VSCODE_EXECUTABLE names one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { ensureVsCodeHost, hosts } from '../window/vscodeHost.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { all: { type: 'boolean' }, grep: { type: 'string' }, 'no-build': { type: 'boolean' } } });
const usesDesktop = process.platform !== 'linux' || process.env.LATENT_LAB_DESKTOP === '1' || Boolean(process.env.VSCODE_EXECUTABLE);

if (!values['no-build']) {
  const built = spawnSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
let hasFailed = false;
for (const version of values.all ? ['minimum', 'newest'] : ['newest']) hasFailed = !(await runSuite(version)) || hasFailed;
process.exit(hasFailed ? 1 : 0);

/** Runs all tests once; true when they passed. */
async function runSuite(version) {
  const report = join(root, `test/out/host-${hosts[version].vscode}.json`);
  rmSync(report, { force: true });
  const scratch = mkdtempSync(join(tmpdir(), 'latent-lab-host-'));
  const folder = mkdtempSync(join(scratch, 'folder-'));
  console.log(`Inside ${usesDesktop ? 'desktop VS Code' : 'the VS Code server'} ${hosts[version].vscode}:`);
  try {
    await runTests({
      ...(await executable(version)),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'dist/test/index.js'),
      launchArgs: [folder, `--user-data-dir=${join(scratch, 'data')}`, `--extensions-dir=${join(scratch, 'extensions')}`],
      extensionTestsEnv: { LATENT_LAB_HOST_REPORT: report, LATENT_LAB_VSCODE: version, LATENT_LAB_GREP: values.grep },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return hasPassed(report);
}

/** Which VS Code runs the suite; the choice that runTests takes. */
async function executable(version) {
  if (process.env.VSCODE_EXECUTABLE) return { vscodeExecutablePath: process.env.VSCODE_EXECUTABLE };
  if (usesDesktop) return { version: hosts[version].vscode, timeout: 30_000 };
  await ensureVsCodeHost(version);
  return { vscodeExecutablePath: join(root, 'test/window/codeFromServer.mjs') };
}

/** The report decides, not the exit code: a VS Code that ends well without having run a test has not passed. */
function hasPassed(report) {
  if (!existsSync(report)) {
    console.error(`No test ran: ${report} was not written.`);
    return false;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}
