import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../experiment/problem.ts';

/**
 * Reads options and positional words by node:util's parseArgs.
 * @throws UserError for an unknown option or a missing value, with the command's usage
 */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T, usage: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const what = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UserError(`${what}; usage: latent-lab ${usage}`);
  }
}
