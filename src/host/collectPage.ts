import type { ToPage } from '../protocol/page.ts';
import type { SavedPage } from '../protocol/savedPage.ts';
import type { RunFrame, RunState } from '../run/runState.ts';
import { readLanguage, readNumbers, readSpectra } from './frameArrays.ts';
import { samplesOf } from './runProgress.ts';

/** Min/max pairs of each curve: more than a wide screen has columns, so that it can be zoomed into. */
const curvePairs = 5000;
/** Bytes of moments in one file; of more, every second one goes until they fit. */
const mostBytes = 48e6;

/** What is saved of a run. */
export interface PageSource {
  folder: string;
  state: RunState;
  /** What the page would be told when it opens. */
  snapshot: SavedPage['snapshot'];
}

/** Who is told how far it is, and can end it. */
export interface Collecting {
  report(share: number): void;
  isCancelled(): boolean;
}

/** Reads all that the page of a run can show. @returns null when it was cancelled */
export async function collectPage({ folder, state, snapshot }: PageSource, { report, isCancelled }: Collecting): Promise<SavedPage | null> {
  const curves = [...state.columns].map(([name, column]) => ({ name, samples: samplesOf(column, { pairs: curvePairs }) }));
  let kept = state.frames;
  const frames: SavedPage['frames'] = [];
  let bytes = 0;
  for (let i = 0; i < kept.length; i++) {
    if (isCancelled()) return null;
    const frame = await readFrame(folder, kept[i]!);
    frames.push(frame);
    bytes += sizeBytes(frame);
    report((i + 1) / kept.length);
    // the sizes of moments are alike, so that the first tells of all
    if (i === 0) kept = everySecondUntil(kept, Math.max(1, mostBytes / Math.max(1, bytes)));
  }
  const steps = new Set(kept.map(({ step }) => step));
  const confusion = await readNumbers(folder, state.downstream?.confusion ?? null);
  return {
    version: 1,
    snapshot: { ...snapshot, frames: snapshot.frames.filter(({ step }) => steps.has(step)) },
    curves,
    frames,
    confusion,
  };
}

/** At most this many, the first and the newest among them. */
function everySecondUntil<T>(items: readonly T[], most: number): T[] {
  let left = [...items];
  while (left.length > Math.max(2, most)) left = left.filter((_, i) => i % 2 === 0 || i === left.length - 1);
  return left;
}

async function readFrame(folder: string, frame: RunFrame): Promise<Extract<ToPage, { kind: 'frame' }>> {
  return {
    kind: 'frame',
    request: 0,
    step: frame.step,
    projection: await readNumbers(folder, frame.projection),
    reconstructions: await readNumbers(folder, frame.reconstructions),
    spectra: await readSpectra(folder, frame.spectra),
    language: await readLanguage(folder, frame.language),
  };
}

const sizeBytes = ({ projection, reconstructions, spectra, language }: Extract<ToPage, { kind: 'frame' }>): number =>
  [projection, reconstructions, language?.attention?.values ?? null, ...spectra.map(({ values }) => values)].reduce(
    (sum, numbers) => sum + (numbers?.byteLength ?? 0),
    0,
  );
