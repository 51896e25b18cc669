import { runSentence } from '../run/runSentence.ts';
import { readArray } from '../store/readArray.ts';
import { pictureHtml } from './picture.ts';
import type { PictureStrip } from './pictureStrip.ts';
import type { RunRecorder } from './recordRun.ts';

/** Writes picture.html into the run's folder: the run as it stands, for people without the editor. */
export async function writePicture(recorder: RunRecorder): Promise<void> {
  const { state, writer, facts } = recorder;
  const last = state.frames.at(-1);
  writer.writeText(
    'picture.html',
    pictureHtml({
      state,
      sentence: runSentence(state),
      settings: facts.settings,
      projection: last ? await readFloats(writer.folder, last.projection) : null,
      strip: await readStrip(recorder),
    }),
  );
}

async function readStrip({ state, writer }: RunRecorder): Promise<PictureStrip | null> {
  const { sample } = state;
  const last = state.frames.at(-1);
  if (!sample || !last || sample.imageShape === null) return null;
  const inputs = await readFloats(writer.folder, sample.inputs);
  const reconstructions = await readFloats(writer.folder, last.reconstructions);
  if (inputs === null || reconstructions === null) return null;
  const corrupted = sample.corrupted === null ? null : await readFloats(writer.folder, sample.corrupted);
  return { imageShape: sample.imageShape, rows: sample.pictured, inputs, corrupted, reconstructions };
}

async function readFloats(folder: string, file: string | null): Promise<Float32Array | null> {
  if (file === null) return null;
  const array = await readArray(folder, file);
  return array !== null && array.data instanceof Float32Array ? array.data : null;
}
