// Every autoencoder that can be trained today, by a name that says it: what engines are held against each other with.
import { type AutoencoderExperiment, autoencoderSchema } from '../../../src/experiment/autoencoder.ts';

/** The parts of an experiment that decide what is computed, by their names. */
const parts = {
  model: {
    linear: { kind: 'linear', latent: 3 },
    'linear with biases': { kind: 'linear', latent: 3, bias: true },
    'no hidden layer': { kind: 'mlp', hidden: [], latent: 3, latentActivation: 'tanh' },
    relu: { kind: 'mlp', hidden: [6], latent: 3, activation: 'relu' },
    tanh: { kind: 'mlp', hidden: [6], latent: 3, activation: 'tanh', outputActivation: 'sigmoid' },
    sigmoid: { kind: 'mlp', hidden: [6], latent: 3, activation: 'sigmoid' },
    gelu: { kind: 'mlp', hidden: [6], latent: 3, activation: 'gelu', latentActivation: 'sigmoid' },
    elu: { kind: 'mlp', hidden: [6], latent: 3, activation: 'elu', latentActivation: 'softplus' },
    softplus: { kind: 'mlp', hidden: [6], latent: 3, activation: 'softplus' },
    'no activation': { kind: 'mlp', hidden: [6], latent: 3, activation: 'none', latentActivation: 'relu' },
    'two hidden relu layers': { kind: 'mlp', hidden: [6, 5], latent: 3, activation: 'relu', latentActivation: 'elu' },
    'two hidden tanh layers': { kind: 'mlp', hidden: [6, 5], latent: 2, activation: 'tanh', latentActivation: 'gelu' },
  },
  corruption: {
    'no corruption': { kind: 'none' },
    noise: { kind: 'gaussian', sigma: 0.3 },
    mask: { kind: 'mask', ratio: 0.4 },
    'mask without 1/p': { kind: 'mask', ratio: 0.4, rescale: false },
    'mask with flags': { kind: 'mask', ratio: 0.4, flags: true },
    'mask with flags without 1/p': { kind: 'mask', ratio: 0.4, rescale: false, flags: true },
  },
  loss: {
    'squared of all': { kind: 'squared', over: 'all' },
    'squared of masked': { kind: 'squared', over: 'masked' },
    'squared of visible': { kind: 'squared', over: 'visible' },
    'cross-entropy of all': { kind: 'binaryCrossEntropy', over: 'all' },
    'cross-entropy of masked': { kind: 'binaryCrossEntropy', over: 'masked' },
    'cross-entropy of visible': { kind: 'binaryCrossEntropy', over: 'visible' },
  },
  penalty: {
    'no penalty': { weights: 0 },
    penalty: { weights: 0.02 },
  },
  optimizer: {
    sgd: { kind: 'sgd', learningRate: 0.02 },
    momentum: { kind: 'momentum', learningRate: 0.01, momentum: 0.8 },
    'Nesterov’s momentum': { kind: 'momentum', learningRate: 0.01, momentum: 0.8, nesterov: true },
    adam: { kind: 'adam', learningRate: 0.01 },
    adamw: { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  },
} satisfies Record<string, Record<string, object>>;

type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

/** One experiment of the product, with the name of each of its parts. */
export interface ParityCase {
  name: string;
  choice: Readonly<Record<Part, string>>;
  experiment: AutoencoderExperiment;
}

/** Whether the parts go together: what `autoencoderProgram` refuses is left out. */
function isPossible({ corruption, loss }: Record<Part, string>): boolean {
  return loss.endsWith('of all') || corruption.startsWith('mask');
}

function caseOf(choice: Record<Part, string>): ParityCase {
  const sections = Object.fromEntries(partNames.map((part) => [part, (parts[part] as Record<string, object>)[choice[part]]]));
  const data = { source: 'digits', scale: 'unit', center: false };
  const experiment = autoencoderSchema.parse({ version: 1, task: 'autoencoder', data, ...sections });
  return { name: partNames.map((part) => choice[part]).join(', '), choice, experiment };
}

/** Every choice of parts that go together, the last part changing first. */
function productOf(names: readonly Part[]): Record<Part, string>[] {
  const [first, ...others] = names;
  if (first === undefined) return [{} as Record<Part, string>];
  const rest = productOf(others);
  return Object.keys(parts[first]).flatMap((name) => rest.map((choice) => ({ ...choice, [first]: name })));
}

/** The full product: every model under every corruption, loss, penalty and optimizer that go together. */
export const parityCases: readonly ParityCase[] = productOf(partNames).filter(isPossible).map(caseOf);

/** Every model under every corruption, loss and penalty that go together, the optimizers taking turns. */
export const gradientCases: readonly ParityCase[] = parityCases.filter((_, i) => {
  const count = Object.keys(parts.optimizer).length;
  return i % count === Math.floor(i / count) % count;
});

const pairsOf = ({ choice }: ParityCase): string[] =>
  partNames.flatMap((a, i) => partNames.slice(i + 1).map((b) => `${choice[a]} | ${choice[b]}`));

/** As many of the cases as wanted: each time the one with the most parts, then the most pairs of parts, that have not come up yet. */
export function coveringCases(cases: readonly ParityCase[], wanted: number): ParityCase[] {
  const met = new Set<string>();
  const listed = cases.map((one) => ({ one, parts: Object.values(one.choice), pairs: pairsOf(one) }));
  const fresh = (names: readonly string[]) => names.reduce((sum, name) => sum + (met.has(name) ? 0 : 1), 0);
  return Array.from({ length: wanted }, () => {
    const scores = listed.map(({ parts, pairs }) => 100 * fresh(parts) + fresh(pairs));
    const best = listed[scores.indexOf(Math.max(...scores))]!;
    for (const name of [...best.parts, ...best.pairs]) met.add(name);
    return best.one;
  });
}

/** Names of parts that none of the cases has. */
export function missingParts(cases: readonly ParityCase[]): string[] {
  return partNames.flatMap((part) => Object.keys(parts[part]).filter((name) => !cases.some(({ choice }) => choice[part] === name)));
}

/** Pairs of parts of the full product that none of the cases has. */
export function missingPairs(cases: readonly ParityCase[]): string[] {
  const met = new Set(cases.flatMap(pairsOf));
  return [...new Set(parityCases.flatMap(pairsOf))].filter((pair) => !met.has(pair));
}
