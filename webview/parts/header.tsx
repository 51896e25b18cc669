import type { RunView } from '../../src/protocol/page.ts';
import { formatClock } from '../../src/run/format.ts';
import { isLive } from '../../src/run/isLive.ts';
import { isResumable } from '../../src/run/isResumable.ts';
import { cutText, formatEpoch } from '../draw/formatNumber.ts';
import { savePage } from '../talk/savePage.ts';
import { post } from '../talk/vscodeApi.ts';
import { Icon } from './icon.tsx';
import { useLab } from './lab.ts';
import { LearningRate } from './learningRate.tsx';

const states: Record<RunView['status'], { icon: string; word: string }> = {
  queued: { icon: 'clock', word: 'waiting' },
  starting: { icon: 'loading', word: 'starting' },
  running: { icon: 'loading', word: 'training' },
  paused: { icon: 'debug-pause', word: 'paused' },
  finished: { icon: 'check', word: 'finished' },
  stopped: { icon: 'debug-stop', word: 'stopped' },
  failed: { icon: 'error', word: 'failed' },
  interrupted: { icon: 'warning', word: 'interrupted' },
  unreachable: { icon: 'debug-disconnect', word: 'no sign of life' },
};

/** State, name, how far, the buttons, and what computes it. */
export function Header() {
  const { store } = useLab();
  const run = store.run;
  if (!run)
    return (
      <header class="header skeleton">
        <h1 class="hidden-text">Waiting for the run</h1>
      </header>
    );
  const { icon, word } = states[run.status];
  return (
    <header class="header">
      <h1 class="run-name" title={cutText(run.name, 400)}>
        <span class={`state state-${run.status}`} title={word}>
          <Icon name={icon} isSpinning={icon === 'loading'} />
          <span class="hidden-text">{word}: </span>
        </span>
        <span class="cut">{cutText(run.name, 400)}</span>
      </h1>
      <Progress run={run} />
      <Orders run={run} />
      <p class="facts">
        <span title="Where tensors are computed">{cutText(run.engine, 60)}</span>
        <span class="fact">
          seed <span class="number">{run.seed}</span>
        </span>
        <LearningRate run={run} />
        <button type="button" class="fact quiet" title="Save this page as one file that opens in any browser" onClick={savePage}>
          Save page
        </button>
      </p>
      <span class="hidden-text" role="status">
        {word}
      </span>
    </header>
  );
}

function Progress({ run }: { run: RunView }) {
  const total = formatEpoch(run.totalEpochs);
  return (
    <p class="progress">
      <span>
        epoch{' '}
        <span class="number" style={{ minWidth: `${total.length}ch` }}>
          {formatEpoch(run.epoch)}
        </span>{' '}
        of <span class="number">{total}</span>
      </span>
      <span class="fact">
        <span class="number">{formatClock(run.elapsedSeconds)}</span> elapsed
      </span>
      {isLive(run.status) && (
        <span class="fact">
          <span class="number">{run.remainingSeconds === null ? '–' : formatClock(run.remainingSeconds)}</span> left
        </span>
      )}
    </p>
  );
}

function Orders({ run }: { run: RunView }) {
  const isOn = isLive(run.status);
  const canResume = run.status === 'paused' || isResumable(run.status);
  return (
    <fieldset class="orders" aria-label="Orders to the trainer">
      <button
        type="button"
        disabled={!isOn && !canResume}
        title={canResume && !isOn ? 'Go on from the last checkpoint' : undefined}
        onClick={() => post({ kind: 'order', order: canResume ? 'resume' : 'pause' })}
      >
        <Icon name={canResume ? 'debug-continue' : 'debug-pause'} />
        <span class="order-word">{canResume ? 'Resume' : 'Pause'}</span>
      </button>
      <button
        type="button"
        disabled={!isOn}
        title="One step of the optimizer, then pause"
        onClick={() => post({ kind: 'order', order: 'step' })}
      >
        <Icon name="debug-step-over" />
        <span class="order-word">Step</span>
      </button>
      <button type="button" disabled={!isOn} title="Save a checkpoint and end" onClick={() => post({ kind: 'order', order: 'stop' })}>
        <Icon name="debug-stop" />
        <span class="order-word">Stop</span>
      </button>
    </fieldset>
  );
}
