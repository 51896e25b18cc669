import { useMemo, useRef, useState } from 'preact/hooks';
import { formatEpoch } from '../draw/formatNumber.ts';
import { rowErrors } from '../draw/samplePictures.ts';
import { type Pictured, picturedRows } from '../state/pictured.ts';
import type { RunStore } from '../state/runStore.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { useLab } from './lab.ts';
import { ReconstructionTable } from './reconstructionTable.tsx';
import { SampleBars } from './sampleBars.tsx';
import { SampleStrips } from './sampleStrips.tsx';
import { saveCsv } from './saveCard.ts';
import { saveStrips } from './saveStrips.ts';
import { useThemeColours } from './useThemeColours.ts';

/** What the model makes of the stored rows, at the moment of the head. */
export function ReconstructionCard() {
  const { store } = useLab();
  const colours = useThemeColours(store);
  const [isWorstFirst, setWorstFirst] = useState(false);
  const [isTable, setTable] = useState(false);
  const list = useRef<HTMLElement>(null);
  const pictured = picturedRows(store);
  const { inputs, outputs } = pictured ?? {};
  const errors = useMemo(
    () => (inputs && outputs && store.sample ? rowErrors(inputs, outputs, store.sample.pictured) : null),
    [inputs, outputs, store.sample],
  );
  const order = rowOrder(pictured?.rows ?? 0, isWorstFirst ? errors : null);
  const shape = pictureShape(store, pictured);
  const tools: CardTool[] = [
    {
      icon: 'sort-precedence',
      label: 'Worst first',
      isPressed: isWorstFirst,
      isDisabled: !errors,
      use: () => setWorstFirst(!isWorstFirst),
    },
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: !pictured, use: () => setTable(!isTable) },
    {
      icon: 'file-media',
      label: 'Save as PNG',
      isDisabled: !pictured || !shape || isTable,
      use: () => saveStrips(store, list.current, colours),
    },
    {
      icon: 'save',
      label: 'Save as CSV',
      isDisabled: !pictured,
      use: () => saveCsv(store, 'reconstructions', valueRows(store, pictured!)),
    },
  ];
  const epoch = store.shownFacts?.epoch;
  return (
    <Card
      id="reconstructions"
      title="Reconstructions"
      tools={tools}
      aside={epoch !== undefined && pictured && <span class="muted number">epoch {formatEpoch(epoch)}</span>}
    >
      {!pictured ? (
        <ReconstructionEmpty />
      ) : isTable ? (
        <ReconstructionTable pictured={pictured} order={order} errors={errors} />
      ) : shape ? (
        <SampleStrips {...{ pictured, order, errors, shape, colours, list }} />
      ) : (
        <SampleBars {...{ pictured, order, errors, colours }} />
      )}
      {pictured && store.shown && !outputs && (
        <p class="muted note">The reconstructions of this moment are missing or damaged; the inputs are shown alone.</p>
      )}
    </Card>
  );
}

/** Height and width of the pictures; null where the rows are no pictures, or do not have that many values. */
function pictureShape(store: RunStore, pictured: Pictured | null): [number, number] | null {
  const shape = store.sample?.imageShape ?? null;
  return shape && pictured && shape[0] * shape[1] === pictured.width ? shape : null;
}

function rowOrder(rows: number, errors: Float64Array | null): number[] {
  const order = Array.from({ length: rows }, (_, row) => row);
  return errors ? order.sort((a, b) => errors[b]! - errors[a]!) : order;
}

function ReconstructionEmpty() {
  const { store } = useLab();
  if (!store.run) return null;
  if (store.sample && store.sample.pictured > 0)
    return (
      <EmptyState>
        <p>The stored inputs of this run are missing or damaged.</p>
        <p class="muted">They lie in “arrays” of the run's folder; curves and latents are not touched.</p>
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>Inputs, corrupted inputs, outputs and errors of 64 rows appear here after the first evaluation.</p>
      <p class="muted">“corruption” in the experiment file says what is done to an input before the encoder sees it.</p>
    </EmptyState>
  );
}

function* valueRows(store: RunStore, { rows, width, inputs, corrupted, outputs }: Pictured): Generator<(string | number)[]> {
  yield ['row', 'column', 'input', 'corrupted', 'output'];
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      yield [row, store.sample?.columns[i] ?? i, inputs[at]!, corrupted?.[at] ?? '', outputs?.[at] ?? ''];
    }
}
