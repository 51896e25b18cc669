import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../experiment/didYouMean.ts';
import { UserError } from '../experiment/problem.ts';
import { groupTemplates } from '../experiment/templateOrder.ts';
import type { Command } from './commands.ts';
import { mediaFolder } from './mediaFolder.ts';
import { readArguments } from './readArguments.ts';

const usage = 'template [NAME]';
const ending = '.latent.jsonc';

/** `latent-lab template`: prints an experiment to start from, or lists them. */
export const templateCommand: Command = {
  usage,
  summary: 'print an experiment to start from; without a name, list them',
  run: async (args) => {
    const { positionals } = readArguments(args, {}, usage);
    const folder = join(mediaFolder(), 'templates');
    const files = readdirSync(folder).filter((file) => file.endsWith(ending));
    const names = groupTemplates(files.map((file) => file.slice(0, -ending.length))).flatMap((group) => group.names);
    const [name] = positionals;
    if (name === undefined) {
      console.log(names.join('\n'));
      return 0;
    }
    if (!names.includes(name)) {
      const near = didYouMean(name, names);
      throw new UserError(
        `there is no template "${name}"${near === null ? '' : `, did you mean "${near}"`}; there are: ${names.join(', ')}`,
      );
    }
    process.stdout.write(readFileSync(join(folder, `${name}${ending}`), 'utf8'));
    return 0;
  },
};
