/**
 * What an update reads, written by kernelMemory.ts (its `writeRule` has the same order): four addresses of float32 arrays
 * (parameters w, gradients g, first moments m, second moments v), then the constants of the rule as float32.
 */
export const rule: usize = memory.data(64, 16);
const w: usize = 0;
const g: usize = 4;
const m: usize = 8;
const v: usize = 12;
const rate: usize = 16;
const decay: usize = 20;
const beta1: usize = 24;
const rest1: usize = 28;
const beta2: usize = 32;
const rest2: usize = 36;
const unbias: usize = 40;
const epsilon: usize = 44;
const gradientShare: usize = 48;

/** Smallest normal float32. Decaying moments of dead units would stay subnormal for ever, and those are slow on some processors. */
const smallest: f32 = 1.1754943508222875e-38;
/** `smallest` and the bits of a float32 without its sign, to be read: cheaper than made where they are used. */
const limits: usize = memory.data<u32>([0x00800000, 0x7fffffff]);

@inline
function splat(constant: usize): v128 {
  return v128.load32_splat(rule + constant);
}

/** x, but 0 where it is subnormal. */
@inline
function flush(x: v128): v128 {
  const size = v128.and(x, v128.load32_splat(limits, 4));
  return v128.andnot(x, f32x4.lt(size, v128.load32_splat(limits)));
}

/** The same for one number. */
@inline
function flushOne(x: f32): f32 {
  return abs(x) < smallest ? 0 : x;
}

@inline
function constant(at: usize): f32 {
  return load<f32>(rule + at);
}

/** w <- w - r g for the numbers [from, to); r is the learning rate. */
export function sgd(from: usize, to: usize): void {
  let pw = load<usize>(rule, w) + 4 * from;
  let pg = load<usize>(rule, g) + 4 * from;
  const end = pw + 4 * (to - from);
  const r = splat(rate);
  for (; pw + 16 <= end; pw += 16, pg += 16) v128.store(pw, f32x4.sub(v128.load(pw), f32x4.mul(r, v128.load(pg))));
  for (; pw < end; pw += 4, pg += 4) store<f32>(pw, load<f32>(pw) - constant(rate) * load<f32>(pg));
}

/**
 * v <- mu v + g; w <- w - r (a g + b v) for the numbers [from, to): mu is `beta1`, and (a, b) = (`gradientShare`, `rest1`) is
 * (0, 1) for plain momentum and (1, mu) for Nesterov's. The velocities lie in the place of the first moments.
 */
export function momentum(from: usize, to: usize): void {
  let pw = load<usize>(rule, w) + 4 * from;
  let pg = load<usize>(rule, g) + 4 * from;
  let pv = load<usize>(rule, m) + 4 * from;
  const end = pw + 4 * (to - from);
  const r = splat(rate);
  const mu = splat(beta1);
  const a = splat(gradientShare);
  const b = splat(rest1);
  for (; pw + 16 <= end; pw += 16, pg += 16, pv += 16) {
    const gradient = v128.load(pg);
    const velocity = flush(f32x4.add(f32x4.mul(mu, v128.load(pv)), gradient));
    v128.store(pv, velocity);
    const direction = f32x4.add(f32x4.mul(a, gradient), f32x4.mul(b, velocity));
    v128.store(pw, f32x4.sub(v128.load(pw), f32x4.mul(r, direction)));
  }
  for (; pw < end; pw += 4, pg += 4, pv += 4) {
    const gradient = load<f32>(pg);
    const velocity = flushOne(constant(beta1) * load<f32>(pv) + gradient);
    store<f32>(pv, velocity);
    const direction = constant(gradientShare) * gradient + constant(rest1) * velocity;
    store<f32>(pw, load<f32>(pw) - constant(rate) * direction);
  }
}

/**
 * m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- w - (d w + r m / (sqrt(u v) + eps)) for the numbers [from, to):
 * r = rate / (1 - b1^t) and u = 1 / (1 - b2^t) hold the bias correction of step t, d is the decoupled weight decay times the
 * rate (added before it meets w: 1 - d would lose most digits of a small d).
 */
export function adam(from: usize, to: usize): void {
  let pw = load<usize>(rule, w) + 4 * from;
  let pg = load<usize>(rule, g) + 4 * from;
  let pm = load<usize>(rule, m) + 4 * from;
  let pv = load<usize>(rule, v) + 4 * from;
  const end = pw + 4 * (to - from);
  const r = splat(rate);
  const d = splat(decay);
  const b1 = splat(beta1);
  const c1 = splat(rest1);
  const b2 = splat(beta2);
  const c2 = splat(rest2);
  const u = splat(unbias);
  const eps = splat(epsilon);
  for (; pw + 16 <= end; pw += 16, pg += 16, pm += 16, pv += 16) {
    const gradient = v128.load(pg);
    const first = flush(f32x4.add(f32x4.mul(b1, v128.load(pm)), f32x4.mul(c1, gradient)));
    const second = flush(f32x4.add(f32x4.mul(b2, v128.load(pv)), f32x4.mul(f32x4.mul(c2, gradient), gradient)));
    v128.store(pm, first);
    v128.store(pv, second);
    const change = f32x4.div(f32x4.mul(r, first), f32x4.add(f32x4.sqrt(f32x4.mul(second, u)), eps));
    const weight = v128.load(pw);
    v128.store(pw, f32x4.sub(weight, f32x4.add(f32x4.mul(d, weight), change)));
  }
  for (; pw < end; pw += 4, pg += 4, pm += 4, pv += 4) {
    const gradient = load<f32>(pg);
    const first = flushOne(constant(beta1) * load<f32>(pm) + constant(rest1) * gradient);
    const second = flushOne(constant(beta2) * load<f32>(pv) + constant(rest2) * gradient * gradient);
    store<f32>(pm, first);
    store<f32>(pv, second);
    const change = (constant(rate) * first) / (sqrt<f32>(second * constant(unbias)) + constant(epsilon));
    const weight = load<f32>(pw);
    store<f32>(pw, weight - (constant(decay) * weight + change));
  }
}
