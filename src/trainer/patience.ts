/** The moment of a run at which its loss was least, and what it takes to go back there. */
export interface BestMoment {
  loss: number;
  step: number;
  /** Sum of the learning rates of all steps up to it. */
  time: number;
  parameters: Float32Array;
}

/** Waits for a better loss, evaluation by evaluation, and keeps the weights of the best; without patience it keeps nothing. */
export class Patience {
  best: BestMoment | null = null;
  evaluationsSinceBest = 0;

  /** @param patience evaluations without a better loss before the run ends; null: never */
  constructor(private readonly patience: number | null) {}

  /** Takes note of an evaluation; of its parameters a copy is kept where they are the best so far. */
  remember(moment: BestMoment): void {
    if (this.patience === null) return;
    if (this.best === null || moment.loss < this.best.loss) {
      this.best = { ...moment, parameters: moment.parameters.slice() };
      this.evaluationsSinceBest = 0;
    } else {
      this.evaluationsSinceBest += 1;
    }
  }

  /** Goes on from an earlier wait. */
  restore(waited: { best: BestMoment | null; evaluationsSinceBest: number }): void {
    this.best = waited.best;
    this.evaluationsSinceBest = waited.evaluationsSinceBest;
  }

  isLost(): boolean {
    return this.patience !== null && this.evaluationsSinceBest >= this.patience;
  }
}
