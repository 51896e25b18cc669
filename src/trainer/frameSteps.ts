import * as z from 'zod';

/** Latent frames kept of one run at most; at the limit every second goes and the stride doubles (architecture.md). */
const MOST_FRAMES = 200;

/** What a later sitting must know of them. */
export const frameStepsSchema = z.object({
  kept: z.array(z.int().nonnegative()),
  stride: z.int().positive(),
  evaluations: z.int().nonnegative(),
});

/** Which evaluations become frames, so that a run of any length keeps between 100 and 200 evenly spaced ones. */
export class FrameSteps {
  /** Steps of the frames that remain. */
  readonly kept: number[] = [];
  stride: number;
  /** Evaluations asked about so far. */
  evaluations = 0;

  constructor(
    every: number,
    private readonly most = MOST_FRAMES,
  ) {
    this.stride = every;
  }

  /** Goes on from an earlier sitting. */
  restore({ kept, stride, evaluations }: { kept: readonly number[]; stride: number; evaluations: number }): void {
    this.kept.splice(0, this.kept.length, ...kept);
    this.stride = stride;
    this.evaluations = evaluations;
  }

  /** Whether the evaluation now at hand is to be kept; the last of a run always is. */
  wants(isLast: boolean): boolean {
    return this.evaluations++ % this.stride === 0 || isLast;
  }

  /**
   * Takes in the step of a new frame.
   * @returns steps of frames that must go to stay under the limit; empty most of the time
   */
  add(step: number): number[] {
    this.kept.push(step);
    if (this.kept.length <= this.most) return [];
    const gone = this.kept.filter((_, i) => i % 2 === 1);
    const stay = this.kept.filter((_, i) => i % 2 === 0);
    this.kept.splice(0, this.kept.length, ...stay);
    this.stride *= 2;
    return gone;
  }
}
