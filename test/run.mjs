// All checks and tests, in order; the last line is `N passed, N failed, N skipped`. Use: npm test
// Numbers come from the reports that the suites write into test/out; a suite that dies without one counts as 1 failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hosts } from './window/vscodeHost.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'test/out');
const node = process.execPath;
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

/** No suite takes longer than this; one that does hangs, and fails. */
const limitMinutes = 15;

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, what: string, command: string[], needsBuild?: boolean, onlyOnLinux?: boolean, reports: string[], read: (report: object) => Counts }} Suite */

/** @type {Suite[]} */
const suites = [
  { name: 'check', what: 'types, format and lint', command: ['npm', 'run', '--silent', 'check'], reports: [], read: noCounts },
  vitestSuite('unit', 'the program without an editor', ['--maxWorkers=100%']),
  vitestSuite('thorough', 'engines, data and programs in every combination'),
  vitestSuite('theory', 'whole runs against their closed forms'),
  vitestSuite('page', 'the dashboard in a browser'),
  {
    name: 'host',
    what: 'the extension inside VS Code, oldest supported and newest',
    command: [node, 'test/host/run.mjs', '--all', '--no-build'],
    needsBuild: true,
    reports: Object.values(hosts).map(({ vscode }) => join(out, `host-${vscode}.json`)),
    read: ({ passed, failed, skipped }) => ({ passed, failed, skipped }),
  },
  { ...vitestSuite('window', 'a whole VS Code window with real keys'), onlyOnLinux: true },
  vitestSuite('package', 'the packed extension'),
  { ...vitestSuite('tensorflow', 'the native engine, against the plain one'), onlyOnLinux: true },
];

/** @returns {Suite} */
function vitestSuite(name, what, options = []) {
  const report = join(out, `${name}.json`);
  const command = [node, vitest, 'run', '--config', 'test/vitest.config.mts', '--project', name, '--passWithNoTests'];
  command.push(...options, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  return { name, what, command, needsBuild: !['unit', 'thorough', 'theory'].includes(name), reports: [report], read: vitestCounts };
}

function vitestCounts(report) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function noCounts() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** Runs a program with its output visible; its exit code, or undefined when it was too slow. */
function runProgram([program, ...args]) {
  return new Promise((resolve) => {
    // A group of its own, so that a suite that hangs goes with all that it started
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const stop = () => killGroup(child.pid);
    const stopAll = () => {
      stop();
      process.exit(1);
    };
    const late = setTimeout(() => {
      console.error(`Stopped after ${limitMinutes} minutes: ${program} ${args.join(' ')}`);
      stop();
    }, limitMinutes * 60_000);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stopAll);
    child.once('error', () => resolve(undefined));
    child.once('exit', (code) => {
      clearTimeout(late);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stopAll);
      resolve(code ?? undefined);
    });
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** @returns {Promise<Counts>} */
async function runSuite({ command, reports, read }) {
  for (const report of reports) rmSync(report, { force: true });
  const code = await runProgram(command);
  const counts = reports.length ? noCounts() : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  for (const report of reports)
    add(counts, existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 1, skipped: 0 });
  // Something failed that no test reported: an unhandled error, a crash after the report
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function add(total, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/**
 * What a suite that cannot run here counts as; undefined when it can.
 * @returns {Counts | undefined}
 */
function whyNot({ needsBuild, onlyOnLinux }) {
  if (needsBuild && !isBuilt) {
    console.log('The build failed, so this suite counts as 1 failed.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (onlyOnLinux && process.platform !== 'linux') {
    console.log('What this suite needs is to be had on Linux only, so it counts as 1 skipped.');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return undefined;
}

/** VS Code takes a minute to fetch on a new machine: begin while the other suites run, and yield to them. */
function fetchVsCodeEarly() {
  if (process.platform !== 'linux') return;
  const child = spawn(node, ['test/window/vscodeHost.mjs'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.unref();
  process.once('exit', () => child.kill());
}

function words({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

mkdirSync(out, { recursive: true });
fetchVsCodeEarly();
console.log(`Builds the extension, then runs ${suites.map(({ name, what }) => `${name} (${what})`).join(', ')}.`);
const isBuilt = (await runProgram([node, 'esbuild.mjs'])) === 0;
const total = noCounts();
if (!isBuilt) add(total, { passed: 0, failed: 1, skipped: 0 });
for (const suite of suites) {
  const startMs = Date.now();
  console.log(`\n== ${suite.name}: ${suite.what}`);
  const counts = whyNot(suite) ?? (await runSuite(suite));
  console.log(`== ${suite.name}: ${words(counts)} (${Math.round((Date.now() - startMs) / 1000)} s)`);
  add(total, counts);
}
console.log(words(total));
process.exitCode = total.failed > 0 ? 1 : 0;
