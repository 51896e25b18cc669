import { useRef } from 'preact/hooks';
import type { RunView } from '../../src/protocol/page.ts';
import { isLive } from '../../src/run/isLive.ts';
import { formatEpoch } from '../draw/formatNumber.ts';
import { type Lab, useLab } from './lab.ts';

const markNames = { checkpoint: 'checkpoint', order: 'order', warning: 'warning' };

/** The film: ticks where moments were kept, marks for what happened, and the head, which follows the live end until it is dragged. */
export function Timeline() {
  const lab = useLab();
  const { store } = lab;
  const track = useRef<HTMLDivElement>(null);
  const isDragging = useRef(false);
  const run = store.run;
  if (!run) return <div class="timeline skeleton" aria-hidden="true" />;
  const total = Math.max(run.totalSteps, run.step, 1);
  const dragTo = (event: PointerEvent): void => {
    const { left, width } = track.current!.getBoundingClientRect();
    moveHeadTo(lab, ((event.clientX - left) / width) * total);
  };
  const head = store.headStep;
  const epoch = formatEpoch(Number((head * store.epochsPerStep).toFixed(2)));
  const isHeld = store.view.head !== null;
  return (
    <div class="timeline">
      <div
        class="track"
        ref={track}
        role="slider"
        tabIndex={0}
        aria-label="Moment of the run that is shown"
        aria-valuemin={0}
        aria-valuemax={run.step}
        aria-valuenow={Math.min(head, run.step)}
        aria-valuetext={isHeld ? `epoch ${epoch}` : `epoch ${epoch}, ${isLive(run.status) ? 'live' : 'the end'}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          isDragging.current = true;
          dragTo(event);
        }}
        onPointerMove={(event) => isDragging.current && dragTo(event)}
        onPointerUp={() => {
          isDragging.current = false;
        }}
        onPointerCancel={() => {
          isDragging.current = false;
        }}
      >
        <Film run={run} total={total} head={head} epoch={epoch} />
      </div>
      <button
        type="button"
        class="live"
        disabled={!isHeld}
        title="Follow the newest moment (End)"
        onClick={() => lab.talk.changeView({ head: null })}
      >
        {isLive(run.status) ? (isHeld ? 'go live' : 'live') : isHeld ? 'to the end' : 'the end'}
      </button>
    </div>
  );
}

/** What the track shows: how far the run is, what was kept, what happened, and where the head stands. */
function Film({ run, total, head, epoch }: { run: RunView; total: number; head: number; epoch: string }) {
  const { store } = useLab();
  const isHeld = store.view.head !== null;
  const share = (step: number): string => `${(100 * Math.min(step, total)) / total}%`;
  return (
    <svg width="100%" height="28" aria-hidden="true">
      <rect class="film" x="0" y="13" width="100%" height="2" />
      <rect class={`passed passed-${run.status}`} x="0" y="12" width={share(run.step)} height="4" />
      {store.frames.map((frame) => (
        <rect class="tick" key={frame.step} x={share(frame.step)} y="8" width="1" height="12" />
      ))}
      {run.marks.slice(-400).map(({ step, kind, text }, i) => (
        <svg key={`${step}${kind}${i}`} x={share(step)} y="0" overflow="visible" class={`mark mark-${kind}`}>
          <title>{`${markNames[kind]} at step ${step}: ${text.slice(0, 300)}`}</title>
          <path d={markPaths[kind]} />
        </svg>
      ))}
      <svg x={share(head)} y="0" overflow="visible" class={`head${isHeld ? ' held' : ''}`}>
        <title>{`epoch ${epoch}`}</title>
        <path d="M0 3V22M-5 28L0 20L5 28Z" />
      </svg>
    </svg>
  );
}

const markPaths = {
  checkpoint: 'M-3 2H3V7L0 5L-3 7Z',
  order: 'M0 1L3.5 4.5L0 8L-3.5 4.5Z',
  warning: 'M0 0L4.5 8H-4.5Z',
};

/** Puts the head on a step, at a kept moment where there are some; the last one is the live end. */
export function moveHeadTo({ store, talk }: Lab, step: number): void {
  const run = store.run;
  if (!run) return;
  let nearest = Math.max(0, Math.round(step));
  if (store.frames.length > 0)
    nearest = store.frames.reduce((best, { step: at }) => (Math.abs(at - step) < Math.abs(best - step) ? at : best), store.frames[0]!.step);
  talk.changeView({ head: step >= run.step ? null : nearest });
}

/** Moves the head by so many kept moments; past the last one it follows the live end again. */
export function moveHeadBy(lab: Lab, moments: number): void {
  const { store, talk } = lab;
  const steps = store.frames.map((frame) => frame.step);
  if (steps.length === 0) return;
  const at = steps.indexOf(store.frameAtHead?.step ?? -1);
  const next = Math.max(0, at + moments);
  if (next >= steps.length || (next === steps.length - 1 && moments > 0)) talk.changeView({ head: null });
  else talk.changeView({ head: steps[next]! });
}
