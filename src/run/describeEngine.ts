/** What computes a run and on how many threads: "compiled, 1 thread"; the engine alone where nobody said; "" before it is chosen. */
export function describeEngine({ engine, threads }: { engine: string; threads: number | null }): string {
  return threads === null ? engine : `${engine}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
