import { basename } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import type { Command } from './commands.ts';
import { readEngine } from './engineOption.ts';
import { findRun } from './findRun.ts';
import { mediaFolder } from './mediaFolder.ts';
import { ProgressLine } from './progressLine.ts';
import { readArguments } from './readArguments.ts';
import { tellTraining } from './tellTraining.ts';

const usage = 'resume RUN [--engine E] [--json]';
const options = { engine: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `latent-lab resume`: goes on with a run that was stopped, interrupted or failed, to the bit. */
export const resumeCommand: Command = {
  usage,
  summary: 'go on with a stopped or interrupted run from its last checkpoint',
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    if (positionals.length !== 1) throw new UserError(`name one run, got ${positionals.length}; usage: latent-lab ${usage}`);
    const folder = await findRun(positionals[0]!);
    const engine = readEngine(values.engine);
    const { resumeRun } = await import('../trainer/resumeRun.ts');
    const progress = new ProgressLine(process.stderr);
    const result = await resumeRun({
      folder,
      media: mediaFolder(),
      engineFolder: __dirname,
      engine: engine === 'auto' ? undefined : engine,
      leaseSeconds: null,
      onEvent: (_, state) => progress.update(state),
      onDesk: (desk) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => desk.stop('stopped by the user'));
      },
    });
    progress.clear();
    return tellTraining({ isJson: values.json === true, id: basename(folder), folder }, result);
  },
};
