import { type Tensor, tf } from '../tensorflow.ts';

/** What a sequence of gated units is run on, T steps of B rows: all rows of the first step come first. */
export interface GatedInputs {
  /** [T B, 2 H] all that reset and update gates get but for the state, biases included. */
  gates: Tensor;
  /** [T B, H] what the input adds to the candidate, its bias included. */
  candidate: Tensor;
  /** [H, 3 H] weights of the state: reset, update, candidate. */
  weights: Tensor;
  /** [H] bias of the candidate inside the reset gate. */
  bias: Tensor;
}

/** One step: state h [B, H] -> h'. */
interface Step {
  /** h, zeros where it is forgotten. */
  before: Tensor;
  /** Reset r and update z, [B, H] each. */
  reset: Tensor;
  update: Tensor;
  /** n [B, H]. */
  candidate: Tensor;
  /** U_n h + b [B, H]. */
  inner: Tensor;
  after: Tensor;
}

/** The weights of the gates [H, 2 H] and of the candidate [H, H]. */
export function splitWeights(weights: Tensor): [Tensor, Tensor] {
  const [hidden] = weights.shape as [number, number];
  return [tf.slice(weights, [0, 0], [hidden, 2 * hidden]), tf.slice(weights, [0, 2 * hidden], [hidden, hidden])];
}

/**
 * h' = (1 - z) n + z h, n = tanh(x_n + r (U_n h + b)), [r z] = sigmoid(x_rz + U_rz h).
 * @param before h; null: zeros
 */
export function gatedStep(
  before: Tensor | null,
  inputs: { gates: Tensor; candidate: Tensor; bias: Tensor },
  [outer, inside]: readonly [Tensor, Tensor],
): Step {
  const gates = tf.sigmoid(before === null ? inputs.gates : tf.add(tf.matMul(before, outer), inputs.gates));
  const [reset, update] = tf.split(gates, 2, 1) as [Tensor, Tensor];
  const inner = before === null ? inputs.bias : tf.add(tf.matMul(before, inside), inputs.bias);
  const candidate = tf.tanh(tf.add(tf.mul(reset, inner), inputs.candidate));
  if (before !== null) {
    const after = tf.add(candidate, tf.mul(update, tf.sub(before, candidate)));
    return { before, reset, update, candidate, inner, after };
  }
  // without numbers that depend on how many rows there are: the traced step is then the same for all
  const none = tf.zerosLike(candidate);
  return { before: none, reset, update, candidate, inner: tf.add(none, inner), after: tf.sub(candidate, tf.mul(update, candidate)) };
}

/** Pieces of [T B, n], one a step. */
const cut = (all: Tensor, steps: number): Tensor[] => tf.split(all, steps, 0);

function runForward(inputs: GatedInputs, steps: number, keep: Tensor | null): Step[] {
  const kept = keep === null ? null : cut(keep, steps);
  const parts = splitWeights(inputs.weights);
  const [gates, candidates] = [cut(inputs.gates, steps), cut(inputs.candidate, steps)];
  const run: Step[] = [];
  let state: Tensor | null = null;
  for (let t = 0; t < steps; t++) {
    const before: Tensor | null = state === null || kept === null ? state : tf.mul(state, kept[t]!);
    const step = gatedStep(before, { gates: gates[t]!, candidate: candidates[t]!, bias: inputs.bias }, parts);
    run.push(step);
    state = step.after;
  }
  return run;
}

/** One part of all steps, one after the other: [T B, ...]. */
const together = (run: readonly Step[], part: keyof Step): Tensor =>
  tf.concat(
    run.map((step) => step[part]),
    0,
  );

/** What the backward pass needs of the forward one, [T B, H] each. */
type Remembered = Omit<Step, 'after'>;
const rememberedParts = ['before', 'reset', 'update', 'candidate', 'inner'] as const;
/** The parts, the weights, and `keep` where a state is forgotten. */
type Saved = [before: Tensor, reset: Tensor, update: Tensor, candidate: Tensor, inner: Tensor, weights: Tensor, keep?: Tensor];

/**
 * Factors of the gradients before the activations, where d is the gradient of h': all that does not depend on d itself.
 * @returns [T B, 3 H] of the reset gate, the update gate and of what the reset gate is multiplied with; [T B, H] of the candidate
 */
function factorsOf({ before, reset, update, candidate, inner }: Remembered): { ofState: Tensor; ofCandidate: Tensor } {
  const slope = (y: Tensor) => tf.mul(y, tf.sub(1, y));
  const ofCandidate = tf.mul(tf.sub(1, update), tf.sub(1, tf.square(candidate)));
  const inside = tf.mul(ofCandidate, reset);
  const ofReset = tf.mul(tf.mul(inside, inner), tf.sub(1, reset));
  const ofUpdate = tf.mul(tf.sub(before, candidate), slope(update));
  return { ofState: tf.concat([ofReset, ofUpdate, inside], 1), ofCandidate };
}

/**
 * Backpropagation through time. All that is not the chain of states itself is computed for all steps at once.
 * @returns gradients of gates, candidate, weights and bias
 */
function backward(dy: Tensor, [before, reset, update, candidate, inner, weights, keep]: Saved, steps: number): Tensor[] {
  const kept = keep === undefined ? null : cut(keep, steps);
  const { ofState, ofCandidate } = factorsOf({ before, reset, update, candidate, inner });
  const [factors, updates, given] = [ofState, update, dy].map((all) => cut(all, steps)) as [Tensor[], Tensor[], Tensor[]];
  const [ofSteps, toStates]: [Tensor[], Tensor[]] = [[], []];
  let later: Tensor | null = null;
  for (let t = steps - 1; t >= 0; t--) {
    const d: Tensor = later === null ? given[t]! : tf.add(given[t]!, later);
    const toState = tf.mul(tf.concat([d, d, d], 1), factors[t]!); // [B, 3 H]
    ofSteps[t] = d;
    toStates[t] = toState;
    const state: Tensor = tf.add(tf.matMul(toState, weights, false, true), tf.mul(d, updates[t]!));
    later = kept === null ? state : tf.mul(state, kept[t]!);
  }
  const all = tf.concat(toStates, 0); // [T B, 3 H]
  const hidden = weights.shape[0]!;
  const [toGates, toInner] = tf.split(all, [2 * hidden, hidden], 1) as [Tensor, Tensor];
  return [toGates, tf.mul(tf.concat(ofSteps, 0), ofCandidate), tf.matMul(before, all, true), tf.sum(toInner, 0)];
}

/**
 * Gated recurrent units over a sequence from a state of zeros (Cho et al. 2014, in the form of PyTorch, whose biases of a gate are summed in
 * `gates`). The gradient is written by hand: one product for all steps where TensorFlow.js would take T.
 * @param steps T
 * @param keep [T B, 1]: 0 where the state is forgotten before a step, else 1; null: never
 * @returns states after each step, [T B, H]
 */
export function gatedSequence(inputs: GatedInputs, steps: number, keep: Tensor | null): Tensor {
  const run = tf.customGrad((...operands) => {
    const save = operands.pop() as unknown as (saved: Tensor[]) => void;
    const [gates, candidate, weights, bias] = operands as [Tensor, Tensor, Tensor, Tensor];
    const forward = runForward({ gates, candidate, weights, bias }, steps, keep);
    save([...rememberedParts.map((part) => together(forward, part)), weights, ...(keep === null ? [] : [keep])]);
    return { value: together(forward, 'after'), gradFunc: (dy, saved) => backward(dy as Tensor, saved as Saved, steps) };
  });
  return run(inputs.gates, inputs.candidate, inputs.weights, inputs.bias);
}
