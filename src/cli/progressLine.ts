import type { WriteStream } from 'node:tty';
import { describePosition } from '../run/describeRun.ts';
import type { RunDownstream } from '../run/downstreamState.ts';
import { formatClock, formatFigure } from '../run/format.ts';
import { mainMetric } from '../run/mainMetric.ts';
import { remainingSeconds } from '../run/runClock.ts';
import type { RunState } from '../run/runState.ts';
import { painter } from './terminal.ts';

/** Milliseconds between two redraws. */
const REDRAW_MS = 100;
const BAR_WIDTH = 24;
/** Plain lines (no terminal) come at tenths of the run. */
const PLAIN_PARTS = 10;

/** Shows a run as it trains: one line redrawn ten times a second on a terminal, ten plain lines elsewhere. */
export class ProgressLine {
  private drawnMs = 0;
  private plainParts = 0;
  private isDrawn = false;
  private readonly paint;

  constructor(private readonly stream: WriteStream) {
    this.paint = painter(stream);
  }

  /** Takes in the state after an event. */
  update(state: RunState): void {
    if (state.totalSteps === 0) return;
    const share = shareDone(state);
    if (!this.stream.isTTY) {
      const part = Math.floor(PLAIN_PARTS * share);
      if (part <= this.plainParts || mainMetric(state.metrics) === null) return;
      this.plainParts = part;
      this.stream.write(`${this.text(state)}\n`);
      return;
    }
    if (Date.now() - this.drawnMs < REDRAW_MS) return;
    this.drawnMs = Date.now();
    const filled = Math.round(BAR_WIDTH * (share > 1 ? share - 1 : share));
    const bar = `${this.paint('blue', '━'.repeat(filled))}${this.paint('dim', '━'.repeat(BAR_WIDTH - filled))}`;
    this.stream.write(`\r\u001b[K${bar} ${this.text(state).slice(0, (this.stream.columns || 80) - BAR_WIDTH - 2)}`);
    this.isDrawn = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[K');
    this.isDrawn = false;
  }

  private text(state: RunState): string {
    if (state.downstream !== null) return `few labels ${fitsDone(state.downstream)}`;
    const loss = mainMetric(state.metrics)?.value ?? state.metrics['batch.loss'];
    const left = remainingSeconds(state);
    const last = state.pace.at(-1);
    const first = state.pace[0];
    const rate =
      last && first && last.activeMs > first.activeMs ? ((last.step - first.step) / (last.activeMs - first.activeMs)) * 1000 : null;
    const parts = [
      describePosition(state),
      loss === undefined ? '' : `loss ${formatFigure(loss)}`,
      rate === null ? '' : `${Math.round(rate)} steps/s`,
      state.status === 'paused' ? 'paused' : left === null ? '' : `${formatClock(left)} left`,
    ];
    return parts.filter((part) => part !== '').join(' · ');
  }
}

/** Share of the steps that is done; from 1 to 2 while classifiers learn from few labels after them. */
function shareDone({ step, totalSteps, downstream }: RunState): number {
  if (downstream === null) return step / totalSteps;
  return 1 + downstream.measured.length / fitsOf(downstream);
}

function fitsOf({ arms, labels, draws }: RunDownstream): number {
  return arms.length * labels.length * draws;
}

/** "12/75 fits" */
function fitsDone(downstream: RunDownstream): string {
  return `${downstream.measured.length}/${fitsOf(downstream)} fits`;
}
