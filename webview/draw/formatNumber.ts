/** A number in at most `digits` significant digits, plain between 0.0001 and a million, else with a power of ten. */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(digits - 1).replace('e+', 'e'));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(decimals, 8)));
}

/** A number that somebody wrote, without zeros that say nothing: 0.001, 16. */
export function formatPlain(value: number, digits = 4): string {
  const text = formatNumber(value, digits);
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
}

/** Decimals that show numbers up to `largest` with three significant digits, so that a column of them lines up. */
export function decimalsFor(largest: number): number {
  return largest > 0 && Number.isFinite(largest) ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(largest)))) : 2;
}

/** Epochs without more decimals than they need: 31, 0.25. */
export function formatEpoch(epoch: number): string {
  return Number.isInteger(epoch) ? String(epoch) : String(Number(epoch.toFixed(epoch < 10 ? 2 : 1)));
}

/** Text of a user's cut to what a line can hold. */
export function cutText(text: string, length = 120): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

const minus = (text: string): string => text.replace('-', '−');
