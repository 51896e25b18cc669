// Measures what the product must reach and prints one table. Use: npm run bench [name ...]
// Machines are noisy: every figure is the minimum, median and maximum of several runs; compare ratios, not single numbers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {{ what: string, values: number[], unit: string, goal: string }} Figure */

/** Each file exports `measure(): Promise<Figure[]>`. */
const benches = ['training', 'memory', 'page', 'editor'];

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const short = (value) => String(Number(value.toPrecision(3)));

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
  const head = ['what', 'min', 'median', 'max', 'unit', 'goal'];
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map((row) => row[c].length)));
  const line = (row) => `| ${row.map((cell, c) => (c >= 1 && c <= 3 ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join(' | ')} |`;
  const rule = `|${widths.map((width, c) => (c >= 1 && c <= 3 ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
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
