// Measures what the product must reach and prints one table. Use: npm run bench [name ...]
// Machines are noisy: every figure is the minimum, median and maximum of several runs; compare ratios, not single numbers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable, median, short } from './statistics.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {{ what: string, values: number[], unit: string, goal: string }} Figure */

/** Each file exports `measure(): Promise<Figure[]>`. */
const benches = ['training', 'memory', 'page', 'editor'];

/** @param {Figure[]} figures */
function table(figures) {
  const rows = figures.map(({ what, values, unit, goal }) => [
    what,
    short(Math.min(...values)),
    short(median(values)),
    short(Math.max(...values)),
    unit,
    goal,
  ]);
  return markdownTable([['what', 'min', 'median', 'max', 'unit', 'goal'], ...rows], [1, 2, 3]);
}

const wanted = process.argv.slice(2);
const figures = [];
for (const name of benches.filter((bench) => wanted.length === 0 || wanted.includes(bench))) {
  console.error(`measuring ${name} ...`);
  const { measure } = await import(`./${name}.mjs`);
  figures.push(...(await measure()));
}
const report = `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0].model.trim()}\n\n${table(figures)}\n`;
console.log(report);
mkdirSync(join(root, 'test/out'), { recursive: true });
writeFileSync(join(root, 'test/out/bench.md'), report);
