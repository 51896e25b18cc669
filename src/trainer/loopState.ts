import * as z from 'zod';
import { UserError } from '../experiment/problem.ts';
import type { KeptState } from './trainee.ts';

const step = z.int().nonnegative();
/** A number as JSON can carry it. */
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const metrics = z.record(z.string(), number);

/** state.json of a checkpoint: all that a run must know beside its parameters and moments to go on as if nothing had happened. */
export const loopStateSchema = z.object({
  version: z.literal(2),
  step,
  /** Factor on the file's rate, moved by the order setLearningRate. */
  rateFactor: z.number().positive(),
  /** The last rate that was logged; NaN for none. */
  loggedRate: number,
  /** Sum of the rates of all steps taken. */
  time: z.number(),
  /** Losses since the last that was logged. */
  meter: z.object({ sum: number, count: step }),
  /** The last evaluation: its step (-1: none yet) and its metrics. */
  evaluation: z.object({ step: z.int(), metrics }),
  /** The last few evaluations, which claims are judged by. */
  recent: z.array(metrics),
  patience: z.object({ evaluationsSinceBest: step, best: z.object({ loss: number, step, time: z.number() }).nullable() }),
  /** Warnings that were said. */
  said: z.array(z.int()),
  frames: z.record(z.string(), z.unknown()),
});
/** What a run must know beside its parameters to go on. */
export type LoopState = z.output<typeof loopStateSchema>;

/** A state that a run can go on from. */
export interface LoopCheckpoint {
  loop: LoopState;
  parameters: Float32Array;
  moments: Float32Array;
  /** The best parameters so far, where patience keeps them. */
  best: Float32Array | null;
  /** Arrays of the frames, by name. */
  frames: KeptState['arrays'];
}

const framePrefix = 'frames-';

/** The files of a checkpoint. Arrays are copied here and now. */
export function checkpointFiles({ loop, parameters, moments, best, frames }: LoopCheckpoint): Record<string, Uint8Array> {
  const bytes = (array: Float32Array) => new Uint8Array(array.slice().buffer);
  const words = (_: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  return {
    'parameters.f32': bytes(parameters),
    'moments.f32': bytes(moments),
    ...(best !== null && { 'best.f32': bytes(best) }),
    ...Object.fromEntries(Object.entries(frames).map(([name, array]) => [`${framePrefix}${name}.f32`, bytes(array)])),
    'state.json': new TextEncoder().encode(`${JSON.stringify(loop, words)}\n`),
  };
}

/**
 * Reads the files of a checkpoint.
 * @param where what is read, for messages
 * @throws UserError when a file is missing, damaged, or was written by another version
 */
export function readLoopCheckpoint(files: Readonly<Record<string, Uint8Array>>, where: string): LoopCheckpoint {
  const floats = (name: string): Float32Array => {
    const found = files[name];
    if (found === undefined || found.byteLength % 4 !== 0)
      throw new UserError(`${where} is damaged: ${name} is ${found ? 'cut off' : 'missing'}`);
    return new Float32Array(found.slice().buffer);
  };
  const loop = readState(files['state.json'], where);
  const frames = Object.keys(files).filter((name) => name.startsWith(framePrefix));
  return {
    loop,
    parameters: floats('parameters.f32'),
    moments: floats('moments.f32'),
    best: loop.patience.best === null ? null : floats('best.f32'),
    frames: Object.fromEntries(frames.map((name) => [name.slice(framePrefix.length, -'.f32'.length), floats(name)])),
  };
}

function readState(bytes: Uint8Array | undefined, where: string): LoopState {
  if (bytes === undefined) throw new UserError(`${where} is damaged: state.json is missing`);
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UserError(`${where} is damaged: state.json is cut off`);
  }
  const version = (found as { version?: unknown } | null)?.version;
  if (version !== 2) throw new UserError(`${where} was written by another version (format ${String(version)}, this one goes on from 2)`);
  const parsed = loopStateSchema.safeParse(found);
  if (!parsed.success) throw new UserError(`${where} is damaged: state.json at ${parsed.error.issues[0]?.path.join('.') || 'its content'}`);
  return parsed.data;
}
