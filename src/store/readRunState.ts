import { newRunState, type RunState } from '../run/runState.ts';
import { FollowedRun } from './followRun.ts';

/** What the log of a run tells, read to its end. */
export async function readRunState(folder: string): Promise<RunState> {
  const followed = new FollowedRun(folder);
  const state = newRunState();
  await followed.catchUp(state).finally(() => followed.close());
  return state;
}
