import { fillNormal, fillUniform, type RandomPlace } from '../math/random.ts';
import { type ParameterShape, type Program, parameterSize } from './program.ts';
import { largestSingularValue } from './singularValue.ts';

/**
 * Initial parameters, weights and biases uniform on +-1/sqrt(fanIn) unless the parameter says otherwise. Parameter i draws from stream `init` at step i, so that
 * nothing but the seed and its own shape decides it: another corruption or optimizer starts from the same weights.
 * @param from another stream, and the step of its first parameter
 * @returns all parameters one after the other, in the order of `program.parameters`
 */
export function initialParameters(
  program: Pick<Program, 'parameters'>,
  seed: number,
  from: Pick<RandomPlace, 'stream' | 'step'> = { stream: 'init', step: 0 },
): Float32Array {
  const out = new Float32Array(program.parameters.reduce((sum, parameter) => sum + parameterSize(parameter), 0));
  let at = 0;
  program.parameters.forEach((parameter, i) => {
    const to = at + parameterSize(parameter);
    fillParameter(parameter, out.subarray(at, to), { seed, stream: from.stream, step: from.step + i });
    at = to;
  });
  return out;
}

function fillParameter(parameter: ParameterShape, out: Float32Array, place: RandomPlace): void {
  const { fanIn, deviation, initial, largestSingularValue: limit, shape } = parameter;
  if (initial !== undefined) {
    out.fill(initial);
    return;
  }
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
