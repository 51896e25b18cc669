import type { ToPage } from './page.ts';

/** All that the page of a run needs to be looked at without its host: the messages that the host would have sent. */
export interface SavedPage {
  version: 1;
  /** The curves in it are thinned for the first picture. */
  snapshot: Extract<ToPage, { kind: 'snapshot' }>;
  /** The same curves in more detail: float64 pairs (step, value). */
  curves: { name: string; samples: ArrayBuffer }[];
  /** The kept moments, in order. */
  frames: Extract<ToPage, { kind: 'frame' }>[];
  /** Test rows by class and by the class they were given; null where nothing was compared. */
  confusion: ArrayBuffer | null;
}

/**
 * A saved page as text: JSON, with `{"$bytes": base64}` for arrays and `{"$number": name}` for numbers that JSON does not know.
 * @param toBase64 of bytes, as this process can
 */
export function packSavedPage(page: SavedPage, toBase64: (bytes: Uint8Array) => string): string {
  return JSON.stringify(page, (_, value: unknown) => {
    if (value instanceof ArrayBuffer) return { $bytes: toBase64(new Uint8Array(value)) };
    return typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value;
  });
}

/**
 * The page that was packed.
 * @param fromBase64 bytes, as this process can
 * @throws SyntaxError when the text was cut
 */
export function unpackSavedPage(text: string, fromBase64: (text: string) => ArrayBuffer): SavedPage {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$bytes' in value && typeof value.$bytes === 'string') return fromBase64(value.$bytes);
    return '$number' in value && typeof value.$number === 'string' ? Number(value.$number) : value;
  }) as SavedPage;
}
