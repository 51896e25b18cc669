/** The middle of some numbers. @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A number with three digits that count. @param {number} value */
export const short = (value) => String(Number(value.toPrecision(3)));

/** A Markdown table. @param {string[][]} rows the first is the head @param {number[]} numeric columns of numbers, set to the right */
export function markdownTable([head, ...rows], numeric) {
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map((row) => row[c].length)));
  const isRight = (c) => numeric.includes(c);
  const line = (row) => `| ${row.map((cell, c) => (isRight(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join(' | ')} |`;
  const rule = `|${widths.map((width, c) => (isRight(c) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
