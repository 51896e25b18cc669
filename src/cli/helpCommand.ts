import type { Command } from './commands.ts';

/** `latent-lab help`: every command with its options on one line each. */
export function helpCommand(list: () => Record<string, Command>): Command {
  return {
    usage: 'help',
    summary: 'this list',
    run: async () => {
      const commands = Object.values(list());
      const width = Math.max(...commands.map((c) => c.usage.length));
      console.log('latent-lab: experiments in self-supervised learning\n');
      for (const { usage, summary } of commands) console.log(`  ${usage.padEnd(width)}  ${summary}`);
      console.log('\nExit codes: 0 finished, 1 the run failed, 2 the experiment or the arguments are wrong, 130 stopped by the user.');
      return 0;
    },
  };
}
