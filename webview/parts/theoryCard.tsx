import { useMemo, useRef, useState } from 'preact/hooks';
import { formatEpoch } from '../draw/formatNumber.ts';
import { theoryPanels } from '../draw/theoryPanels.ts';
import type { RunStore } from '../state/runStore.ts';
import { post } from '../talk/vscodeApi.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { useLab } from './lab.ts';
import { Panels, PanelTable, panelRows } from './panels.tsx';
import { saveCsv, saveSvg } from './saveCard.ts';

/** What theory predicts and what is measured of the model itself, at the moment of the head. */
export function TheoryCard() {
  const { store } = useLab();
  const [isTable, setTable] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  // the panels change with moments and evaluations, not with every step
  const panels = useMemo(
    () => theoryPanels(store),
    [store.shown, store.view.head, store.similarity, measuredPoints(store), store.epochsPerStep],
  );
  const tools: CardTool[] = [
    {
      icon: 'git-compare',
      label: 'Compare the codes with another run',
      isDisabled: store.frames.length === 0,
      use: () => post({ kind: 'compareCodes' }),
    },
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: panels.length === 0, use: () => setTable(!isTable) },
    {
      icon: 'file-media',
      label: 'Save as SVG',
      isDisabled: panels.length === 0 || isTable,
      use: () => saveSvg(store, 'theory', list.current),
    },
    { icon: 'save', label: 'Save as CSV', isDisabled: panels.length === 0, use: () => saveCsv(store, 'theory', panelRows(panels)) },
  ];
  const epoch = store.shownFacts?.epoch;
  return (
    <Card
      id="theory"
      title="Spectrum and theory"
      tools={tools}
      aside={epoch !== undefined && panels.length > 0 && <span class="muted number">epoch {formatEpoch(epoch)}</span>}
    >
      {panels.length === 0 ? (
        store.run && <TheoryEmpty />
      ) : isTable ? (
        <PanelTable panels={panels} />
      ) : (
        <Panels panels={panels} list={list} />
      )}
    </Card>
  );
}

/** Points of the curves that panels draw. */
function measuredPoints(store: RunStore): number {
  return (store.curves.get('modes.1.strength')?.length ?? 0) + (store.curves.get('theory.angles.1')?.length ?? 0);
}

function TheoryEmpty() {
  const { store } = useLab();
  if (store.shown)
    return (
      <EmptyState>
        <p>This moment has no spectra: its file is missing or damaged, or the run was written before they were kept.</p>
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>What theory predicts of the model appears here after the first evaluation, beside what was learned.</p>
      <p class="muted">Linear models have the most to show: filter, singular values and angles to the best subspace.</p>
    </EmptyState>
  );
}
