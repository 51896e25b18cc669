import { useEffect, useMemo, useRef } from 'preact/hooks';
import { latentCount } from '../draw/latentPicture.ts';
import { mainCurve } from '../draw/metricFacts.ts';
import { AttentionCard } from './attentionCard.tsx';
import { Claims } from './claims.tsx';
import { DownstreamCard } from './downstreamCard.tsx';
import { Header } from './header.tsx';
import { KeyboardHelp } from './keyboardHelp.tsx';
import { type Lab, LabContext, useLab } from './lab.ts';
import { LatentCard } from './latentCard.tsx';
import { LossCard } from './lossCard.tsx';
import { MetricsCard } from './metricsCard.tsx';
import { NumbersCard } from './numbersCard.tsx';
import { ReconstructionCard } from './reconstructionCard.tsx';
import { SamplesCard } from './samplesCard.tsx';
import { Sentence } from './sentence.tsx';
import { TheoryCard } from './theoryCard.tsx';
import { Timeline } from './timeline.tsx';
import { useKeys } from './useKeys.ts';

/** One run: a film under a header, and below it the moment of the head. */
export function Page({ lab, root }: { lab: Lab; root: HTMLElement }) {
  const help = useRef<HTMLDialogElement>(null);
  useKeys(lab, help);
  return (
    <LabContext.Provider value={lab}>
      <Facts root={root} />
      <main aria-busy={lab.store.run === null}>
        <Header />
        <Sentence />
        <Claims />
        <Timeline />
        <Cards />
      </main>
      <KeyboardHelp dialog={help} />
    </LabContext.Provider>
  );
}

/** The cards of the run's task. */
function Cards() {
  const { store } = useLab();
  const language = store.run?.language;
  if (!language)
    return (
      <div class="cards">
        <LossCard />
        <LatentCard />
        <ReconstructionCard />
        <TheoryCard />
        <DownstreamCard />
        <MetricsCard />
        <NumbersCard />
      </div>
    );
  const { hasAttention, hasEmbeddings } = language;
  // beside the square of the embeddings stands what is wide: attention, else the numbers
  const isBeside = hasEmbeddings && !hasAttention;
  return (
    <div class={`cards${isBeside ? ' numbers-beside' : ''}`}>
      <LossCard />
      <SamplesCard />
      {hasAttention && <AttentionCard />}
      {isBeside && <NumbersCard />}
      {hasEmbeddings && <LatentCard />}
      <MetricsCard />
      {!isBeside && <NumbersCard />}
    </div>
  );
}

/** What is shown, as data attributes of the root, for tests from outside and for user styles. */
function Facts({ root }: { root: HTMLElement }) {
  const { store } = useLab();
  const { run, shown, sample } = store;
  const { hiddenLabels } = store.view;
  const points = useMemo(() => latentCount(shown?.projection ?? null, sample, hiddenLabels), [shown, sample, hiddenLabels]);
  useEffect(() => {
    if (!run) return;
    const main = mainCurve(store.curves.keys());
    Object.assign(root.dataset, {
      runId: run.id,
      runStatus: run.status,
      epoch: String(run.epoch),
      lossPoints: String(main === null ? 0 : store.curves.get(main)!.length),
      latentPoints: String(points),
      frameStep: String(shown?.step ?? ''),
      headStep: String(store.headStep),
    });
  });
  return null;
}
