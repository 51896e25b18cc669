import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import { metricFacts } from '../draw/metricFacts.ts';
import type { RunStore } from '../state/runStore.ts';
import { post } from '../talk/vscodeApi.ts';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { useLab } from './lab.ts';
import { saveCsv } from './saveCard.ts';

/** Every metric of the run at the moment of the head; hover says what it is, a click copies it. */
export function NumbersCard() {
  const { store } = useLab();
  const numbers = numbersAtHead(store);
  const tools: CardTool[] = [
    {
      icon: 'save',
      label: 'Save as CSV',
      isDisabled: numbers.length === 0,
      use: () => saveCsv(store, 'numbers', [['metric', 'value'], ...numbers]),
    },
  ];
  const epoch = formatEpoch(Number((store.headStep * store.epochsPerStep).toFixed(2)));
  return (
    <Card id="numbers" title="Numbers" tools={tools} aside={store.run && <span class="muted number">epoch {epoch}</span>}>
      {store.run && numbers.length === 0 ? (
        <EmptyState>
          <p>Every metric of the run appears here with the first evaluation.</p>
        </EmptyState>
      ) : (
        <ul class="numbers">
          {numbers.map(([name, value]) => {
            const { alone, definition } = metricFacts(name);
            return (
              <li key={name}>
                <button
                  type="button"
                  class="quiet"
                  title={`${name}: ${definition}. Click copies the number.`}
                  onClick={() => post({ kind: 'copy', text: String(value) })}
                >
                  <span class="cut">{alone}</span>
                  <span class="number">{formatNumber(value, 4)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

const kinds = ['validation', 'train', 'test', 'batch', 'theory', 'probe', 'downstream', 'latent'];
const kindOf = (name: string): number => (kinds.indexOf(name.split('.')[0]!) + kinds.length + 1) % (kinds.length + 1);
const byKind = (a: string, b: string): number => kindOf(a) - kindOf(b) || (a < b ? -1 : 1);

/** Angles and modes one by one and the arms with few labels have cards of their own, and would bury the rest. */
const isNumber = (name: string): boolean => !/^(modes\.\d|theory\.angles\.\d|downstream\.)/.test(name);

/** Newest values while live; while the head is held the last ones not later than it. What has no curve does not change. */
function numbersAtHead(store: RunStore): [string, number][] {
  const newest = store.run?.metrics ?? {};
  const names = [...new Set([...Object.keys(newest), ...store.curves.keys()])].filter(isNumber).sort(byKind);
  return names.flatMap((name): [string, number][] => {
    const curve = store.curves.get(name);
    const value = curve && (store.view.head !== null || !(name in newest)) ? curve.valueAt(store.headStep) : newest[name];
    return value === null || value === undefined ? [] : [[name, value]];
  });
}
