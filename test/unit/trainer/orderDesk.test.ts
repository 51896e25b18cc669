import { describe, expect, it } from 'vitest';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';

function deskWith(...lines: unknown[]): OrderDesk {
  const desk = new OrderDesk(1, { poll: () => lines.splice(0) });
  desk.poll();
  return desk;
}

describe('the order desk', () => {
  it('obeys orders of its session in the order they came', () => {
    const desk = deskWith({ order: 'pause', session: 1 }, { order: 'setLearningRate', session: 1, learningRate: 0.5 });
    expect(desk.isPaused).toBe(true);
    expect(desk.learningRate).toBe(0.5);
  });

  it('ignores orders of another session, half lines and words it does not know', () => {
    const desk = deskWith({ order: 'stop', session: 2 }, { order: 'explode', session: 1 }, 'stop', null, {
      order: 'setLearningRate',
      session: 1,
      learningRate: -1,
    });
    expect(desk.stopReason).toBeNull();
    expect(desk.learningRate).toBeNull();
  });

  it('lets one step pass after the order "step" and pauses again', () => {
    const desk = deskWith({ order: 'pause', session: 1 }, { order: 'step', session: 1 });
    expect(desk.isPaused).toBe(false);
    desk.stepTaken();
    expect(desk.isPaused).toBe(true);
  });

  it('goes on without a limit after "resume"', () => {
    const desk = deskWith({ order: 'step', session: 1 }, { order: 'resume', session: 1 });
    desk.stepTaken();
    desk.stepTaken();
    expect(desk.isPaused).toBe(false);
  });

  it('keeps the first reason to stop', () => {
    const desk = deskWith({ order: 'stop', session: 1 });
    desk.stop('later');
    expect(desk.stopReason).toBe('stopped by the user');
  });
});
