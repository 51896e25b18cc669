import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whole runs that must land on their closed forms: a minute and more, so apart from what runs at every save. */
const closedForms = 'test/unit/science/closedForm*.test.ts';

/** Seconds each: they try many cases or start programs. Apart too, so that the rest is quick. */
const thorough = [
  'cli/cli',
  'cli/decodeCommand',
  'cli/downstreamCommand',
  'cli/enginesCommand',
  'data/loadDataset',
  'data/text/loadText',
  'data/text/tokenizers',
  'engine/compiledEngine',
  'engine/parity',
  'engine/trace',
  'experiment/parseExperiment.property',
  'science/gradients',
  'science/penalties',
  'search/names',
  'search/relations',
  'store/runLock',
  'store/runsWatcher',
  'trainer/downstreamDigits',
  'trainer/engines',
  'trainer/languageRun',
  'trainer/process',
  'trainer/resumeRun',
  'trainer/templates',
].map((name) => `test/unit/${name}.test.ts`);

/** Suites that start browsers or programs: one file at a time, and time to install what they start. */
const slow = (name: string, testTimeout: number) => ({
  test: { name, root, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 600_000, fileParallelism: false },
});

/** The native engine is installed first, unless this user has it. */
const native = slow('tensorflow', 300_000);
Object.assign(native.test, { globalSetup: 'test/tensorflow/install.ts', pool: 'forks' });

/** Brings the WebAssembly files up to date before the suites that run from the sources. */
const globalSetup = 'test/engineFiles.ts';

export default defineConfig({
  root,
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          root,
          globalSetup,
          include: ['test/unit/**/*.test.ts'],
          exclude: [closedForms, ...thorough],
          testTimeout: 60_000,
          pool: 'forks',
        },
      },
      { test: { name: 'thorough', root, globalSetup, include: thorough, testTimeout: 240_000, pool: 'forks' } },
      { test: { name: 'theory', root, globalSetup, include: [closedForms], testTimeout: 120_000, pool: 'forks' } },
      slow('page', 60_000),
      slow('window', 180_000),
      slow('package', 300_000),
      native,
    ],
  },
});
