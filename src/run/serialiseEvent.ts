import { type RunEvent, type RunEventKind, runEventSchema } from './runEvent.ts';

/** Keys of each kind in the order in which they are written: the schema's. */
const keysOf = new Map<string, readonly string[]>(
  runEventSchema.options.map((option) => [option.shape.kind.value, Object.keys(option.shape)]),
);

/**
 * One line of events.jsonl, without the newline. Keys in the order of the schema, metrics in alphabetical order,
 * non-finite numbers as words: equal runs are equal byte by byte, times aside.
 */
export function serialiseEvent(event: RunEvent): string {
  const source = event as unknown as Record<string, unknown>;
  const line: Record<string, unknown> = {};
  for (const key of keysOf.get(event.kind) ?? Object.keys(source)) if (source[key] !== undefined) line[key] = source[key];
  return JSON.stringify(line, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return key === 'metrics' && value !== null && typeof value === 'object' ? sorted(value as Record<string, unknown>) : value;
  });
}

function sorted(metrics: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An event without what two equal runs may differ in: the time, the seconds taken. */
export function withoutTimes(event: RunEvent): { kind: RunEventKind } & Record<string, unknown> {
  const { timeMs: _timeMs, seconds: _seconds, ...rest } = event as RunEvent & { seconds?: number };
  return rest;
}
