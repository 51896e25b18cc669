import { useEffect, useRef } from 'preact/hooks';
import { visibleToken } from '../../../src/run/visibleToken.ts';
import { formatNumber } from '../../draw/formatNumber.ts';
import { EmptyState } from '../../parts/cardFrame.tsx';
import type { Filled } from '../decodeStore.ts';
import { fillBlank, makeBlank } from '../fillBlank.ts';
import { SearchButton } from './controls.tsx';
import { useDecodeLab } from './decodeLab.ts';
import { FoldingCard } from './foldingCard.tsx';

/** The sentence whose blanks are filled, as one can change it. */
export function BlankControls() {
  const { store, talk } = useDecodeLab();
  const input = useRef<HTMLInputElement>(null);
  const view = store.view;
  useEffect(() => {
    if (input.current && view) input.current.value = view.blanks;
  }, [view?.blanks]);
  if (!view || !store.about) return <div class="controls skeleton" />;
  const submit = (event: Event): void => {
    event.preventDefault();
    talk.change({ blanks: input.current!.value });
  };
  const hide = (): void => {
    const { value, selectionStart, selectionEnd } = input.current!;
    const from = selectionStart ?? value.length;
    talk.change({ blanks: makeBlank(value, from, selectionEnd ?? from) });
  };
  return (
    <form class="controls" onSubmit={submit} aria-label="The sentence whose blanks are filled">
      <div class="control-line">
        <label class="field prompt">
          <span class="field-name">sentence</span>
          <input
            ref={input}
            type="text"
            list="sentences"
            spellcheck={false}
            autocomplete="off"
            placeholder="with [MASK] where something is missing"
          />
          <datalist id="sentences">
            {store.about.prompts.map((text) => (
              <option key={text} value={text} />
            ))}
          </datalist>
        </label>
        <button type="button" class="secondary" title="Put a blank where the cursor is, or in place of what is selected" onClick={hide}>
          Add a blank
        </button>
        <SearchButton word="Fill" />
      </div>
    </form>
  );
}

/** The sentence with its blanks filled, and below each what the model would put there. */
export function BlanksCard() {
  const { store, talk } = useDecodeLab();
  const { filled, view } = store;
  const blanks = filled?.tokens.filter(({ candidates }) => candidates !== null) ?? [];
  return (
    <FoldingCard
      id="blanks"
      title="Blanks"
      tools={[]}
      aside={<span class="muted">{blanks.length > 0 ? 'probability of each candidate, given both sides' : ''}</span>}
    >
      {!filled || !view ? (
        <EmptyState>
          <p>The sentence appears here with its blanks filled in, and the probabilities of what could stand there.</p>
          <p class="muted">A blank is written [MASK].</p>
        </EmptyState>
      ) : (
        <>
          <FilledSentence filled={filled} />
          {blanks.length === 0 ? (
            <p class="muted">The sentence has no blank: write [MASK] where something is missing.</p>
          ) : (
            <div class="candidates">
              {blanks.map(({ candidates }, place) => (
                <figure key={`${place}`}>
                  <figcaption>
                    blank <span class="number">{place + 1}</span>
                  </figcaption>
                  <ul>
                    {candidates!.map((candidate) => (
                      <Candidate
                        key={candidate.text}
                        {...candidate}
                        take={() => talk.change({ blanks: fillBlank(view.blanks, place, candidate.text) })}
                      />
                    ))}
                  </ul>
                </figure>
              ))}
            </div>
          )}
        </>
      )}
    </FoldingCard>
  );
}

function FilledSentence({ filled }: { filled: Filled }) {
  const isOfWords = filled.tokens.some(({ text }) => text.length > 1 && !/^<.*>$/.test(text));
  return (
    <p class={`blank-sentence${isOfWords ? ' words' : ''}`}>
      {filled.tokens.map(({ text, candidates }, i) => (
        <span class={`blank-token${candidates ? ' filled' : ''}`} key={`${i}`}>
          {candidates ? <b>{visibleToken(text)}</b> : visibleToken(text)}
          {candidates && <small class="number">{formatNumber(candidates[0]?.probability ?? 0, 2)}</small>}
        </span>
      ))}
    </p>
  );
}

function Candidate({ text, probability, take }: { text: string; probability: number; take(): void }) {
  const share = Math.min(1, Math.max(0, probability));
  return (
    <li>
      <button type="button" class="take" title="Write this into the blank, and fill the others again" onClick={take}>
        {visibleToken(text)}
      </button>
      <svg width="100%" height="10" aria-hidden="true">
        <rect class="all" x="0" y="1" width="100%" height="8" />
        <rect class="share" x="0" y="1" width={`${100 * share}%`} height="8" />
      </svg>
      <span class="number">{formatNumber(probability, 2)}</span>
    </li>
  );
}
