import { useEffect, useState } from 'preact/hooks';
import { formatPlain } from '../draw/formatNumber.ts';
import type { Panel } from '../draw/panel.ts';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';
import { PanelChart } from './panelChart.tsx';
import { useThemeColours } from './useThemeColours.ts';

/** Small charts side by side, as many as there is room for, each with its sentence. */
export function Panels({ panels, list }: { panels: Panel[]; list: { current: HTMLDivElement | null } }) {
  const { store } = useLab();
  const colours = useThemeColours(store);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(Math.floor(list.current?.firstElementChild?.getBoundingClientRect().width ?? 0)));
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, [list]);
  return (
    <div class="panels" ref={list}>
      {panels.map((panel) => (
        <figure key={panel.id} class="panel">
          <h3 title={panel.definition}>{panel.title}</h3>
          <div class="drawing">{width > 0 && <PanelChart panel={panel} width={width} colours={colours} />}</div>
          <figcaption>{panel.sentence}</figcaption>
        </figure>
      ))}
    </div>
  );
}

/** The numbers behind the panels. */
export function PanelTable({ panels }: { panels: Panel[] }) {
  const [head, ...rows] = [...panelRows(panels)];
  const shown = rows.map((cells) => cells.map((cell) => (typeof cell === 'number' ? formatPlain(cell) : cell)));
  return <DataTable caption="Numbers of every panel" columns={head!.map(String)} rows={shown} />;
}

/** One row a point, under a row of names; intervals where a panel has them. */
export function* panelRows(panels: Panel[]): Generator<(string | number)[]> {
  const hasIntervals = panels.some(({ lines }) => lines.some(({ points }) => points.some(({ low }) => low !== undefined)));
  yield ['panel', 'line', 'x', 'y', ...(hasIntervals ? ['low', 'high'] : [])];
  for (const { title, lines } of panels)
    for (const { label, kind, points } of lines)
      for (const { x, y, low, high } of points) yield [title, label || kind, x, y, ...(hasIntervals ? [low ?? '', high ?? ''] : [])];
}
