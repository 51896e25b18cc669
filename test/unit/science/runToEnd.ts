/** Runs a generator to its end and gives what it returns. */
export function runToEnd<T>(generator: Generator<void, T, void>): T {
  for (;;) {
    const next = generator.next();
    if (next.done) return next.value;
  }
}
