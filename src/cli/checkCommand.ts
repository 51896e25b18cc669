import { resolve } from 'node:path';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import type { Problem } from '../experiment/problem.ts';
import { UserError } from '../experiment/problem.ts';
import type { Command } from './commands.ts';
import { readExperimentFile } from './experimentFile.ts';
import { mediaFolder } from './mediaFolder.ts';
import { readArguments } from './readArguments.ts';

const usage = 'check FILE... [--json]';

/** One problem as editors and continuous integration read it. */
export function problemLine(file: string, problem: Problem): string {
  const fix = problem.fix === undefined || problem.message.includes('did you mean') ? '' : ` (did you mean ${problem.fix}?)`;
  return `${file}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}${fix}`;
}

/** `latent-lab check`: diagnostics of experiment files and of how they fit their data. */
export const checkCommand: Command = {
  usage,
  summary: 'say what is wrong with experiment files, line by line',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean' } }, usage);
    if (positionals.length === 0) throw new UserError(`no file named; usage: latent-lab ${usage}`);
    const { checkExperiment } = await import('../server/checkExperiment.ts');
    const all: (Problem & { file: string })[] = [];
    for (const file of positionals) {
      const text = readExperimentFile(file);
      const { experiment, problems } = parseExperiment(text);
      const more =
        experiment === null
          ? []
          : (await checkExperiment({ text, path: resolve(file) }, mediaFolder(), new AbortController().signal)).problems;
      for (const problem of [...problems, ...more]) all.push({ file, ...problem });
    }
    const errors = all.filter((p) => p.severity === 'error').length;
    if (values.json) {
      const rows = all.map(({ file, line, column, severity, path, message, fix }) => ({
        file,
        line,
        column,
        severity,
        path,
        message,
        fix,
      }));
      console.log(JSON.stringify({ problems: rows }));
    } else {
      for (const problem of all) console.log(problemLine(problem.file, problem));
      if (all.length === 0)
        console.log(positionals.length === 1 ? `${positionals[0]}: no problems` : `${positionals.length} files: no problems`);
    }
    return errors > 0 ? 2 : 0;
  },
};
