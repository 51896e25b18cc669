import type { DecodingStrategy } from '../../../src/experiment/decoding.ts';
import { useDecodeLab } from './decodeLab.ts';
import { Choice, Count, Slider, Tick } from './fields.tsx';
import { PenaltyFields } from './penaltyFields.tsx';

const mostBeams = 16;

/** Changes some settings of the strategy and searches again. */
function useStrategy(): (change: object) => void {
  const { store, talk } = useDecodeLab();
  return (change) => talk.change({ strategy: { ...store.view!.strategy, ...change } as DecodingStrategy });
}

/** What is changed most: beams, penalty, temperature. */
export function MainFields({ strategy }: { strategy: DecodingStrategy }) {
  const set = useStrategy();
  return (
    <>
      {'beams' in strategy && (
        <Slider
          label="beams"
          title="Hypotheses kept at each length"
          value={strategy.beams}
          min={1}
          max={mostBeams}
          step={1}
          change={(beams) => set({ beams, returned: Math.min(strategy.returned, beams) })}
        />
      )}
      {'lengthPenalty' in strategy && <PenaltyFields penalty={strategy.lengthPenalty} />}
      {strategy.kind === 'sample' && <SampleFields strategy={strategy} />}
    </>
  );
}

function SampleFields({ strategy }: { strategy: Extract<DecodingStrategy, { kind: 'sample' }> }) {
  const set = useStrategy();
  const { temperature, topK, topP, minP } = strategy;
  return (
    <>
      <Slider
        label="temperature"
        title="Log-probabilities are divided by it; below 1: bolder"
        value={temperature}
        min={0.05}
        max={3}
        step={0.05}
        change={(value) => set({ temperature: value })}
      />
      <Count
        label="top k"
        title="Only this many most probable tokens; 0: all"
        value={topK}
        min={0}
        max={1e6}
        change={(value) => set({ topK: value })}
      />
      <Slider
        label="top p"
        title="Only the most probable tokens that together reach this probability"
        value={topP}
        min={0.05}
        max={1}
        step={0.05}
        change={(value) => set({ topP: value })}
      />
      <Slider
        label="min p"
        title="Only tokens of at least this share of the most probable one"
        value={minP}
        min={0}
        max={1}
        step={0.01}
        change={(value) => set({ minP: value })}
      />
    </>
  );
}

const stoppings = [
  { value: 'optimal', label: 'optimal', title: 'When no open hypothesis can still win' },
  { value: 'first', label: 'first', title: 'When as many as there are beams have ended' },
  { value: 'heuristic', label: 'heuristic', title: 'When the ended ones beat the open ones at their present length' },
] as const;
const finishings = [
  { value: 'replenish', label: 'replenish', title: 'An ended hypothesis is set aside and its slot refilled' },
  { value: 'frozen', label: 'frozen', title: 'An ended hypothesis keeps its slot and competes' },
] as const;

/** The rest, where it applies. */
export function MoreFields({ strategy }: { strategy: DecodingStrategy }) {
  const set = useStrategy();
  const most = 'beams' in strategy ? strategy.beams : 1000;
  return (
    <>
      {'returned' in strategy && (
        <Count
          label="returned"
          title="Texts to give back; at most as many as there are beams"
          value={strategy.returned}
          min={1}
          max={most}
          change={(returned) => set({ returned })}
        />
      )}
      {strategy.kind === 'beam' && (
        <>
          <Choice
            label="stopping"
            title="When the search ends"
            value={strategy.stopping}
            options={stoppings}
            change={(stopping) => set({ stopping })}
          />
          <Choice
            label="finished"
            title="What an ended hypothesis does to the beam"
            value={strategy.finished}
            options={finishings}
            change={(finished) => set({ finished })}
          />
          <Count
            label="no repeated n-gram"
            title="No run of this many tokens twice, the prompt included; 0: anything may repeat"
            value={strategy.noRepeatNgram}
            min={0}
            max={1000}
            change={(noRepeatNgram) => set({ noRepeatNgram })}
          />
        </>
      )}
      {strategy.kind === 'exact' && (
        <Count
          label="most nodes"
          title="Beginnings to look at; then the best so far, unproven"
          value={strategy.maxNodes}
          min={1}
          max={1e9}
          change={(maxNodes) => set({ maxNodes })}
        />
      )}
      <Tick
        label="force the end"
        title="Only the end token is allowed as the last one; what cannot end there is dropped"
        value={strategy.forceEnd}
        change={(forceEnd) => set({ forceEnd })}
      />
    </>
  );
}
