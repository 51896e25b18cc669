import { thinToPairs } from '../../src/math/minMax.ts';
import type { FromPage, Handlers, ToPage } from '../../src/protocol/page.ts';
import { type SavedPage, unpackSavedPage } from '../../src/protocol/savedPage.ts';

/** Plays the host of a page that was saved as a file: answers from what was saved with it. */
function playHost(saved: SavedPage): void {
  const answer = (message: ToPage): void => window.postMessage(message, '*');
  const handlers = savedHandlers(saved, answer);
  let state: unknown = null;
  const editor = {
    // the editor's own messages come later too, never from inside the call
    postMessage: (message: FromPage) => queueMicrotask(() => (handlers[message.kind] as (message: FromPage) => void)(message)),
    getState: () => state,
    setState: (next: unknown) => {
      state = next;
    },
  };
  Object.assign(globalThis, { acquireVsCodeApi: () => editor });
}

function savedHandlers(saved: SavedPage, answer: (message: ToPage) => void): Handlers<FromPage> {
  const refuse = () =>
    answer({ kind: 'notice', message: 'This page was saved as a file: what needs the run itself works in the editor only.' });
  return {
    ready: () => answer(saved.snapshot),
    askCurve: ({ request, name, from, to, pairs }) => {
      const samples = new Float64Array(saved.curves.find((curve) => curve.name === name)?.samples ?? new ArrayBuffer(0));
      const [steps, values] = [0, 1].map((part) => samples.filter((_, i) => i % 2 === part)) as [Float64Array, Float64Array];
      const thinned = thinToPairs({ steps, values }, { from, to: Math.min(to, steps.at(-1) ?? 0), pairs });
      answer({ kind: 'curve', request, name, samples: thinned.slice().buffer });
    },
    askFrame: ({ request, step }) => {
      const frame = saved.frames.find((kept) => kept.step === step);
      if (frame) answer({ ...frame, request });
    },
    askConfusion: ({ request }) => answer({ kind: 'confusion', request, values: saved.confusion }),
    copy: ({ text }) => void navigator.clipboard.writeText(text).catch(refuse),
    save: ({ name, type, content }) => download(`${name}.${type}`, type === 'png' ? bytesOf(content) : content),
    viewChanged: () => undefined,
    failed: ({ message }) => console.error(message),
    firstPointDrawn: () => undefined,
    compareCodes: refuse,
    searchTexts: refuse,
    order: refuse,
    setLearningRate: refuse,
    savePage: refuse,
  };
}

function download(name: string, content: BlobPart): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

playHost(unpackSavedPage(document.getElementById('saved')!.textContent, bytesOf));
