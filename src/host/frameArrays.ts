import type { LanguageView, ToPage } from '../protocol/page.ts';
import type { RunFrame } from '../run/runState.ts';
import { readArray } from '../store/readArray.ts';
import { bufferOf } from './runProgress.ts';

type Spectra = Extract<ToPage, { kind: 'frame' }>['spectra'];

/** The numbers of a file of a run; null where there is none, or it is missing or damaged. */
export async function readNumbers(folder: string, file: string | null): Promise<ArrayBuffer | null> {
  const data = file === null ? null : (await readArray(folder, file))?.data;
  return data instanceof Float32Array ? bufferOf(data) : null;
}

/** Lists that lie one after the other in one file; none where it is missing, damaged or shorter than its event says. */
export async function readSpectra(folder: string, spectra: RunFrame['spectra']): Promise<Spectra> {
  const numbers = await readNumbers(folder, spectra?.file ?? null);
  if (!spectra || !numbers || numbers.byteLength < 4 * spectra.parts.reduce((sum, { length }) => sum + length, 0)) return [];
  let from = 0;
  return spectra.parts.map(({ name, length }) => {
    const values = numbers.slice(from, from + 4 * length);
    from += 4 * length;
    return { name, values };
  });
}

/** What a language model did at a moment; its attention has no numbers where their file is missing, damaged or of another size than its event says. */
export async function readLanguage(folder: string, language: RunFrame['language']): Promise<LanguageView | null> {
  if (language === null) return null;
  const { texts = [], blanks = [], attention } = language;
  if (attention === undefined) return { texts, blanks, attention: null };
  const { file, layers, heads, tokens } = attention;
  const values = await readNumbers(folder, file);
  const isWhole = values?.byteLength === 4 * layers * heads * tokens.length ** 2;
  return { texts, blanks, attention: { layers, heads, tokens, values: isWhole ? values : null } };
}
