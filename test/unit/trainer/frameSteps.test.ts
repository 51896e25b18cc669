import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSteps } from '../../../src/trainer/frameSteps.ts';

describe('which evaluations become frames', () => {
  it('keeps at most the limit, evenly spaced, with the first frame always there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 5 }), (evaluations, every) => {
        const frames = new FrameSteps(every, 20);
        const held = new Set<number>();
        for (let e = 0; e < evaluations; e++) {
          if (!frames.wants(false)) continue;
          held.add(e);
          for (const gone of frames.add(e)) held.delete(gone);
        }
        expect([...held]).toEqual(frames.kept);
        expect(frames.kept.length).toBeLessThanOrEqual(20);
        expect(frames.kept[0]).toBe(0);
        const gaps = new Set(frames.kept.slice(1).map((step, i) => step - frames.kept[i]!));
        expect(gaps.size).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps the last evaluation whatever the stride', () => {
    const frames = new FrameSteps(10);
    expect(frames.wants(false)).toBe(true);
    expect(frames.wants(true)).toBe(true);
  });
});
