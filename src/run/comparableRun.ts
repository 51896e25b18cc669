import type { RunState } from './runState.ts';

/** What of a run must be equal for two runs to be equal. */
export interface ComparableRun {
  name: string;
  step: number;
  epoch: number;
  totalSteps: number;
  totalEpochs: number;
  parameters: number;
  learningRate: number | null;
  metrics: Record<string, number>;
  /** Each curve as its steps and its values. */
  curves: Record<string, [number[], number[]]>;
  frames: RunState['frames'];
  sample: RunState['sample'];
}

/**
 * A run without what two equal runs may differ in: times, sittings, pauses, where it was stopped and resumed.
 * Two runs are equal when these are.
 */
export function comparableRun(state: RunState): ComparableRun {
  const names = [...state.columns.keys()].sort();
  return {
    name: state.name,
    step: state.step,
    epoch: state.epoch,
    totalSteps: state.totalSteps,
    totalEpochs: state.totalEpochs,
    parameters: state.parameters,
    learningRate: state.learningRate,
    metrics: state.metrics,
    curves: Object.fromEntries(
      names.map((name) => {
        const column = state.columns.get(name)!;
        return [name, [[...column.steps], [...column.values]]];
      }),
    ),
    frames: state.frames,
    sample: state.sample,
  };
}
