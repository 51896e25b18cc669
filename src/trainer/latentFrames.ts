import { alignProjection, principalComponents } from '../math/principalComponents.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { FrameSteps, frameStepsSchema } from './frameSteps.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { KeptState } from './trainee.ts';

/** Name of an array of one moment. */
export const momentName = (what: string, step: number): string => `${what}-${String(step).padStart(9, '0')}`;

/** Codes as an event names them, and the variances along their principal components. */
export interface WrittenLatents {
  places: { latents: string; projection: string; explained: [number, number] };
  variances: Float64Array;
}

/** Which moments of a run are kept, and at each the codes and their projection, held to the one before. */
export class LatentFrames {
  private readonly steps: FrameSteps;
  private readonly kinds: readonly string[];
  private previous: Float32Array | null = null;

  /**
   * @param every one evaluation in so many keeps a frame
   * @param others arrays of a moment beside codes and projection, which go with them
   */
  constructor(
    private readonly keeper: Pick<RunKeeper, 'writeArray' | 'removeArray'>,
    { every, others }: { every: number; others: readonly string[] },
  ) {
    this.steps = new FrameSteps(every);
    this.kinds = ['latents', 'projection', ...others];
  }

  /** Whether the evaluation now at hand is to be kept; the last of a run always is. */
  wants(isLast: boolean): boolean {
    return this.steps.wants(isLast);
  }

  /** Writes the codes of a moment, [rows, width], and their projection. */
  write(step: number, codes: Float32Array, rows: number): WrittenLatents {
    const width = codes.length / rows;
    const components = principalComponents(codes, width, 2);
    const { scores, explained } = alignProjection(components.scores, components.explained, this.previous);
    this.previous = scores;
    return {
      places: {
        latents: this.keeper.writeArray(momentName('latents', step), codes, [rows, width]),
        projection: this.keeper.writeArray(momentName('projection', step), scores, [rows, 2]),
        explained: [explained[0] ?? 0, explained[1] ?? 0],
      },
      variances: components.variances,
    };
  }

  /** Takes note of a kept moment, and thins the moments when there are too many. */
  *keep(step: number): Generator<UntimedRunEvent> {
    const gone = this.steps.add(step);
    if (gone.length === 0) return;
    for (const old of gone) for (const what of this.kinds) this.keeper.removeArray(momentName(what, old));
    yield { kind: 'framesThinned', step, stride: this.steps.stride, kept: [...this.steps.kept] };
  }

  /** What a later sitting must know to keep the same frames. */
  save(): KeptState {
    const { kept, stride, evaluations } = this.steps;
    return { state: { kept: [...kept], stride, evaluations }, arrays: this.previous === null ? {} : { projection: this.previous } };
  }

  /** Goes on from what `save` gave. */
  restore({ state, arrays }: KeptState): void {
    this.steps.restore(frameStepsSchema.parse(state));
    this.previous = arrays.projection ?? null;
  }
}
