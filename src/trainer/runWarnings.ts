import { copyWarning } from './copyWarning.ts';
import { transductiveWarning } from './downstreamWarning.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** What an evaluation has to say of a run beside its numbers; null for nothing. */
type Warning = (setup: TrainingSetup, metrics: Readonly<Record<string, number>>) => string | null;

/** What to say of an unrolled encoder whose steps have grown too long, even while its loss is finite. */
const stepWarning: Warning = (_, metrics) => {
  const load = metrics['encoder.stepLoad'];
  if (load === undefined || load <= 2) return null;
  return `the steps of the unrolled encoder no longer converge: stepSize times the largest squared singular value of B is ${load.toFixed(2)}, and 2 is the limit; use a smaller model.stepSize or "auto"`;
};

const warnings: readonly Warning[] = [stepWarning, copyWarning, transductiveWarning];

/** The warnings of one sitting of a run, each said once. */
export class RunWarnings {
  /** Positions in `warnings` of those that were said. */
  said: readonly number[] = [];

  constructor(private readonly setup: TrainingSetup) {}

  /** What is to be said for the first time after an evaluation. */
  after(metrics: Readonly<Record<string, number>>): string[] {
    return warnings.flatMap((warning, i) => {
      const message = this.said.includes(i) ? null : warning(this.setup, metrics);
      if (message === null) return [];
      this.said = [...this.said, i];
      return [message];
    });
  }
}
