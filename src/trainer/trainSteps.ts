import type { UntimedRunEvent } from '../run/runEvent.ts';
import type { LoopCheckpoint } from './loopState.ts';
import type { OrderDesk } from './orderDesk.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { Trainee } from './trainee.ts';
import { TrainingLoop } from './trainingLoop.ts';

/** What a run is told and where it keeps things. */
export interface TrainingWatch {
  desk: OrderDesk;
  keeper: RunKeeper;
  /** Where an earlier sitting left off; null at the beginning. */
  from?: LoopCheckpoint | null;
}

/**
 * Trains a prepared run and tells what happens as it happens.
 * Nothing it yields depends on the clock: equal seeds and files give equal events.
 * The desk is looked at between steps and between evaluation batches. A run that goes on from a checkpoint tells and reaches the same as one
 * that was never interrupted, to the bit, on the same engine.
 * @throws NonFiniteError when loss or gradient stop being finite, with the state of the step before, or a state that is to be stored
 */
export async function* trainSteps(
  trainee: Trainee,
  session: number,
  { desk, keeper, from = null }: TrainingWatch,
): AsyncGenerator<UntimedRunEvent, void, void> {
  const loop = new TrainingLoop(trainee, desk, keeper, session);
  yield* from === null ? loop.begin() : loop.goOn(from);
  while (loop.step < loop.totalSteps && desk.stopReason === null) {
    yield* loop.obeyOrders();
    if (desk.stopReason !== null) break;
    yield* loop.takeSteps();
    if (loop.isEvaluationDue()) yield* loop.evaluate();
    if (loop.isCheckpointDue()) yield* loop.saveCheckpoint();
    if (loop.patience.isLost()) break;
    await loop.breathe();
  }
  yield* loop.end();
}
