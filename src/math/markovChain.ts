/** A visible token and how many places it is from the hidden one, at least 1. */
export interface VisibleToken {
  token: number;
  distance: number;
}

/**
 * A stationary chain X_1, X_2, ... over states 0 .. n-1: P(X_{t+1} = j | X_t = i) = P_ij. All entropies are in nats.
 * Matrices are [n, n], row after row.
 */
export class MarkovChain {
  readonly size: number;
  /** The distribution with pi P = pi; null where several have it, because the chain falls apart into closed classes. */
  readonly stationary: Float64Array | null;
  /** P, P^2, P^3, ... as far as they were asked for. */
  readonly #powers: Float64Array[];

  /** @param transitions P [n, n]; rows sum to 1 */
  constructor(transitions: Float64Array) {
    this.size = Math.round(Math.sqrt(transitions.length));
    this.#powers = [transitions];
    this.stationary = stationaryDistribution(transitions, this.size);
  }

  /** P^steps [n, n]; steps from 1 on. */
  power(steps: number): Float64Array {
    while (this.#powers.length < steps) this.#powers.push(product(this.#powers.at(-1)!, this.#powers[0]!, this.size));
    return this.#powers[steps - 1]!;
  }

  /** H(X_{t+s} | X_t) = -sum_i pi_i sum_j (P^s)_ij ln (P^s)_ij; with s = 1 the entropy rate. Needs a stationary distribution. */
  entropyRate(steps = 1): number {
    const chances = this.power(steps);
    const pi = this.#needStationary();
    let sum = 0;
    for (let i = 0; i < this.size; i++) for (let j = 0; j < this.size; j++) sum -= pi[i]! * timesLog(chances[i * this.size + j]!);
    return Math.max(0, sum);
  }

  /**
   * Chances of a hidden token x given the nearest visible ones, a at distance d on its left and b at distance e on its right:
   * proportional to (P^d)_ax (P^e)_xb; without a the first factor is pi_x, without b the second is 1.
   * @returns [n]; all 0 where a and b cannot stand so far apart
   */
  posterior(left: VisibleToken | null, right: VisibleToken | null): Float64Array {
    const n = this.size;
    const chances = new Float64Array(n);
    let sum = 0;
    for (let x = 0; x < n; x++) {
      const before = left === null ? this.#needStationary()[x]! : this.power(left.distance)[left.token * n + x]!;
      const after = right === null ? 1 : this.power(right.distance)[x * n + right.token]!;
      chances[x] = before * after;
      sum += before * after;
    }
    return sum === 0 ? chances : chances.map((chance) => chance / sum);
  }

  /**
   * H(X_t | X_{t-d}, X_{t+e}) with d = left and e = right: what the best guess of a hidden token still costs on average. From
   * H(X_{t-d}, X_t, X_{t+e}) - H(X_{t-d}, X_{t+e}) it is h_d + h_e - h_{d+e}, with h_s = `entropyRate(s)`.
   */
  hiddenEntropy(left = 1, right = 1): number {
    return Math.max(0, this.entropyRate(left) + this.entropyRate(right) - this.entropyRate(left + right));
  }

  /**
   * The mean of `hiddenEntropy` when each other token is hidden with chance `ratio`, independently:
   * sum over d, e of (1 - ratio)^2 ratio^(d-1) ratio^(e-1) H(X_t | X_{t-d}, X_{t+e}), terms below 1e-12 of the weight left out.
   * @param ratio from 0 to below 1
   */
  meanHiddenEntropy(ratio: number): number {
    const farthest = ratio === 0 ? 1 : Math.min(200, Math.ceil(Math.log(1e-12) / Math.log(ratio)));
    let sum = 0;
    let weights = 0;
    for (let left = 1; left <= farthest; left++)
      for (let right = 1; left + right <= farthest + 1; right++) {
        const weight = ratio ** (left + right - 2);
        weights += weight;
        sum += weight * this.hiddenEntropy(left, right);
      }
    return sum / weights;
  }

  /**
   * The same where no more is seen than a window: the mean of H(X_t | visible tokens of the window) over its places, each other token
   * hidden with chance `ratio`. A side on which nothing is visible tells nothing: H(X_t | X_{t+e}) is h_e, H(X_t) that of the stationary chain.
   * @param width tokens of the window, at least 1
   */
  windowHiddenEntropy(ratio: number, width: number): number {
    const pi = this.#needStationary();
    const alone = -pi.reduce((sum, chance) => sum + timesLog(chance), 0);
    let sum = 0;
    for (let place = 0; place < width; place++)
      for (const left of nearestVisible(ratio, place))
        for (const right of nearestVisible(ratio, width - 1 - place)) {
          const [d, e] = [left.distance, right.distance];
          const nats = d !== null && e !== null ? this.hiddenEntropy(d, e) : d === null && e === null ? alone : this.entropyRate((d ?? e)!);
          sum += left.chance * right.chance * nats;
        }
    return sum / width;
  }

  #needStationary(): Float64Array {
    if (this.stationary === null) throw new Error('this chain has more than one stationary distribution');
    return this.stationary;
  }
}

/** How far the nearest visible of `places` tokens is, with the chance of it; null: all are hidden. Chances below 1e-12 are left out. */
function* nearestVisible(ratio: number, places: number): Generator<{ distance: number | null; chance: number }> {
  for (let distance = 1; distance <= places && ratio ** (distance - 1) > 1e-12; distance++)
    yield { distance, chance: (1 - ratio) * ratio ** (distance - 1) };
  yield { distance: null, chance: ratio ** places };
}

function timesLog(p: number): number {
  return p > 0 ? p * Math.log(p) : 0;
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      if (factor !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[k * n + j]!;
    }
  return out;
}

/** The stationary distribution [n] of the one closed class, 0 elsewhere; null where there are several. */
function stationaryDistribution(transitions: Float64Array, n: number): Float64Array | null {
  const reaches = Array.from({ length: n }, (_, state) => reachable(transitions, n, state));
  // a state is recurrent where every state that it reaches reaches it
  const recurrent = reaches.flatMap((reached, state) =>
    reached.every((isReached, other) => !isReached || reaches[other]![state]) ? [state] : [],
  );
  const first = recurrent[0]!;
  if (recurrent.some((state) => !reaches[first]![state])) return null;
  const closed = recurrent.length;
  const inside = new Float64Array(closed * closed);
  recurrent.forEach((i, a) => {
    recurrent.forEach((j, b) => {
      inside[a * closed + b] = transitions[i * n + j]!;
    });
  });
  const out = new Float64Array(n);
  eliminateStates(inside, closed).forEach((chance, a) => {
    out[recurrent[a]!] = chance;
  });
  return out;
}

/** Whether each state can be reached from one, itself included. */
function reachable(transitions: Float64Array, n: number, from: number): boolean[] {
  const reached = new Array<boolean>(n).fill(false);
  reached[from] = true;
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (let next = 0; next < n; next++)
      if (!reached[next] && transitions[state * n + next]! > 0) {
        reached[next] = true;
        open.push(next);
      }
  return reached;
}

/**
 * Stationary distribution of a chain whose states all reach each other, by elimination without subtractions, so that every chance is
 * right to its last digits. Source: Grassmann, Taksar and Heyman, 1985.
 */
function eliminateStates(p: Float64Array, n: number): Float64Array {
  for (let last = n - 1; last > 0; last--) {
    let leaving = 0;
    for (let j = 0; j < last; j++) leaving += p[last * n + j]!;
    for (let i = 0; i < last; i++) p[i * n + last]! /= leaving;
    for (let i = 0; i < last; i++) for (let j = 0; j < last; j++) p[i * n + j]! += p[i * n + last]! * p[last * n + j]!;
  }
  const pi = new Float64Array(n);
  pi[0] = 1;
  for (let j = 1; j < n; j++) for (let i = 0; i < j; i++) pi[j]! += pi[i]! * p[i * n + j]!;
  const sum = pi.reduce((a, b) => a + b, 0);
  return pi.map((chance) => chance / sum);
}
