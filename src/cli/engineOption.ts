import { UserError } from '../experiment/problem.ts';

const ENGINES = ['auto', 'compiled', 'tensorflow', 'wasm'] as const;

/** The engine that --engine names; undefined where the option is not given. @throws UserError */
export function readEngine(word: string | undefined): (typeof ENGINES)[number] | undefined {
  const engine = ENGINES.find((known) => known === word);
  if (word !== undefined && engine === undefined)
    throw new UserError(`--engine ${word}: there is no such engine; there are ${ENGINES.join(', ')}`);
  return engine;
}
