import type { UntimedRunEvent } from '../run/runEvent.ts';
import type { OrderDesk } from './orderDesk.ts';

/** Milliseconds between two looks for orders while paused. */
const PAUSED_LOOK_MS = 50;

/** Where orders reach a run. */
export interface ObeyingRun {
  step: number;
  /** Takes over another learning rate. */
  changeRate(learningRate: number): void;
}

/** Looks for orders and obeys them: a new rate, a pause until it is lifted. Returns when the run may go on, or is to stop. */
export async function* obeyOrders(desk: OrderDesk, run: ObeyingRun): AsyncGenerator<UntimedRunEvent, void, void> {
  desk.poll();
  yield* takeOverRate(desk, run);
  if (!desk.isPaused || desk.stopReason !== null) return;
  yield { kind: 'paused', step: run.step };
  while (desk.isPaused && desk.stopReason === null) {
    await new Promise((resolve) => setTimeout(resolve, PAUSED_LOOK_MS));
    desk.poll();
    yield* takeOverRate(desk, run);
  }
  if (desk.stopReason === null) yield { kind: 'continued', step: run.step };
}

function* takeOverRate(desk: OrderDesk, { step, changeRate }: ObeyingRun): Generator<UntimedRunEvent> {
  const { learningRate } = desk;
  if (learningRate === null) return;
  desk.learningRate = null;
  changeRate(learningRate);
  yield { kind: 'learningRateChanged', step, learningRate };
}
