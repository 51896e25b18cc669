import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import { lossReading, lossUnitOf, lossUnitWords } from '../draw/lossReading.ts';
import { metricFacts } from '../draw/metricFacts.ts';
import type { RunStore } from '../state/runStore.ts';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';

const mostRows = 200;

/** The loss curves as numbers: one row an evaluation (or point, where there is none), newest first. */
export function LossTable({ names }: { names: string[] }) {
  const { store } = useLab();
  const columns = [...names].reverse();
  const reading = lossReading(store);
  const unit = store.run?.language ? `, ${lossUnitWords[lossUnitOf(store)]}` : '';
  const steps = rowSteps(store, columns);
  const every = Math.ceil(steps.length / mostRows);
  const chosen = steps.filter((_, i) => (steps.length - 1 - i) % every === 0).reverse();
  const rows = chosen.map((step) => [
    formatEpoch(step * store.epochsPerStep),
    ...columns.map((name) => {
      const value = store.curves.get(name)?.valueAt(step) ?? null;
      return value === null ? '' : formatNumber(reading(name, value), 4);
    }),
  ]);
  const thinned = every > 1 ? `, every ${every}th point` : '';
  return (
    <DataTable
      caption={`Loss by epoch, newest first${unit}${thinned}`}
      columns={['epoch', ...columns.map((name) => metricFacts(name).label)]}
      rows={rows}
    />
  );
}

/** Steps of the rows: of the first curve that comes from evaluations, else of the first curve. */
function rowSteps(store: RunStore, names: string[]): number[] {
  const name = names.find((candidate) => !candidate.startsWith('batch.')) ?? names[0];
  return name === undefined ? [] : [...new Set(store.curves.get(name)?.steps ?? [])];
}
