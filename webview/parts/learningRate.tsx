import { useState } from 'preact/hooks';
import type { RunView } from '../../src/protocol/page.ts';
import { isLive } from '../../src/run/isLive.ts';
import { formatPlain } from '../draw/formatNumber.ts';
import { post } from '../talk/vscodeApi.ts';

/** The learning rate; while the run is alive a click makes it a field, and the change an event of the run. */
export function LearningRate({ run }: { run: RunView }) {
  const [draft, setDraft] = useState<string | null>(null);
  if (run.learningRate === null) return null;
  const shown = formatPlain(run.learningRate);
  if (!isLive(run.status))
    return (
      <span class="fact">
        learning rate <span class="number">{shown}</span>
      </span>
    );
  if (draft === null)
    return (
      <button type="button" class="fact quiet" title="Change the learning rate from the next step on" onClick={() => setDraft(shown)}>
        learning rate <span class="number">{shown}</span>
      </button>
    );
  const value = Number(draft);
  const isUsable = Number.isFinite(value) && value > 0;
  return (
    <form
      class="fact"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isUsable) return;
        post({ kind: 'setLearningRate', learningRate: value });
        setDraft(null);
      }}
    >
      <label>
        learning rate{' '}
        <input
          class="rate"
          ref={(input) => input?.focus()}
          value={draft}
          aria-invalid={!isUsable}
          title={isUsable ? 'Enter sets it, Escape leaves it' : 'A learning rate is a number above 0, such as 0.001'}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
          onBlur={() => setDraft(null)}
        />
      </label>
    </form>
  );
}
