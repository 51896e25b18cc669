import { alignProjection, principalComponents } from '../../math/principalComponents.ts';
import type { UntimedRunEvent } from '../../run/runEvent.ts';
import { namedParameters } from '../../science/linearMap.ts';
import { FrameSteps, frameStepsSchema } from '../frameSteps.ts';
import type { RunKeeper } from '../runKeeper.ts';
import type { KeptState, MomentKeeper } from '../trainee.ts';
import { LanguageMoments } from './languageMoments.ts';
import type { LanguageSetup } from './languageSetup.ts';
import { tokenSample, tokensSaved } from './tokenSample.ts';

/** Keeps of each moment the embeddings of the tokens, their projection, and what the model makes of texts. */
export class LanguageFrames implements MomentKeeper {
  private readonly steps = new FrameSteps(1);
  private readonly moments: LanguageMoments;
  /** Ids of the pictured tokens. */
  private readonly tokens: number[];
  private previous: Float32Array | null = null;

  constructor(
    private readonly setup: LanguageSetup,
    private readonly keeper: RunKeeper,
  ) {
    this.moments = new LanguageMoments(setup, keeper);
    this.tokens = tokenSample(setup);
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

  sampleSaved(): UntimedRunEvent {
    return tokensSaved(this.setup, this.tokens);
  }

  *keepFrame(step: number, epoch: number, isLast: boolean): Generator<UntimedRunEvent> {
    if (!this.steps.wants(isLast)) return;
    const { width, values } = embeddingsOf(this.setup, this.tokens);
    const components = principalComponents(values, width, 2);
    const { scores, explained } = alignProjection(components.scores, components.explained, this.previous);
    this.previous = scores;
    const name = (what: string) => `${what}-${String(step).padStart(9, '0')}`;
    yield {
      kind: 'frameSaved',
      step,
      epoch,
      latents: this.keeper.writeArray(name('latents'), values, [this.tokens.length, width]),
      projection: this.keeper.writeArray(name('projection'), scores, [this.tokens.length, 2]),
      explained: [explained[0] ?? 0, explained[1] ?? 0],
      reconstructions: null,
      language: this.moments.take(name('attention')),
    };
    const gone = this.steps.add(step);
    if (gone.length === 0) return;
    for (const old of gone)
      for (const what of ['latents', 'projection', ...(this.moments.hasAttention ? ['attention'] : [])])
        this.keeper.removeArray(`${what}-${String(old).padStart(9, '0')}`);
    yield { kind: 'framesThinned', step, stride: this.steps.stride, kept: [...this.steps.kept] };
  }
}

/** Embeddings of some tokens, [tokens.length, width]. */
function embeddingsOf({ program, prepared }: LanguageSetup, tokens: readonly number[]): { width: number; values: Float32Array } {
  const width = program.parameters.find(({ name }) => name === 'embedding')!.shape[1]!;
  const all = namedParameters(program, prepared.parameters).embedding!;
  const values = new Float32Array(tokens.length * width);
  tokens.forEach((token, i) => {
    values.set(all.subarray(token * width, (token + 1) * width), i * width);
  });
  return { width, values };
}
