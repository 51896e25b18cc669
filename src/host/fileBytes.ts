/** Kinds of files that a page makes. */
export type PageFileType = 'png' | 'svg' | 'csv' | 'json';

/** The bytes of a file that a page wants saved: a PNG comes as base64 (without a data: prefix), anything else as text. */
export function fileBytes(type: PageFileType, content: string): Uint8Array {
  return Buffer.from(content, type === 'png' ? 'base64' : 'utf8');
}
