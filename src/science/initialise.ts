import { fillNormal, fillUniform } from '../math/random.ts';
import { type ParameterShape, type Program, parameterSize } from './program.ts';
import { largestSingularValue } from './singularValue.ts';

/**
 * Initial parameters, weights and biases uniform on +-1/sqrt(fanIn) unless the parameter says otherwise. Parameter i draws from stream `init` at step i, so that
 * nothing but the seed and its own shape decides it: another corruption or optimizer starts from the same weights.
 * @returns all parameters one after the other, in the order of `program.parameters`
 */
export function initialParameters(program: Pick<Program, 'parameters'>, seed: number): Float32Array {
  const out = new Float32Array(program.parameters.reduce((sum, parameter) => sum + parameterSize(parameter), 0));
  let from = 0;
  program.parameters.forEach((parameter, step) => {
    const to = from + parameterSize(parameter);
    fillParameter(parameter, out.subarray(from, to), { seed, step });
    from = to;
  });
  return out;
}

function fillParameter(parameter: ParameterShape, out: Float32Array, at: { seed: number; step: number }): void {
  const { fanIn, deviation, largestSingularValue: limit, shape } = parameter;
  const place = { ...at, stream: 'init' } as const;
  if (deviation === undefined) {
    const bound = 1 / Math.sqrt(fanIn);
    fillUniform(out, place, -bound, bound);
    return;
  }
  fillNormal(out, place);
  for (let i = 0; i < out.length; i++) out[i] = deviation * out[i]!;
  if (limit === undefined) return;
  const largest = largestSingularValue(out, shape[1]!);
  if (largest > limit) for (let i = 0; i < out.length; i++) out[i] = (out[i]! * limit) / largest;
}
