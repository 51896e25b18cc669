import { formatPlain } from '../../draw/formatNumber.ts';
import { Icon } from '../../parts/icon.tsx';
import type { Filled } from '../decodeStore.ts';
import { quoted, type Said, searchSentences } from '../draw/searchSentence.ts';
import { useDecodeLab } from './decodeLab.ts';

/** Whose texts these are, and what the search cost. */
export function DecodeHeader() {
  const { store } = useDecodeLab();
  const { about, answer, filled } = store;
  if (!about)
    return (
      <header class="decode-header skeleton">
        <h1 class="hidden-text">Waiting for the model</h1>
      </header>
    );
  const title = about.isMasked ? filled?.title : answer?.title;
  return (
    <header class="decode-header">
      <h1 class="cut" title={about.name}>
        {about.name}
      </h1>
      {title && title !== about.name && <p class="muted cut">{title}</p>}
      <Cost />
    </header>
  );
}

/** "34 model calls, 0 new": what the search asked of the model. */
function Cost() {
  const { store } = useDecodeLab();
  const { answer, waiting, detail, isCancelled } = store;
  if (waiting !== null)
    return (
      <p class="cost muted" role="status">
        {detail ?? 'searching'}
      </p>
    );
  if (isCancelled)
    return (
      <p class="cost muted" role="status">
        cancelled; what is shown is older
      </p>
    );
  if (!answer) return <p class="cost" />;
  const { modelCalls, newCalls, seconds, unlisted } = answer;
  const hidden = unlisted > 0 ? `, ${unlisted.toLocaleString('en').replaceAll(',', '\u202f')} candidates not drawn` : '';
  return (
    <p
      class="cost"
      role="status"
      title="Distinct beginnings after which the model was asked, and those that no earlier search had asked about"
    >
      <span class="number">{modelCalls}</span> model {modelCalls === 1 ? 'call' : 'calls'}, <span class="number">{newCalls}</span> new
      <span class="muted">
        {' '}
        · <span class="number">{formatPlain(seconds * 1000, 2)}</span> ms{hidden}
      </span>
    </p>
  );
}

/** What was found and what it is worth, in sentences that are computed; what went wrong comes first. */
export function DecodeSentence() {
  const { store, talk } = useDecodeLab();
  const { answer, error, about } = store;
  const said = about?.isMasked ? filledSaid(store.filled) : answer ? searchSentences(answer, store.overlays) : [];
  return (
    <div class="sentences">
      {error && (
        <p class="sentence wrong" role="alert">
          <Icon name="error" />
          {error.message}{' '}
          {error.offer !== null && (
            <button
              type="button"
              class="secondary"
              onClick={() => talk.change(about?.isMasked ? { blanks: error.offer! } : { prompt: error.offer! })}
            >
              Use “{error.offer}”
            </button>
          )}
        </p>
      )}
      <p class={`sentence${error ? ' stale' : ''}`} aria-live="polite">
        {said.map(({ text, isMiss }, i) => (
          <span key={`${i}`} class={isMiss ? 'miss' : ''}>
            {isMiss && <Icon name="warning" />}
            {text}{' '}
          </span>
        ))}
      </p>
      {store.notices.map((notice) => (
        <p class="muted" key={notice} role="status">
          <Icon name="info" /> {notice}
        </p>
      ))}
    </div>
  );
}

/** What the sentence reads with its blanks filled. */
function filledSaid(filled: Filled | null): Said[] {
  const blanks = filled?.tokens.filter(({ candidates }) => candidates !== null).length ?? 0;
  if (!filled || blanks === 0) return [];
  const alone = blanks > 1 ? ', each blank by itself, as if the others were empty' : '';
  return [{ text: `Most probable: ${quoted({ text: filled.text, finished: true })}${alone}.`, isMiss: false }];
}
