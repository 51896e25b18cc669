// The suite that VS Code runs inside its extension host: every `*.test.ts` of this folder, bundled into dist/test/index.js.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';

/** What run.mjs and npm test read. */
interface Report {
  passed: number;
  failed: number;
  skipped: number;
  failures: { title: string; message: string }[];
}

const root = join(__dirname, '../..');

/** Called by VS Code; a rejection becomes exit code 1. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: class {} as never, grep: process.env.LATENT_LAB_GREP, forbidOnly: true });
  // Defines describe, it and the hooks, which a test file uses as soon as it is loaded: therefore the imports below are late
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await loadTests();
  const report: Report = { passed: 0, failed: 0, skipped: 0, failures: [] };
  await new Promise<void>((resolve) =>
    follow(
      mocha.run(() => resolve()),
      report,
    ),
  );
  save(report);
  if (report.failed > 0) throw new Error(`${report.failed} of the tests inside VS Code ${vscode.version} failed`);
}

async function loadTests(): Promise<void> {
  const names = readdirSync(join(root, 'test/host')).flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? []);
  try {
    // esbuild bundles every file that fits the pattern
    for (const name of names.sort()) await import(`./${name}.test.ts`);
  } catch (error) {
    say(`FAILED  to load the tests\n${error instanceof Error ? error.stack : error}`);
    throw error;
  }
}

/** One line a test; the mark tells test/window/codeFromServer.mjs that it is ours among all that a window logs. */
function say(line: string): void {
  console.log(`[test]   ${line}`);
}

function follow(runner: Mocha.Runner, report: Report): void {
  runner.on('pass', (test) => {
    report.passed += 1;
    say(`ok      ${test.fullTitle()} (${test.duration} ms)`);
  });
  runner.on('pending', (test) => {
    report.skipped += 1;
    say(`skipped ${test.fullTitle()}`);
  });
  runner.on('fail', (test, error) => {
    report.failed += 1;
    const message = error.stack ?? String(error);
    report.failures.push({ title: test.fullTitle(), message });
    say(`FAILED  ${test.fullTitle()}\n${message}`);
  });
}

function save(report: Report): void {
  const path = process.env.LATENT_LAB_HOST_REPORT ?? join(root, `test/out/host-${vscode.version}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(report, null, 2));
}
