import { type InputShape, type Program, parameterSize } from '../science/program.ts';
import { type Tensor, tf } from '../science/tensorflow.ts';
import { type Feeds, NonFiniteError, type OptimizerRule, type PreparedProgram } from './engine.ts';
import { decayRanges, momentsOf, updateParameters } from './optimizerRule.ts';

/** A parameter's place in the flat arrays. */
interface Place {
  name: string;
  shape: number[];
  from: number;
  to: number;
}

function placesOf(program: Program): Place[] {
  let from = 0;
  return program.parameters.map((parameter) => {
    const place = { name: parameter.name, shape: [...parameter.shape], from, to: from + parameterSize(parameter) };
    from = place.to;
    return place;
  });
}

function tensorsOf(inputs: readonly InputShape[], feeds: Feeds, rows: number): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, width } of inputs) {
    const values = feeds[name];
    if (!values || values.length < rows * width)
      throw new Error(`input "${name}": expected [${rows}, ${width}], got ${values ? `${values.length} numbers` : 'nothing'}`);
    tensors[name] = tf.tensor(values.subarray(0, rows * width), [rows, width], 'float32');
  }
  return tensors;
}

/** @throws NonFiniteError naming the first parameter whose gradient has a NaN or an infinity */
function checkGradients(gradients: Float32Array, places: readonly Place[]): void {
  for (const { name, from, to } of places) {
    let sum = 0;
    // 0 times anything finite is 0; NaN and infinities leave NaN
    for (let i = from; i < to; i++) sum += 0 * gradients[i]!;
    if (sum !== 0) throw new NonFiniteError('gradient', name);
  }
}

/**
 * Runs a program operation by operation on the current TensorFlow.js backend. The state lies in plain arrays of ours; every call
 * makes fresh tensors of it (the WebAssembly backend packs weights by tensor, so that memory under a tensor may never change)
 * and leaves none behind.
 * @param backend name of the backend to run on
 * @param parameters initial parameters, copied
 */
export function prepareEagerly(program: Program, initial: Float32Array, rule: OptimizerRule, backend: string): PreparedProgram {
  const places = placesOf(program);
  const count = places.at(-1)?.to ?? 0;
  if (initial.length !== count) throw new Error(`expected ${count} parameters, got ${initial.length}`);
  const parameters = initial.slice();
  const gradients = new Float32Array(count);
  const moments = new Float32Array(momentsOf(rule.kind) * count);
  const ranges = decayRanges(program.parameters);
  const ready = () => {
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
  };
  const parameterTensors = () => places.map(({ shape, from, to }) => tf.tensor(parameters.subarray(from, to), shape, 'float32'));
  const named = (tensors: readonly Tensor[]) => Object.fromEntries(places.map(({ name }, i) => [name, tensors[i]!]));

  return {
    parameters,
    gradients,
    moments,
    step(feeds, rows, update) {
      ready();
      const loss = tf.tidy(() => {
        const inputs = tensorsOf(program.inputs, feeds, rows);
        const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => program.loss(named(tensors), inputs))(parameterTensors());
        const loss = value.dataSync()[0]!;
        if (!Number.isFinite(loss)) throw new NonFiniteError('loss', null);
        grads.forEach((gradient, i) => {
          gradients.set(gradient.dataSync(), places[i]!.from);
        });
        return loss;
      });
      checkGradients(gradients, places);
      updateParameters(rule, { parameters, gradients, moments }, update, ranges);
      return loss;
    },
    call(name, feeds, rows) {
      const called = program.functions[name];
      if (!called) throw new Error(`the program has no function "${name}"`);
      ready();
      const out: Record<string, Float32Array> = {};
      tf.tidy(() => {
        const results = called.run(named(parameterTensors()), tensorsOf(called.inputs, feeds, rows));
        for (const output of called.outputs) out[output.name] = results[output.name]!.dataSync<'float32'>();
      });
      return out;
    },
    dispose() {
      // no tensor outlives a call
    },
  };
}
