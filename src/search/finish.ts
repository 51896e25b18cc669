/** Runs a search to its end in one go. */
export function finish<T>(search: Generator<void, T>): T {
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}
