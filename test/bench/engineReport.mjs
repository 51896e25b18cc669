// The comparison of engines as a Markdown page.
import { quietCores } from './compareSteps.mjs';
import { describeModel, flopsAStep, noisy, parameterCount } from './models.mjs';
import { markdownTable, median, short } from './statistics.mjs';

/**
 * @typedef {object} Comparison
 * @property {string} date
 * @property {string} machine
 * @property {number} load processes that wanted to run in the minute before
 * @property {Record<string, string>} versions
 * @property {number} rounds
 * @property {{ model: import('./models.mjs').Model, rows: import('./compareSteps.mjs').Row[] }[]} steps
 * @property {import('./wholeRuns.mjs').WholeRun[]} wholeRuns
 * @property {string | null} torchMissing why there is no PyTorch to compare with
 */

const range = (values) => `${short(Math.min(...values))} - ${short(Math.max(...values))}`;
const oneLine = (text) => text.replaceAll('|', '/').replaceAll(/\s+/g, ' ').slice(0, 160);

/** The whole page. @param {Comparison} comparison */
export function engineReport(comparison) {
  const { date, machine, load, versions, torchMissing, steps } = comparison;
  const peak = peakRate(steps);
  const peakWords = peak === null ? '' : ` Peak rate of products (1024 x 1024, float32, PyTorch, all threads): ${short(peak)} GFLOP/s.`;
  return [
    '# Engines against PyTorch',
    `Written by \`npm run bench:engines\`; do not edit. ${date}, ${machine}, load average before the run ${load.toFixed(1)}.${peakWords}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    ...(torchMissing === null ? [] : [`**Without PyTorch**: ${oneLine(torchMissing)}`]),
    howMeasured(comparison),
    '## Steps',
    ...steps.flatMap(({ model, rows }) => stepsSection(model, rows, peak)),
    ...noiseSection(steps),
    ...memorySection(steps),
    ...wholeSection(comparison.wholeRuns),
    '',
  ].join('\n\n');
}

function howMeasured({ rounds, steps }) {
  const others = steps.flatMap(({ rows }) => rows.flatMap((row) => row.others));
  const disturbed = others.filter((cores) => cores > quietCores).length;
  return [
    `Every contender is a process of its own that stays alive and takes blocks of steps of about 0.4 s in turns, ${rounds} rounds, never two at`,
    'the same time, data in memory, warm-up and compilation excluded. All of a model start from the same bytes (weights and 8 batches, seeded) and must have the',
    'same loss at the first step and after the steps named in the table (1e-3 relative). Loss: squared error summed over coordinates, averaged over',
    'rows; Adam 1e-3 (0.9, 0.999, 1e-8); float32. PyTorch: plain loop, `zero_grad(set_to_none=True)`, `Adam(fused=True)`; `torch.compile` has the',
    'forward and backward pass. Times are medians over the rounds with the range; "of PyTorch" is the median over the rounds of the time by that of',
    "PyTorch's best variant in the same round: below 1 is faster. GFLOP/s counts matrix products only. Memory is the peak of the process. Machines are",
    'noisy: compare within a table, not between two runs. A block during which other programs keep more than a fifth of a core busy is taken again, up to',
    `five times; ${disturbed} of ${others.length} blocks stayed disturbed${disturbed > others.length / 10 ? ', **so trust this page little, several threads least**' : ''}.`,
  ].join('\n');
}

/** The best rate of products seen in any round, GFLOP/s. */
function peakRate(steps) {
  const rates = steps.flatMap(({ rows }) =>
    rows.filter(({ side }) => side === 'product').flatMap(({ values, flopsAStep: flops }) => values.map((ms) => flops / ms / 1e6)),
  );
  return rates.length === 0 ? null : Math.max(...rates);
}

function stepsSection(model, rows, peak) {
  const shown = rows.filter(({ side }) => side !== 'product');
  const here = shown.filter(({ missing }) => missing === null);
  const missing = shown.filter((row) => row.missing !== null);
  const head = ['how', `loss 1 -> ${model.checkSteps}`, 'ms a step', 'range', 'of PyTorch', 'GFLOP/s', 'of peak', 'peak memory'];
  const table = markdownTable([head, ...here.map((row) => stepCells(row, peak))], [2, 4, 5, 6, 7]);
  const title = `### ${model.name}: ${describeModel(model)} (${short(flopsAStep(model) / 1e9)} GFLOP a step)`;
  const lines = missing.map((row) => `- ${row.name}: not here (${oneLine(row.missing)})`);
  return [title, table, ...speedWords(here), ...(lines.length === 0 ? [] : [lines.join('\n')])];
}

/** "compiled takes 1.04 times the steps of ... in the same time": against PyTorch's best and our other engines, by rounds. */
function speedWords(rows) {
  const ours = rows.find(({ name }) => name === 'compiled');
  const torch = rows.filter(({ side }) => side === 'torch').toSorted((a, b) => median(a.values) - median(b.values))[0];
  const eager = ['tensorflow', 'wasm'].map((engine) => rows.find(({ name }) => name === engine));
  const others = [torch, ...eager].filter((row) => row !== undefined);
  if (ours === undefined || others.length === 0) return [];
  const words = others.map((row) => {
    const times = median(row.values.map((value, round) => value / ours.values[round]));
    return `${times >= 10 ? times.toFixed(0) : times.toFixed(2)} times the steps of ${row.side === 'torch' ? `PyTorch's best (${oneLine(row.name)})` : row.name}`;
  });
  return [`In the same time, compiled takes ${new Intl.ListFormat('en').format(words)}.`];
}

/** Peak memory of the default engine's process beside what it may take: 150 MB and six times its parameters and data. */
function memorySection(steps) {
  const cells = steps.flatMap(({ model, rows }) => {
    const peak = rows.find(({ name, missing }) => name === 'compiled' && missing === null)?.peakMemory;
    if (!peak) return [];
    const bound = 150 * 2 ** 20 + 24 * (parameterCount(model) + model.batches * model.batch * model.inputs);
    return [[model.name, `${Math.round(peak / 2 ** 20)} MB`, `${Math.round(bound / 2 ** 20)} MB`]];
  });
  if (cells.length === 0) return [];
  return [
    '### Memory of the default engine, and 150 MB + 6 x (parameters and data)',
    markdownTable([['model', 'peak', 'bound'], ...cells], [1, 2]),
  ];
}

function stepCells(row, peak) {
  const rate = row.flopsAStep / median(row.values) / 1e6;
  return [
    row.description === '' ? row.name : `${row.name} (${row.description})`,
    `${row.firstLoss.toPrecision(6)} -> ${row.loss.toPrecision(6)}${row.differs ? ' **differs**' : ''}`,
    short(median(row.values)),
    range(row.values),
    row.ratio === null ? '-' : row.ratio.toFixed(2),
    short(rate),
    peak === null ? '-' : `${short((100 * rate) / peak)} %`,
    row.peakMemory === null ? '-' : `${Math.round(row.peakMemory / 2 ** 20)} MB`,
  ];
}

/** Time that Gaussian noise adds to a step of ours, paired round by round. */
function noiseSection(steps) {
  const rows = steps.find(({ model }) => model.name === noisy.name)?.rows ?? [];
  const pairs = rows.flatMap((plain) => {
    const loud = rows.find(({ name }) => name === `${plain.name} with noise`);
    return loud !== undefined && loud.missing === null && plain.missing === null ? [{ plain, loud }] : [];
  });
  if (pairs.length === 0) return [];
  const cells = pairs.map(({ plain, loud }) => [
    plain.name,
    short(median(plain.values)),
    short(median(loud.values)),
    `${(100 * (median(loud.values.map((value, round) => value / plain.values[round])) - 1)).toFixed(1)} %`,
  ]);
  const title = `### ${noisy.name} with Gaussian noise of ${noisy.sigma} on every input`;
  return [title, markdownTable([['engine', 'ms a step', 'with noise', 'added'], ...cells], [1, 2, 3])];
}

function wholeSection(wholeRuns) {
  if (wholeRuns.length === 0) return [];
  const ofKind = (kind) => wholeRuns.filter(({ what }) => what === kind);
  const best = Math.min(...ofKind('run').flatMap(({ side, values }) => (side === 'torch' ? [median(values)] : [])));
  const runs = ofKind('run').map(({ name, values, loss }) => [
    name,
    short(median(values)),
    range(values),
    Number.isFinite(best) ? (median(values) / best).toFixed(2) : '-',
    loss.toPrecision(3),
  ]);
  const starts = ofKind('start').map(({ name, values }) => [name, String(Math.round(median(values))), range(values)]);
  return [
    '## Whole processes',
    [
      'The digits template, 64-[64]-16, Gaussian noise 0.25, batch 64, 50 epochs, from starting the process to its end, taking turns. Both log every',
      'step, measure training, validation and test rows after every epoch, clean and with 4 stored corruptions, and save the codes of all rows.',
      'Ours also saves projections, reconstructions, checkpoints and a picture. The random numbers are not the same, so the losses are only near.',
    ].join('\n'),
    markdownTable([['how', 's', 'range', 'of PyTorch', 'test loss'], ...runs], [1, 3, 4]),
    'From starting the process to the first logged step on disk:',
    markdownTable([['how', 'ms', 'range'], ...starts], [1]),
  ];
}
