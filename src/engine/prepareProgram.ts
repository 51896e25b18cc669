import { UserError } from '../experiment/problem.ts';
import type { Program } from '../science/program.ts';
import { type ChosenEngine, chooseEngine, type EnginePlace } from './chooseEngine.ts';
import type { EngineKind, OptimizerRule, PreparedProgram } from './engine.ts';

/** A program about to be trained. */
export interface ProgramRequest {
  program: Program;
  /** Initial parameters, copied. */
  parameters: Float32Array;
  rule: OptimizerRule;
  batchRows: number;
}

/**
 * Puts a program into an engine's memory; with "auto" into that of the next engine, if the first has not what the program needs.
 * @param chosen the engine that `chooseEngine` found for `wanted`
 * @throws UserError when the wanted engine cannot run the program
 */
export async function prepareProgram(
  wanted: 'auto' | EngineKind,
  where: EnginePlace,
  chosen: ChosenEngine,
  { program, parameters, rule, batchRows }: ProgramRequest,
): Promise<ChosenEngine & { prepared: PreparedProgram }> {
  try {
    return { ...chosen, prepared: await chosen.engine.prepare(program, parameters, rule, batchRows) };
  } catch (error) {
    if (wanted !== 'auto' || chosen.engine.kind !== 'compiled' || !(error instanceof UserError)) throw error;
    const next = await chooseEngine('auto', where, { compiled: error.message });
    return { ...next, prepared: await next.engine.prepare(program, parameters, rule, batchRows) };
  }
}
