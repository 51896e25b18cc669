import type { RunStore } from '../state/runStore.ts';
import { cutText, formatEpoch } from './formatNumber.ts';
import type { Panel, PanelLine } from './panel.ts';
import { sayAngles, sayCodes, sayDepth, sayFilter, sayJacobian, sayModes, saySimilarity, saySingular } from './theorySentences.ts';

/** Lists of numbers of the moment that is shown, by dotted name. */
type Spectra = ReadonlyMap<string, Float32Array>;

const most = 32;

/** What theory and measures draw of the moment of the head, in the order of the card: only what the run has. */
export function theoryPanels(store: RunStore): Panel[] {
  const spectra: Spectra = store.shown?.spectra ?? new Map();
  const found = [
    filterPanel(spectra),
    modesPanel(store),
    anglesPanel(store),
    singularPanel(spectra),
    depthPanel(spectra),
    jacobianPanel(spectra, store.epochsPerStep),
    codesPanel(spectra),
    similarityPanel(store),
  ];
  return found.filter((panel) => panel !== null);
}

/** Points of a list: its numbers at 1, 2, 3, ... */
function listed(values: Float32Array | undefined): { x: number; y: number }[] {
  return Array.from(values ?? [], (y, i) => ({ x: i + 1, y }));
}

/** Lines of the lists that are there. */
function linesOf(spectra: Spectra, wanted: readonly (readonly [name: string, label: string, kind: PanelLine['kind']])[]): PanelLine[] {
  return wanted.flatMap(([name, label, kind]) => {
    const points = listed(spectra.get(name));
    return points.length === 0 ? [] : [{ label, points, kind, isDotted: true }];
  });
}

function filterPanel(spectra: Spectra): Panel | null {
  const [learned, predicted, variance] = ['learned', 'predicted', 'variance'].map((name) => spectra.get(`filter.${name}`));
  if (!learned) return null;
  return {
    id: 'filter',
    title: 'Filter',
    definition:
      'uᵢᵀ W uᵢ of the principal directions uᵢ of the training rows, largest variance first: 1 keeps a direction whole, 0 loses it. Predicted: the same of the best W; with Gaussian noise λᵢ/(λᵢ + σ²)',
    sentence: sayFilter(learned, predicted, variance),
    xLabel: 'direction, largest variance first',
    lines: linesOf(spectra, [
      ['filter.predicted', 'predicted', 'predicted'],
      ['filter.learned', 'learned', 'learned'],
    ]),
    isLog: false,
    mark: null,
  };
}

function singularPanel(spectra: Spectra): Panel | null {
  const map = spectra.get('singular.map');
  if (!map) return null;
  return {
    id: 'singular',
    title: 'Singular values',
    definition: 'of the encoder A, the decoder B and both together, W = BA: W shrinks where they are below 1 and expands where above',
    sentence: saySingular(map, spectra.get('singular.best')),
    xLabel: 'singular value, largest first',
    lines: linesOf(spectra, [
      ['singular.encoder', 'A', 'beside'],
      ['singular.decoder', 'B', 'beside'],
      ['singular.best', 'best W', 'predicted'],
      ['singular.map', 'W', 'learned'],
    ]),
    isLog: false,
    mark: null,
  };
}

function jacobianPanel(spectra: Spectra, epochsPerStep: number): Panel | null {
  const values = spectra.get('jacobian.singular');
  if (!values || spectra.has('singular.map')) return null;
  return {
    id: 'jacobian',
    title: 'Jacobian',
    definition:
      'singular values of the Jacobian of decoder and encoder together, averaged over a few rows: directions below 1 are shrunk, those above 1 expanded, and 1 everywhere would be the identity',
    sentence: sayJacobian(values),
    xLabel: `singular value, largest first, epoch ${formatEpoch((spectra.get('jacobian.step')?.[0] ?? 0) * epochsPerStep)}`,
    lines: linesOf(spectra, [['jacobian.singular', 'J', 'learned']]),
    isLog: false,
    mark: null,
  };
}

function codesPanel(spectra: Spectra): Panel | null {
  const all = spectra.get('latent.spectrum');
  if (!all || all.length < 2) return null;
  // what lies below is rounding
  const values = all.filter((value) => value > 1e-10 * all[0]!);
  return {
    id: 'codes',
    title: 'Spectrum of the codes',
    definition: 'eigenvalues of the covariance of the codes: how many directions of the latent space are used',
    sentence: sayCodes(all),
    xLabel: 'eigenvalue, largest first',
    lines: [{ label: 'variance', points: listed(values), kind: 'learned', isDotted: true }],
    isLog: values.length > 0,
    mark: null,
  };
}

function depthPanel(spectra: Spectra): Panel | null {
  const steps = spectra.get('depth.steps');
  if (!steps || steps.length === 0) return null;
  const lineOf = (name: string, label: string, kind: PanelLine['kind']): PanelLine[] => {
    const values = spectra.get(name);
    if (!values || values.length === 0) return [];
    return [{ label, kind, isDotted: false, points: Array.from(values, (y, i) => ({ x: steps[i]!, y })) }];
  };
  const own = spectra.get('depth.own')?.[0];
  return {
    id: 'depth',
    title: 'Early stopping',
    definition:
      'loss on corrupted rows against the number d of steps that the encoder takes, at the present B; predicted: Σ(1 - fᵢ)² uᵢᵀSuᵢ + σ²Σfᵢ² and what B cannot reach, with fᵢ = 1 - (1 - ησᵢ²)ᵈ',
    sentence: sayDepth(spectra),
    xLabel: 'steps d of the encoder',
    lines: [...lineOf('depth.predicted', 'predicted', 'predicted'), ...lineOf('depth.measured', 'measured', 'learned')],
    isLog: false,
    mark: own === undefined ? null : { x: own, label: `d = ${own}` },
  };
}

/** Curves with these names, numbered from 1 on, over epochs. */
function numberedCurves(store: RunStore, nameOf: (index: number) => string): { x: number; y: number }[][] {
  const curves: { x: number; y: number }[][] = [];
  for (let index = 1; index <= most; index++) {
    const curve = store.curves.get(nameOf(index));
    if (!curve) break;
    const pairs = curve.between(0, Number.POSITIVE_INFINITY, 128);
    curves.push(Array.from({ length: pairs.length / 2 }, (_, i) => ({ x: pairs[2 * i]! * store.epochsPerStep, y: pairs[2 * i + 1]! })));
  }
  return curves;
}

/** Newest values at the head. */
const atHead = (store: RunStore, nameOf: (index: number) => string, count: number): number[] =>
  Array.from({ length: count }, (_, i) => store.curves.get(nameOf(i + 1))?.valueAt(store.headStep) ?? Number.NaN);

function headMark(store: RunStore): Panel['mark'] {
  return store.view.head === null ? null : { x: store.view.head * store.epochsPerStep, label: '' };
}

function anglesPanel(store: RunStore): Panel | null {
  const nameOf = (index: number): string => `theory.angles.${index}`;
  const curves = numberedCurves(store, nameOf);
  if (curves.length === 0) return null;
  const count = curves.length;
  return {
    id: 'angles',
    title: 'Angles to the best subspace',
    definition:
      'principal angles in degrees between the columns of B and the subspace that the closed form asks for, one for each of its dimensions; all 0 means that it was found',
    sentence: sayAngles(atHead(store, nameOf, count)),
    xLabel: 'epoch',
    lines: curves.map((points, i) => ({
      label: i === count - 1 ? 'largest' : '',
      points,
      kind: i === count - 1 ? 'learned' : 'beside',
      isDotted: false,
    })),
    isLog: false,
    mark: headMark(store),
  };
}

function modesPanel(store: RunStore): Panel | null {
  const strengthOf = (index: number): string => `modes.${index}.strength`;
  const predictedOf = (index: number): string => `modes.${index}.predicted`;
  const strengths = numberedCurves(store, strengthOf);
  if (strengths.length === 0) return null;
  const predictions = numberedCurves(store, predictedOf);
  return {
    id: 'modes',
    title: 'Learning curves',
    definition:
      'uᵢᵀ W uᵢ of the strongest principal directions over time. Predicted, for plain gradient descent from aligned weights of strength s₀: c / (1 + (c/s₀ - 1) e^(-4λt)), c = λ/(λ + σ²), t the sum of the learning rates',
    sentence: sayModes(strengths, atHead(store, strengthOf, predictions.length), atHead(store, predictedOf, predictions.length)),
    xLabel: 'epoch',
    lines: [
      ...predictions.map((points): PanelLine => ({ label: '', points, kind: 'predicted', isDotted: false })),
      ...strengths.map((points, i): PanelLine => ({ label: String(i + 1), points, kind: 'learned', isDotted: false })),
    ],
    isLog: false,
    mark: headMark(store),
  };
}

function similarityPanel(store: RunStore): Panel | null {
  if (!store.similarity) return null;
  const { name, rows, pairs } = store.similarity;
  const points = Array.from({ length: pairs.length / 2 }, (_, i) => ({ x: pairs[2 * i]! * store.epochsPerStep, y: pairs[2 * i + 1]! }));
  return {
    id: 'similarity',
    title: 'Codes against another run',
    definition: `linear CKA, |YᵀX|² / (|XᵀX| |YᵀY|), of the codes of this run at each kept moment with the last codes of “${cutText(name, 80)}”, over ${rows} rows that both keep: 1 when one is a rotated and scaled copy of the other`,
    sentence: saySimilarity(name, points),
    xLabel: 'epoch',
    lines: [{ label: 'CKA', points, kind: 'learned', isDotted: false }],
    isLog: false,
    mark: headMark(store),
  };
}
