import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites that start browsers or programs: one file at a time, and time to install what they start. */
const slow = (name: string, testTimeout: number) => ({
  test: { name, root, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 600_000, fileParallelism: false },
});

export default defineConfig({
  root,
  test: {
    projects: [
      { test: { name: 'unit', root, include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, pool: 'forks' } },
      slow('page', 60_000),
      slow('window', 180_000),
      slow('package', 300_000),
    ],
  },
});
