/** When a model is measured: after which step, and whether the run measures nothing later. */
export interface Moment {
  step: number;
  isLast: boolean;
  /** Sum of the learning rates of all steps so far: the time of gradient flow. */
  time: number;
}
