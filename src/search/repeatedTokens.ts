/**
 * Tokens that would complete a run of `length` tokens which the sequence already has.
 * @param sequence prompt and generated tokens
 * @param length tokens of a run, at least 1
 */
export function repeatedTokens(sequence: readonly number[], length: number): Set<number> {
  const found = new Set<number>();
  const last = sequence.length - (length - 1);
  for (let start = 0; start < last; start++) {
    let i = 0;
    while (i < length - 1 && sequence[start + i] === sequence[last + i]) i++;
    if (i === length - 1 && start + i < sequence.length) found.add(sequence[start + i]!);
  }
  return found;
}
