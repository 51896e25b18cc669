import { didYouMean } from '../experiment/didYouMean.ts';
import { checkCommand } from './checkCommand.ts';
import { compareCommand } from './compareCommand.ts';
import { decodeCommand } from './decodeCommand.ts';
import { downstreamCommand } from './downstreamCommand.ts';
import { enginesCommand } from './enginesCommand.ts';
import { helpCommand } from './helpCommand.ts';
import { resumeCommand } from './resumeCommand.ts';
import { runsCommand } from './runsCommand.ts';
import { setupCommand } from './setupCommand.ts';
import { showCommand } from './showCommand.ts';
import { sweepCommand } from './sweepCommand.ts';
import { templateCommand } from './templateCommand.ts';
import { trainCommand } from './trainCommand.ts';

/** One word of the command line. */
export interface Command {
  /** "train FILE [--runs DIR] ..." */
  usage: string;
  /** One line for the help. */
  summary: string;
  /** Runs it; resolves with the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** Arguments that make no sense: the exit code is 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  static unknown(word: string): CommandError {
    if (Object.hasOwn(planned, word)) return new CommandError(`not built yet: the command "${word}"`);
    const near = didYouMean(word, Object.keys(commands));
    return new CommandError(`there is no command "${word}"${near === null ? '' : `, did you mean "${near}"`}; latent-lab help lists them`);
  }
}

/** Words of the contract that later versions will answer. */
const planned: Record<string, true> = { fork: true, verify: true, export: true };

/** Every command by its word. */
export const commands: Record<string, Command> = {
  train: trainCommand,
  resume: resumeCommand,
  sweep: sweepCommand,
  check: checkCommand,
  runs: runsCommand,
  show: showCommand,
  compare: compareCommand,
  downstream: downstreamCommand,
  decode: decodeCommand,
  template: templateCommand,
  engines: enginesCommand,
  setup: setupCommand,
  serve: {
    usage: 'serve',
    summary: 'answer questions about data and experiments on stdin and stdout (for editors)',
    run: async () => {
      const { serve } = await import('../server/serve.ts');
      return serve();
    },
  },
  help: helpCommand(() => commands),
};
