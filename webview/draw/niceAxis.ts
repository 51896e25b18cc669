const mantissas = [1, 2, 5, 10];
const mostTicks = 6;

/** The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `value` (which is positive). */
export function stepAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const mantissa of mantissas) if (mantissa * power >= value * (1 - 1e-12)) return mantissa * power;
  return 10 * power;
}

/** Bounds of an axis and the distance of its ticks. */
export interface Axis {
  min: number;
  max: number;
  tick: number;
}

/**
 * A linear axis around `low` to `high` that begins and ends on ticks, so that it grows in steps; from 0 where that costs little room.
 * Both are decided by the end of the axis, not by `high`: a value that grows inside the axis never moves it.
 */
export function linearAxis(low: number, high: number): Axis {
  if (!(high > low)) return high === low && Number.isFinite(low) ? aroundOne(low) : { min: 0, max: 1, tick: 0.2 };
  const axis = finestAxis(low, high);
  return low > 0 && low < 0.5 * axis.max ? finestAxis(0, high) : axis;
}

/** The axis with the smallest tick of 1, 2 or 5 times a power of ten that needs at most `mostTicks` of them. */
function finestAxis(low: number, high: number): Axis {
  let tick = stepAbove((high - low) / mostTicks);
  for (;;) {
    const [first, last] = [Math.floor(low / tick + 1e-9), Math.ceil(high / tick - 1e-9)];
    if (last - first <= mostTicks) return { min: clean(first * tick), max: clean(last * tick), tick };
    tick = stepAbove(tick * 1.5);
  }
}

/** A logarithmic axis around positive `low` to `high`: ends on 1, 2 or 5 times a power of ten. */
export function logAxis(low: number, high: number): Axis {
  if (!(low > 0) || !(high > 0)) return { min: 0.1, max: 1, tick: 10 };
  const max = stepAbove(high);
  const min = Math.min(1 / stepAbove(1 / low), max / 2);
  return { min, max, tick: 10 };
}

/** Where the axis of epochs ends while the run has come to `epoch` of `total`: it grows as 1, 2, 5, 10, ... up to the total. */
export function filmEnd(epoch: number, total: number): number {
  const end = stepAbove(Math.max(epoch, 1e-9, Math.min(1, total)));
  return total > 0 ? Math.min(end, Math.max(total, epoch)) : end;
}

function aroundOne(value: number): Axis {
  if (value === 0) return { min: 0, max: 1, tick: 0.2 };
  const tick = stepAbove(Math.abs(value) / 2);
  return { min: clean((Math.floor(value / tick) - 1) * tick), max: clean((Math.ceil(value / tick) + 1) * tick), tick };
}

const clean = (value: number): number => Number(value.toPrecision(12));
