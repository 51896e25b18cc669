import type { WriteStream } from 'node:tty';

/** ANSI styles that are used, as [on, off]. */
const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39] } as const;

/** Paints text where the stream shows colours; NO_COLOR is honoured, FORCE_COLOR too. */
export function painter(stream: WriteStream): (style: keyof typeof STYLES, text: string) => string {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const isOn = !NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== '0' : stream.isTTY === true && stream.getColorDepth() > 1);
  return (style, text) => (isOn ? `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m` : text);
}

/** Text of a file as a terminal may show it: control characters are dropped, long lines cut. */
export function safeText(text: string, most = 120): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not reach the terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

const BARS = '▁▂▃▄▅▆▇█';

/** A curve in one line of block letters, `width` stretches each shown by its mean; "" without a finite value. */
export function sparkline(values: ArrayLike<number>, width: number): string {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return '';
  const count = Math.min(width, finite.length);
  const means = Array.from({ length: count }, (_, i) => {
    const part = finite.slice(Math.floor((i * finite.length) / count), Math.floor(((i + 1) * finite.length) / count));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
  const low = Math.min(...means);
  const range = Math.max(...means) - low || 1;
  return means.map((v) => BARS[Math.round(((v - low) / range) * (BARS.length - 1))]).join('');
}

/** Rows as aligned columns, the first line bold; numbers to the right. */
export function table(rows: readonly (readonly string[])[], paint: ReturnType<typeof painter>): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const isNumeric = rows[0]!.map((_, c) => rows.slice(1).every((row) => /^[-\d.,e+%: ]*$/.test(row[c]!)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (isNumeric[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  return rows.map((row, r) => (r === 0 ? paint('bold', line(row)) : line(row))).join('\n');
}
