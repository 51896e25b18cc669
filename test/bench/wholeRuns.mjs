// The digits template as a whole process: ours against PyTorch's, and how soon each has its first point on disk.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timeFirstLine, timeFirstStep, timeTraining } from './digitsRun.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = join(root, 'test/bench/torch_digits.py');
const data = join(root, 'media/datasets/digits.csv.gz');

/**
 * @typedef {object} WholeRun
 * @property {string} name
 * @property {string} what 'run' (seconds) or 'start' (milliseconds)
 * @property {'ours' | 'torch'} side
 * @property {number[]} values
 * @property {number | null} loss loss of the test rows at the end
 */

/**
 * @param {import('./torchEnvironment.mjs').TorchEnvironment | null} torch
 * @param {number} repeats
 * @returns {Promise<WholeRun[]>}
 */
export async function compareWholeRuns(torch, repeats) {
  const work = mkdtempSync(join(tmpdir(), 'latent-lab-bench-'));
  const contenders = [...ours(work), ...(torch === null ? [] : pytorch(torch, work))];
  const results = contenders.map(({ name, what, side }) => ({ name, what, side, values: [], loss: null }));
  try {
    for (let repeat = 0; repeat < repeats; repeat++)
      for (const [i, { name, measure }] of contenders.entries()) {
        console.error(`  ${results[i].name} (${repeat + 1} of ${repeats}) ...`);
        const { value, loss = null, engine } = await measure(repeat);
        results[i].values.push(value);
        results[i].loss = loss;
        if (engine !== undefined) results[i].name = `${name} (${engine})`;
      }
    return results;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function ours(work) {
  return [
    {
      name: 'latent-lab train',
      what: 'run',
      side: 'ours',
      measure: () => {
        const { seconds, engine, metrics } = timeTraining(work);
        return { value: seconds, loss: metrics['test.loss'], engine };
      },
    },
    { name: 'trainer', what: 'start', side: 'ours', measure: async (repeat) => ({ value: await timeFirstStep(work, repeat) }) },
  ];
}

function pytorch({ python, env }, work) {
  const command = (folder, threads) => {
    mkdirSync(folder, { recursive: true });
    return [python, script, data, folder, String(threads)];
  };
  const whole = (name, threads) => ({
    name,
    what: 'run',
    side: 'torch',
    measure: (repeat) => {
      const [program, ...args] = command(join(work, `torch-${threads}-${repeat}`), threads);
      const start = performance.now();
      const said = execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
      return { value: (performance.now() - start) / 1000, loss: JSON.parse(said).metrics['test.loss'] };
    },
  });
  return [
    whole('PyTorch eager, 1 thread', 1),
    ...(availableParallelism() > 1 ? [whole('PyTorch eager, its own number of threads', 0)] : []),
    {
      name: 'the same script in PyTorch, 1 thread',
      what: 'start',
      side: 'torch',
      measure: async (repeat) => {
        const folder = join(work, `torch-start-${repeat}`);
        return { value: await timeFirstLine(command(folder, 1), join(folder, 'events.jsonl'), env) };
      },
    },
    {
      name: 'python -c "import torch", nothing else',
      what: 'start',
      side: 'torch',
      measure: () => {
        const start = performance.now();
        execFileSync(python, ['-c', 'import torch'], { env, stdio: 'ignore' });
        return { value: performance.now() - start };
      },
    },
  ];
}
