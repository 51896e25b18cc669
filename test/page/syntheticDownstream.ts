import type { RunView } from '../../src/protocol/page.ts';

type Downstream = NonNullable<RunView['downstream']>;

const arms = ['raw', 'pca', 'scratch', 'frozen', 'fineTune'] as const;
const budgets = [10, 50, 200];

/** A comparison that fine-tuning wins, as far as it has come: `fits` of its 75. */
export function downstreamWith(fits = 75, classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']): Downstream {
  const measured = budgets.flatMap((labels, b) =>
    Array.from({ length: 5 }, (_, draw) =>
      arms.map((arm, a) => {
        const accuracy = Math.min(0.98, 0.4 + 0.2 * b + 0.03 * a + 0.01 * Math.sin(3 * draw + a));
        return {
          arm,
          labels,
          draw,
          accuracy,
          losses: { crossEntropy: 2.5 * (1 - accuracy), squared: 1 - accuracy, hinge: 2 * (1 - accuracy) },
          strength: arm === 'scratch' ? null : 1,
          unseen: [],
        };
      }),
    ).flat(),
  );
  return {
    step: 1000,
    arms: [...arms],
    labels: budgets,
    draws: 5,
    head: { hidden: [], loss: 'crossEntropy' },
    transductive: false,
    classes,
    testRows: 360,
    measured: measured.slice(0, fits),
    confusion: fits === 75 ? 'arrays/confusion.npy' : null,
  };
}

/** float32 [arms, budgets, classes, classes]: most rows are right, some are taken for the next class. */
export function confusionOf({ arms: all, labels, classes }: Downstream): ArrayBuffer {
  const count = classes.length;
  return Float32Array.from({ length: all.length * labels.length * count * count }, (_, at) => {
    const [i, j] = [Math.floor(at / count) % count, at % count];
    return i === j ? 160 : j === (i + 1) % count ? 20 : 0;
  }).buffer;
}
