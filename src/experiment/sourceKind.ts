/** What a data source written as a text names: a built-in set, a file of a known format, a folder, or nothing known. */
export type SourceKind = 'builtIn' | 'csv' | 'npy' | 'npz' | 'idx' | 'parquet' | 'txt' | 'folder' | 'unknown';

const ENDINGS: readonly [ending: string, kind: SourceKind][] = [
  ['.csv', 'csv'],
  ['.tsv', 'csv'],
  ['.csv.gz', 'csv'],
  ['.tsv.gz', 'csv'],
  ['.npy', 'npy'],
  ['.npz', 'npz'],
  ['.idx', 'idx'],
  ['.idx.gz', 'idx'],
  // as the files of MNIST are called
  ['-ubyte', 'idx'],
  ['-ubyte.gz', 'idx'],
  ['.parquet', 'parquet'],
  ['.txt', 'txt'],
  ['.txt.gz', 'txt'],
];

/** Built-in data of each task. */
export const BUILT_IN = { autoencoder: ['digits', 'fashion'], languageModel: ['names', 'austen', 'banana'] } as const;

/** Tells by its ending, in any case, what a source is. A name without ending is a folder where it looks like a path, else unknown. */
export function sourceKind(source: string, task: keyof typeof BUILT_IN): SourceKind {
  if ((BUILT_IN[task] as readonly string[]).includes(source)) return 'builtIn';
  const lower = source.toLowerCase();
  const known = ENDINGS.find(([ending]) => lower.endsWith(ending) && lower.length > ending.length);
  if (known !== undefined) return known[1];
  const name = source.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  if (/[\\/]/.test(source) && (!name.includes('.') || /^\.+$/.test(name))) return 'folder';
  return 'unknown';
}
