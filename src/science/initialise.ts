import { fillUniform } from '../math/random.ts';
import { type Program, parameterSize } from './program.ts';

/**
 * Initial parameters, weights and biases uniform on +-1/sqrt(fanIn). Parameter i draws from stream `init` at step i, so that
 * nothing but the seed and its own shape decides it: another corruption or optimizer starts from the same weights.
 * @returns all parameters one after the other, in the order of `program.parameters`
 */
export function initialParameters(program: Pick<Program, 'parameters'>, seed: number): Float32Array {
  const out = new Float32Array(program.parameters.reduce((sum, parameter) => sum + parameterSize(parameter), 0));
  let from = 0;
  program.parameters.forEach((parameter, step) => {
    const to = from + parameterSize(parameter);
    const bound = 1 / Math.sqrt(parameter.fanIn);
    fillUniform(out.subarray(from, to), { seed, stream: 'init', step }, -bound, bound);
    from = to;
  });
  return out;
}
