import { useMemo, useRef, useState } from 'preact/hooks';
import { metricFacts } from '../draw/metricFacts.ts';
import { findMetrics, metricPanels } from '../draw/metricPanels.ts';
import type { RunStore } from '../state/runStore.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { useLab } from './lab.ts';
import { Panels, PanelTable, panelRows } from './panels.tsx';
import { saveCsv, saveSvg } from './saveCard.ts';

/** Metrics that are offered at a time; the search narrows the others down. */
const mostOffered = 24;

/** Any metric of the run as a small chart of its own: found by its name, kept with the run. */
export function MetricsCard() {
  const { store } = useLab();
  const [isTable, setTable] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const { metrics, smoothing, head } = store.view;
  const panels = useMemo(() => metricPanels(store), [metrics, smoothing, head, pointsOf(store), store.epochsPerStep]);
  const tools: CardTool[] = [
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: panels.length === 0, use: () => setTable(!isTable) },
    {
      icon: 'file-media',
      label: 'Save as SVG',
      isDisabled: panels.length === 0 || isTable,
      use: () => saveSvg(store, 'metrics', list.current),
    },
    { icon: 'save', label: 'Save as CSV', isDisabled: panels.length === 0, use: () => saveCsv(store, 'metrics', panelRows(panels)) },
  ];
  return (
    <Card id="metrics" title="Metrics" tools={tools}>
      {store.curves.size > 0 && <MetricSearch />}
      {panels.length > 0 && (isTable ? <PanelTable panels={panels} /> : <Panels panels={panels} list={list} />)}
      {panels.length === 0 && store.run !== null && (
        <EmptyState>
          <p>
            {store.curves.size > 0
              ? 'Choose a metric, and its curve appears here, with its best value.'
              : 'Every metric that changes while the run trains can be shown here, from the first evaluation on.'}
          </p>
        </EmptyState>
      )}
    </Card>
  );
}

/** Points of the curves that are shown. */
function pointsOf({ curves, view }: RunStore): number {
  return view.metrics.reduce((sum, name) => sum + (curves.get(name)?.length ?? 0), 0);
}

/** A field that finds metrics, and a button for each that it finds. */
function MetricSearch() {
  const { store, talk } = useLab();
  const [text, setText] = useState('');
  const chosen = new Set(store.view.metrics);
  const found = findMetrics(store, text).sort((a, b) => Number(chosen.has(b)) - Number(chosen.has(a)));
  const toggle = (name: string): void => {
    if (!chosen.delete(name)) chosen.add(name);
    talk.changeView({ metrics: [...chosen] });
  };
  const offered = found.slice(0, mostOffered);
  return (
    <div class="metric-search">
      <input
        type="search"
        value={text}
        placeholder="find a metric"
        aria-label="Find a metric by its name"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && offered[0] !== undefined) toggle(offered[0]);
          if (event.key === 'Escape') setText('');
        }}
      />
      <fieldset class="chips" aria-label="Metrics">
        {offered.map((name) => {
          const { alone, definition } = metricFacts(name);
          return (
            <button
              type="button"
              class="chip"
              key={name}
              aria-pressed={chosen.has(name)}
              title={`${name}: ${definition}`}
              onClick={() => toggle(name)}
            >
              {alone}
            </button>
          );
        })}
      </fieldset>
      <span class="muted" role="status">
        {found.length > mostOffered
          ? `${found.length - mostOffered} more`
          : found.length === 0 && store.curves.size > 0
            ? 'none is called so'
            : ''}
      </span>
    </div>
  );
}
