import { useEffect, useRef } from 'preact/hooks';
import type { DecodingStrategy } from '../../../src/experiment/decoding.ts';
import { Icon } from '../../parts/icon.tsx';
import { strategyOfKind } from '../changeStrategy.ts';
import { useDecodeLab } from './decodeLab.ts';
import { Choice, Count } from './fields.tsx';
import { MainFields, MoreFields } from './strategyFields.tsx';

const strategies = [
  { value: 'greedy', label: 'greedy', title: 'The most probable token at each step' },
  { value: 'sample', label: 'sample', title: 'Tokens drawn at random' },
  { value: 'beam', label: 'beam search', title: 'The best few hypotheses of each length go on' },
  { value: 'bestFirst', label: 'best-first beam', title: 'The same texts as a beam for fewer model calls' },
  { value: 'exact', label: 'exact', title: 'Branch and bound over all texts: proves the best' },
] as const satisfies readonly { value: DecodingStrategy['kind']; label: string; title: string }[];

/** What is searched for, and how. Each change but that of the prompt searches at once. */
export function Controls() {
  const { store, talk } = useDecodeLab();
  const prompt = useRef<HTMLInputElement>(null);
  const view = store.view;
  useEffect(() => {
    if (prompt.current && view && document.activeElement !== prompt.current) prompt.current.value = view.prompt;
  }, [view?.prompt]);
  if (!view || !store.about) return <div class="controls skeleton" />;
  const { strategy, maxNewTokens } = view;
  const submit = (event: Event): void => {
    event.preventDefault();
    const value = prompt.current!.value;
    // tokens that were forced or forbidden stand after the old prompt
    talk.change(value === view.prompt ? {} : { prompt: value, constraints: { forced: [], forbidden: [] } });
  };
  return (
    <form class="controls" onSubmit={submit} aria-label="What is searched for">
      <div class="control-line">
        <label class="field prompt">
          <span class="field-name">prompt</span>
          <input ref={prompt} type="text" list="prompts" spellcheck={false} autocomplete="off" placeholder="from the very start" />
          <datalist id="prompts">
            {store.about.prompts.map((text) => (
              <option key={text} value={text} />
            ))}
          </datalist>
        </label>
        <Choice
          label="strategy"
          title={strategies.find(({ value }) => value === strategy.kind)!.title}
          value={strategy.kind}
          options={strategies}
          change={(kind) => talk.change({ strategy: strategyOfKind(kind, strategy) })}
        />
        <Count
          label="new tokens"
          title="Tokens to generate at most, the end token included"
          value={maxNewTokens}
          min={0}
          max={1000}
          change={(value) => talk.change({ maxNewTokens: value })}
        />
        <SearchButton />
      </div>
      <div class="control-line">
        <MainFields strategy={strategy} />
        <MoreFields strategy={strategy} />
      </div>
    </form>
  );
}

/** Searches; while it does, cancels. */
export function SearchButton({ word = 'Search' }: { word?: string }) {
  const { store, talk } = useDecodeLab();
  const isWaiting = store.waiting !== null;
  return (
    <span class="search-buttons">
      <button type="submit" class="primary">
        <Icon name={isWaiting ? 'loading' : 'search'} isSpinning={isWaiting} />
        {word}
      </button>
      <button type="button" class="secondary" disabled={!isWaiting} onClick={() => talk.cancel()}>
        Cancel
      </button>
    </span>
  );
}
