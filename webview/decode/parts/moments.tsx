import { useEffect } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import type { DecodeStore } from '../decodeStore.ts';
import { useDecodeLab } from './decodeLab.ts';

/** Milliseconds that a whole search takes to be played, and a moment of it at least and at most. */
const play = { wholeMs: 8_000, leastMs: 50, mostMs: 700 };

/** Goes so many moments on or back; the last moment is followed by the end, when it is known what is given back. */
export function stepMoment(store: DecodeStore, by: number): void {
  const last = store.answer?.moments ?? 0;
  const at = Math.min(last + 1, Math.max(0, (store.moment ?? last + 1) + by));
  store.moment = at > last ? null : at;
  store.changed();
}

/** Plays the search from its beginning or from where it is; or halts. */
export function togglePlay(store: DecodeStore): void {
  store.isPlaying = !store.isPlaying;
  if (store.isPlaying && store.moment === null) store.moment = 0;
  store.changed();
}

/** The film of a search: which moment of it is shown. */
export function Moments() {
  const { store } = useDecodeLab();
  const last = store.answer?.moments ?? 0;
  const { moment } = store;
  usePlaying(store, last);
  const at = moment ?? last + 1;
  const words = moment === null ? 'at the end' : moment === 0 ? 'before the first moment' : `moment ${moment} of ${last}`;
  return (
    <div class="moments">
      <MomentButtons store={store} />
      <input
        type="range"
        min={0}
        max={last + 1}
        value={at}
        aria-label="Moment of the search"
        aria-valuetext={words}
        onInput={({ currentTarget }) => {
          const value = currentTarget.valueAsNumber;
          store.moment = value > last ? null : value;
          store.isPlaying = false;
          store.changed();
        }}
      />
      <span class="moment-words number">{words}</span>
    </div>
  );
}

/** Goes on by itself while the search is played. */
function usePlaying(store: DecodeStore, last: number): void {
  const { isPlaying } = store;
  useEffect(() => {
    if (!isPlaying) return;
    const waitMs = Math.min(play.mostMs, Math.max(play.leastMs, play.wholeMs / (last + 1)));
    const stride = Math.max(1, Math.round(((last + 1) * waitMs) / play.wholeMs));
    const timer = setInterval(() => {
      stepMoment(store, stride);
      if (store.moment === null) store.isPlaying = false;
    }, waitMs);
    return () => clearInterval(timer);
  }, [store, isPlaying, last]);
}

function MomentButtons({ store }: { store: DecodeStore }) {
  const { isPlaying, moment } = store;
  const word = isPlaying ? 'Halt' : 'Play the search';
  return (
    <>
      <button type="button" class="tool" aria-label={word} title={`${word} (Space)`} onClick={() => togglePlay(store)}>
        <Icon name={isPlaying ? 'debug-pause' : 'play'} />
      </button>
      <button
        type="button"
        class="tool"
        aria-label="Moment before"
        title="Moment before (,)"
        disabled={moment === 0}
        onClick={() => stepMoment(store, -1)}
      >
        <Icon name="chevron-left" />
      </button>
      <button
        type="button"
        class="tool"
        aria-label="Moment after"
        title="Moment after (.)"
        disabled={moment === null}
        onClick={() => stepMoment(store, 1)}
      >
        <Icon name="chevron-right" />
      </button>
    </>
  );
}
