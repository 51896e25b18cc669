import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { downstreamSentences } from '../../src/run/downstreamWords.ts';
import { downstreamPanels } from '../draw/downstreamPanels.ts';
import { cutText } from '../draw/formatNumber.ts';
import { Card, type CardTool } from './card.tsx';
import { ConfusionMatrix } from './confusionMatrix.tsx';
import { useLab } from './lab.ts';
import { Panels, PanelTable, panelRows } from './panels.tsx';
import { saveCsv, saveSvg } from './saveCard.ts';

/** What the encoder is worth with few labels; no card where nobody asked. */
export function DownstreamCard() {
  const { store, talk } = useLab();
  const [isTable, setTable] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const downstream = store.run?.downstream ?? null;
  const panels = useMemo(() => (downstream ? downstreamPanels(downstream) : []), [downstream?.measured.length, downstream?.step]);
  const notes = useMemo(() => (downstream ? downstreamSentences(downstream) : []), [downstream?.measured.length, downstream?.step]);
  const confusion = downstream?.confusion ?? null;
  useEffect(() => {
    if (confusion !== null) talk.confusion.want(confusion);
  }, [confusion]);
  if (!downstream) return null;
  const isEmpty = panels.length === 0;
  const tools: CardTool[] = [
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: isEmpty, use: () => setTable(!isTable) },
    { icon: 'file-media', label: 'Save as SVG', isDisabled: isEmpty || isTable, use: () => saveSvg(store, 'labels', list.current) },
    { icon: 'save', label: 'Save as CSV', isDisabled: isEmpty, use: () => saveCsv(store, 'labels', panelRows(panels)) },
  ];
  return (
    <Card id="labels" title="Few labels" tools={tools} aside={downstream.transductive && <span class="muted">transductive</span>}>
      {isEmpty && <p class="muted">The first classifiers are being fitted.</p>}
      {!isEmpty && isTable && <PanelTable panels={panels} />}
      {!isEmpty && !isTable && <Panels panels={panels} list={list} />}
      {!isEmpty && !isTable && confusion !== null && store.confusion?.file === confusion && (
        <ConfusionMatrix downstream={downstream} values={store.confusion.values} />
      )}
      <ul class="notes">
        {notes.map((note) => (
          <li key={note}>{cutText(note, 500)}</li>
        ))}
      </ul>
    </Card>
  );
}
