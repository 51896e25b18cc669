/** Milliseconds between two looks at what else has come in. */
const SLICE_MS = 20;

/**
 * Runs a generator to its end and gives way to the event loop about every 20 ms, so that other questions and cancellations get in.
 * @throws the signal's reason once it is aborted
 */
export async function runInSlices<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const untilMs = performance.now() + SLICE_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < untilMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
