import { describe, expect, test } from 'vitest';
import { openTable } from '../../../src/server/countedModels.ts';
import { LoadedModels } from '../../../src/server/loadedModels.ts';
import type { TextModel } from '../../../src/server/textModel.ts';

const never = new AbortController().signal;

/** Models that are counted as they are loaded and let go of. */
function counter() {
  const loaded: string[] = [];
  const disposed: string[] = [];
  const asked = (key: string, load?: (signal: AbortSignal) => Promise<void>) => ({
    key,
    load: async (signal: AbortSignal): Promise<TextModel> => {
      loaded.push(key);
      await load?.(signal);
      return { ...openTable({ kind: 'table', next: { '': { a: 1 } } }), dispose: () => disposed.push(key) };
    },
  });
  return { loaded, disposed, asked };
}

describe('loaded models', () => {
  test('are loaded once for all questions about them, at the same time or later', async () => {
    const { loaded, asked } = counter();
    const models = new LoadedModels();
    const [a, b] = await Promise.all([1, 2].map(() => models.use(asked('m'), never, async (model) => model)));
    const c = await models.use(asked('m'), never, async (model) => model);
    expect(loaded).toEqual(['m']);
    expect(a === b && b === c).toBe(true);
  });

  test('are a few: those that nobody has used for the longest go, those in use stay', async () => {
    const { disposed, asked } = counter();
    const models = new LoadedModels();
    let release = () => {};
    const isHeld = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = models.use(asked('held'), never, () => isHeld);
    for (const key of ['1', '2', '3', '4', '5']) await models.use(asked(key), never, async () => {});
    await Promise.resolve();
    expect(disposed).toEqual(['1', '2']);
    release();
    await held;
    await models.use(asked('6'), never, async () => {});
    await Promise.resolve();
    expect(disposed).toEqual(['1', '2', 'held']);
  });

  test('that cannot be loaded are tried again at the next question', async () => {
    const { loaded, asked } = counter();
    const models = new LoadedModels();
    const broken = asked('m', async () => {
      throw new Error('no such file');
    });
    await expect(models.use(broken, never, async () => {})).rejects.toThrow('no such file');
    await models.use(asked('m'), never, async () => {});
    expect(loaded).toEqual(['m', 'm']);
  });

  test('go on loading while somebody waits for them, and stop when nobody does', async () => {
    const { asked } = counter();
    const models = new LoadedModels();
    const signals: AbortSignal[] = [];
    const slow = asked('slow', (signal) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const left = [first, second].map(({ signal }) =>
      models
        .use(slow, signal, async () => {})
        .then(
          () => 'done',
          (error: Error) => error.name,
        ),
    );
    first.abort();
    expect(await left[0]).toBe('AbortError');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    second.abort();
    expect(await left[1]).toBe('AbortError');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
