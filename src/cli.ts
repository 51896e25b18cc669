#!/usr/bin/env node
import { CommandError, commands } from './cli/commands.ts';
import { UserError } from './experiment/problem.ts';

/** Exit codes of the command line (experiment.md). */
const EXIT = { failed: 1, wrong: 2 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  const command = commands[name];
  if (command === undefined) throw CommandError.unknown(name);
  return command.run(rest);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsers = error instanceof UserError || error instanceof CommandError;
    console.error(isUsers ? `latent-lab: ${error.message}` : error);
    process.exitCode = isUsers ? EXIT.wrong : EXIT.failed;
  },
);
