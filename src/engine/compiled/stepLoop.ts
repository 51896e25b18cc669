import { type Program, parameterSize } from '../../science/program.ts';
import type { OptimizerRule, StepUpdate } from '../engine.ts';
import type { OnnxGraph, OnnxValue } from '../onnx/onnxGraph.ts';
import { momentsOf } from '../optimizerRule.ts';
import { gradientName } from '../trace/traceProgram.ts';
import { GraphBuilder } from './graphBuilder.ts';

/** Numbers that each step of a loop gets beside its batch: rate, correction of the second moment, decay. */
export const coefficientCount = 3;

/**
 * The numbers of one step of a loop: for Adam [r / (1 - b1^t), 1 / (1 - b2^t), r d], else [r, 0, 0], with t the step,
 * r its learning rate and d the weight decay.
 */
export function coefficientsOf(rule: OptimizerRule, { step, learningRate }: StepUpdate): readonly number[] {
  if (rule.kind === 'sgd' || rule.kind === 'momentum') return [learningRate, 0, 0];
  const decay = rule.kind === 'adamw' ? learningRate * rule.weightDecay : 0;
  return [learningRate / (1 - rule.beta1 ** step), 1 / (1 - rule.beta2 ** step), decay];
}

const float = (name: string, shape: OnnxValue['shape']): OnnxValue => ({ name, type: 'float32', shape });

/** Names of the values that a loop carries from step to step: parameters, moments; and those of them after the step. */
function carried(rule: OptimizerRule): string[] {
  return ['parameters', 'moment.0', 'moment.1'].slice(0, 1 + momentsOf(rule.kind));
}

/** One update of the flat parameters by the flat gradient; leaves its results in `<name>.next`. */
function addUpdate(build: GraphBuilder, rule: OptimizerRule, program: Program): void {
  const add: GraphBuilder['add'] = (...node) => build.add(...node);
  const next = (name: string) => `${name}.next`;
  if (rule.kind === 'sgd') {
    add('Sub', ['parameters', add('Mul', ['gradient', 'rate'])], undefined, next('parameters'));
    return;
  }
  if (rule.kind === 'momentum') {
    const mu = build.number(rule.momentum);
    const velocity = add('Add', [add('Mul', ['moment.0', mu]), 'gradient'], undefined, next('moment.0'));
    const move = rule.nesterov ? add('Add', ['gradient', add('Mul', [velocity, mu])]) : velocity;
    add('Sub', ['parameters', add('Mul', [move, 'rate'])], undefined, next('parameters'));
    return;
  }
  const blend = (moment: string, value: string, beta: number) =>
    add('Add', [add('Mul', [moment, build.number(beta)]), add('Mul', [value, build.number(1 - beta)])], undefined, next(moment));
  const first = blend('moment.0', 'gradient', rule.beta1);
  const second = blend('moment.1', add('Mul', ['gradient', 'gradient']), rule.beta2);
  const size = add('Add', [add('Sqrt', [add('Mul', [second, 'unbias'])]), build.number(rule.epsilon)]);
  const move = add('Div', [add('Mul', [first, 'rate']), size]);
  add('Sub', [rule.kind === 'adamw' ? addDecay(build, program) : 'parameters', move], undefined, next('parameters'));
}

/** Parameters after decoupled weight decay: (1 - r d) w, biases untouched. */
function addDecay(build: GraphBuilder, program: Program): string {
  const isDecayed = Float32Array.from(program.parameters.flatMap((one) => new Array<number>(parameterSize(one)).fill(Number(!one.isBias))));
  const shrink = build.add('Sub', [build.number(1), build.add('Mul', [build.numbers('isDecayed', isDecayed), 'decay'])]);
  return build.add('Mul', ['parameters', shrink]);
}

/** The body of the loop: flat parameters -> the traced gradients -> flat gradient -> one update. */
function loopBody(gradients: OnnxGraph, program: Program, rule: OptimizerRule, count: number): OnnxGraph {
  const before = new GraphBuilder('unpack');
  const sizes = program.parameters.map((one) => parameterSize(one));
  const isFlat = ({ shape }: { shape: readonly number[] }) => shape.length === 1;
  const flat = (name: string) => `${name}.flat`;
  before.split(
    'parameters',
    sizes,
    program.parameters.map((one) => (isFlat(one) ? one.name : flat(one.name))),
  );
  for (const one of program.parameters.filter((each) => !isFlat(each))) before.reshape(flat(one.name), one.shape, one.name);
  before.split('coefficients', [1, 1, 1], ['rate', 'unbias', 'decay']);
  const after = new GraphBuilder('optimizer');
  const pieces = program.parameters.map((one, i) =>
    isFlat(one) ? gradientName(one.name) : after.reshape(gradientName(one.name), [sizes[i]!], flat(gradientName(one.name))),
  );
  after.add('Concat', pieces, { axis: { int: 0 } }, 'gradient');
  addUpdate(after, rule, program);
  const states = carried(rule);
  const fed = gradients.inputs.filter(({ name }) => !program.parameters.some((one) => one.name === name));
  // the gradient is carried too, so that the last one can be read
  return {
    name: 'step',
    nodes: [...before.nodes, ...gradients.nodes, ...after.nodes],
    constants: [...before.constants, ...gradients.constants, ...after.constants],
    inputs: [
      ...states.map((name) => float(name, [count])),
      float('gradient.before', [count]),
      ...fed,
      float('coefficients', [coefficientCount]),
    ],
    outputs: [...states.map((name) => float(`${name}.next`, [count])), float('gradient', [count]), float('loss', [])],
  };
}

/**
 * Many steps as one graph: a Scan whose body is one step, gradients and optimizer together. For models so small that the calls
 * would cost more than the work.
 * Inputs: parameters and moments [count], the inputs of the loss and the coefficients, `steps` of them one after the other.
 * Outputs: `<state>.after`, the last `gradient` [count], and `losses` [steps].
 * @param gradients from `traceGradients`
 */
export function stepLoop(gradients: OnnxGraph, program: Program, rule: OptimizerRule): OnnxGraph {
  const count = program.parameters.reduce((sum, one) => sum + parameterSize(one), 0);
  const body = loopBody(gradients, program, rule, count);
  const states = [...carried(rule), 'gradient'];
  const scanned = body.inputs.slice(states.length);
  const inputs = [
    ...states.map((name) => float(`${name}.start`, [count])),
    ...scanned.map(({ name, shape }) => float(`${name}.steps`, ['steps', ...shape])),
  ];
  const outputs = [...states.map((name) => float(`${name}.after`, [count])), float('losses', ['steps'])];
  return {
    name: 'steps',
    nodes: [
      {
        op: 'Scan',
        name: 'steps',
        inputs: inputs.map(({ name }) => name),
        outputs: outputs.map(({ name }) => name),
        attributes: { body: { graph: body }, num_scan_inputs: { int: scanned.length } },
      },
    ],
    constants: [],
    inputs,
    outputs,
  };
}
