const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number known by its log10, in words: "8", "1 024", "about 10²⁷"; "no" for none. */
export function countWords(log10: number): string {
  if (log10 === Number.NEGATIVE_INFINITY) return '0';
  if (log10 < 6.5)
    return Math.round(10 ** log10)
      .toLocaleString('en')
      .replaceAll(',', '\u202f');
  const power = Math.floor(log10);
  const front = 10 ** (log10 - power);
  const tens = [...String(power)].map((digit) => digits[Number(digit)]).join('');
  return front < 1.05 ? `10${tens}` : `${front.toFixed(1)}·10${tens}`;
}

/** A share known by the logs of both numbers: "62 %", "less than 0.1 %", "all but 10⁻⁹ of them". */
export function shareWords(log10Part: number, log10All: number): string {
  const share = 10 ** (log10Part - log10All);
  if (share === 0) return '0 %';
  if (share < 0.001) return '< 0.1 %';
  if (share > 0.999 && share < 1) return '> 99.9 %';
  return `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`;
}
