import { UserError } from '../experiment/problem.ts';
import type { Command } from './commands.ts';
import { readArguments } from './readArguments.ts';

const usage = 'setup tensorflow';

/** `latent-lab setup tensorflow`: installs the native engine for this user. `--prove FOLDER` is what its install runs to try it. */
export const setupCommand: Command = {
  usage,
  summary: 'install the native TensorFlow engine for this user (about 300 MB to download, 650 MB on disk)',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { prove: { type: 'string' } }, usage);
    if (positionals.length !== 1 || positionals[0] !== 'tensorflow')
      throw new UserError(`there is only "tensorflow" to set up; usage: latent-lab ${usage}`);
    return values.prove === undefined ? setUp() : prove(values.prove);
  },
};

async function setUp(): Promise<number> {
  const { installTensorflow } = await import('../engine/installTensorflow.ts');
  const { runProgram } = await import('../engine/runProgram.ts');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const startMs = Date.now();
  const own = [process.execPath, process.argv[1]!, 'setup', 'tensorflow', '--prove'] as const;
  try {
    const { description, folder } = await installTensorflow({
      say: (line) => console.log(line),
      show: (text) => console.error(text.trimEnd()),
      prove: async (packageFolder) => (await runProgram([...own, packageFolder], { signal: stop.signal })).trim(),
      signal: stop.signal,
    });
    const seconds = Math.round((Date.now() - startMs) / 1000);
    console.log(`${description} is ready in ${folder} (${seconds} s); "engine": "tensorflow" uses it`);
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error(`latent-lab: ${error instanceof Error ? error.message : error}`);
    return 130;
  }
}

async function prove(packageFolder: string): Promise<number> {
  const { createTensorflowEngine } = await import('../engine/tensorflowEngine.ts');
  const { testEngine } = await import('../engine/testEngine.ts');
  const engine = await createTensorflowEngine(packageFolder, __dirname);
  await testEngine(engine);
  console.log(engine.description);
  return 0;
}
