// All contenders of one model, taking turns: every round each runs one block of steps while the others wait.
import { setTimeout as wait } from 'node:timers/promises';
import { flopsAStep } from './models.mjs';
import { median } from './statistics.mjs';

const blockSeconds = 0.4;
/** Threads of a pool go on spinning for a while after their work; the next contender shall not feel it. */
const restMs = 60;
const tolerance = 1e-3;
/** A block in which other programs keep more of a core busy than this is taken again, so many times at most. */
export const quietCores = 0.2;
const mostTries = 6;

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} side
 * @property {string} description
 * @property {string | null} missing why it is not here
 * @property {number | null} firstLoss
 * @property {number | null} loss after the model's `checkSteps` steps
 * @property {boolean} differs from the reference's loss by more than 1e-3
 * @property {number[]} values milliseconds a step, one a round
 * @property {number[]} others cores that other programs kept busy, one a round
 * @property {number | null} ratio time a step by that of PyTorch's best, median of the rounds
 * @property {number} flopsAStep
 * @property {number | null} peakMemory bytes
 */

/**
 * Compares contenders on one model.
 * @param {import('./models.mjs').Model} model
 * @param {import('./contender.mjs').Contender[]} contenders
 * @param {number} rounds
 * @returns {Promise<Row[]>} in the order of the contenders
 */
export async function compareSteps(model, contenders, rounds) {
  const rows = new Map(contenders.map((contender) => [contender, emptyRow(model, contender)]));
  try {
    for (const contender of contenders) await begin(model, contender, rows.get(contender));
    const here = contenders.filter((contender) => rows.get(contender).missing === null);
    for (let round = 0; round < rounds; round++)
      // another one begins in every round, so that nobody always follows the same neighbour
      for (let turn = 0; turn < here.length; turn++) await takeBlock(here[(round + turn) % here.length]);
    for (const contender of here) {
      const { values, others } = contender;
      Object.assign(rows.get(contender), { values, others, peakMemory: contender.peakMemory() });
    }
  } finally {
    for (const contender of contenders) contender.stop();
  }
  judge([...rows.values()], contenders);
  return [...rows.values()];
}

/** One block of steps, again while others disturb it; the least disturbed one counts. */
async function takeBlock(contender) {
  let best = null;
  for (let tries = 0; tries < mostTries && !(best?.others <= quietCores); tries++) {
    const taken = await contender.run(contender.blockSteps);
    if (best === null || taken.others < best.others) best = taken;
    await wait(restMs * (1 + tries));
  }
  contender.values.push((1000 * best.seconds) / contender.blockSteps);
  contender.others.push(best.others);
}

function emptyRow(model, { name, side }) {
  return {
    name,
    side,
    description: '',
    missing: null,
    firstLoss: null,
    loss: null,
    differs: false,
    values: [],
    others: [],
    ratio: null,
    flopsAStep: side === 'product' ? 2 * 1024 ** 3 : flopsAStep(model),
    peakMemory: null,
  };
}

/** Starts a contender, takes the steps whose loss is compared, warms it up and finds how many steps fill a block. */
async function begin(model, contender, row) {
  try {
    await contender.start();
    row.description = contender.said.description;
    row.firstLoss = (await contender.run(1)).loss;
    row.loss = (await contender.run(model.checkSteps - 1)).loss;
    let steps = 1;
    for (let seconds = 0; seconds < blockSeconds; ) {
      ({ seconds } = await contender.run(steps));
      contender.blockSteps = Math.max(1, Math.round((steps * blockSeconds) / seconds));
      steps = Math.min(contender.blockSteps + 1, 20 * steps);
    }
  } catch (error) {
    row.missing = error.message.split('\n')[0];
    contender.stop();
  }
  console.error(`  ${contender.name}: ${row.missing === null ? `ready (${row.description})` : `not here (${row.missing})`}`);
}

/** Which losses differ, and how many times as long as PyTorch's best everybody takes. */
function judge(rows, contenders) {
  const torch = rows.filter(({ side, missing }) => side === 'torch' && missing === null);
  const reference = torch[0] ?? rows.find(({ side, missing }) => side === 'ours' && missing === null);
  const best = torch.toSorted((a, b) => median(a.values) - median(b.values))[0];
  rows.forEach((row, i) => {
    if (row.missing !== null || row.side === 'product') return;
    const isFar = (a, b) => !(Math.abs(a - b) <= tolerance * Math.abs(b));
    row.differs = contenders[i].isChecked && (isFar(row.firstLoss, reference.firstLoss) || isFar(row.loss, reference.loss));
    if (best) row.ratio = median(row.values.map((value, round) => value / best.values[round]));
  });
}
