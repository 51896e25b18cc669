import type { UntimedRunEvent } from '../../run/runEvent.ts';
import { namedParameters } from '../../science/linearMap.ts';
import { LatentFrames, momentName } from '../latentFrames.ts';
import type { RunKeeper } from '../runKeeper.ts';
import type { KeptState, MomentKeeper } from '../trainee.ts';
import { LanguageMoments } from './languageMoments.ts';
import type { LanguageSetup } from './languageSetup.ts';
import { tokenSample, tokensSaved } from './tokenSample.ts';

/** Keeps of each moment the embeddings of the tokens, their projection, and what the model makes of texts. */
export class LanguageFrames implements MomentKeeper {
  private readonly latents: LatentFrames;
  private readonly moments: LanguageMoments;
  /** Ids of the pictured tokens. */
  private readonly tokens: number[];

  constructor(
    private readonly setup: LanguageSetup,
    keeper: RunKeeper,
  ) {
    this.moments = new LanguageMoments(setup, keeper);
    this.latents = new LatentFrames(keeper, { every: 1, others: this.moments.hasAttention ? ['attention'] : [] });
    this.tokens = tokenSample(setup);
  }

  save(): KeptState {
    return this.latents.save();
  }

  restore(kept: KeptState): void {
    this.latents.restore(kept);
  }

  sampleSaved(): UntimedRunEvent {
    return tokensSaved(this.setup, this.tokens);
  }

  *keepFrame(step: number, epoch: number, isLast: boolean): Generator<UntimedRunEvent> {
    if (!this.latents.wants(isLast)) return;
    const { places } = this.latents.write(step, embeddingsOf(this.setup, this.tokens), this.tokens.length);
    const language = this.moments.take(momentName('attention', step));
    yield { kind: 'frameSaved', step, epoch, ...places, reconstructions: null, language };
    yield* this.latents.keep(step);
  }
}

/** Embeddings of some tokens, [tokens.length, width]. */
function embeddingsOf({ program, prepared }: LanguageSetup, tokens: readonly number[]): Float32Array {
  const width = program.parameters.find(({ name }) => name === 'embedding')!.shape[1]!;
  const all = namedParameters(program, prepared.parameters).embedding!;
  const values = new Float32Array(tokens.length * width);
  tokens.forEach((token, i) => {
    values.set(all.subarray(token * width, (token + 1) * width), i * width);
  });
  return values;
}
