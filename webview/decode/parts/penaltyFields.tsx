import type { LengthPenalty } from '../../../src/experiment/decoding.ts';
import { penaltyKindChange, strengthChange } from '../changeStrategy.ts';
import type { PenaltyKind } from '../draw/lengthChoices.ts';
import { useDecodeLab } from './decodeLab.ts';
import { Choice, Slider } from './fields.tsx';

/** The penalties in words. */
export const penaltyFacts: Record<PenaltyKind, { label: string; formula: string }> = {
  none: { label: 'none', formula: 's' },
  power: { label: 'power', formula: 's / Lᵅ' },
  gnmt: { label: 'gnmt', formula: 's / ((5 + L)/6)ᵅ' },
  reward: { label: 'reward', formula: 's + r L' },
};
const options = (Object.keys(penaltyFacts) as PenaltyKind[]).map((value) => ({
  value,
  ...penaltyFacts[value],
  title: `score = ${penaltyFacts[value].formula}`,
}));

/** Kind and strength of the length penalty by which the search goes. */
export function PenaltyFields({ penalty }: { penalty: LengthPenalty }) {
  const { store, talk } = useDecodeLab();
  return (
    <>
      <Choice
        label="length penalty"
        title={`How the score depends on the length L, s being the sum of log-probabilities: ${penaltyFacts[penalty.kind].formula}`}
        value={penalty.kind}
        options={options}
        change={(kind) => talk.change(penaltyKindChange(store.view!, kind))}
      />
      {penalty.kind !== 'none' && <StrengthSlider kind={penalty.kind} />}
    </>
  );
}

/** How strong one kind of penalty is. The search is asked again only when it goes by that kind. */
export function StrengthSlider({ kind }: { kind: Exclude<PenaltyKind, 'none'> }) {
  const { store, talk } = useDecodeLab();
  const value = store.view!.strengths[kind];
  const change = (next: number): void => {
    const { change: changed, isSearched } = strengthChange(store.view!, kind, next);
    if (isSearched) talk.change(changed);
    else talk.changeView(changed);
  };
  return (
    <Slider
      label={kind === 'reward' ? 'nats per token' : 'alpha'}
      title={`score = ${penaltyFacts[kind].formula}`}
      {...{ value, change }}
      min={kind === 'reward' ? 0 : -1}
      max={2}
      step={0.01}
    />
  );
}
