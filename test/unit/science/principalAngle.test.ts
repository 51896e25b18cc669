import fc from 'fast-check';
import { expect, test } from 'vitest';
import { principalAngles, type TwoSubspaces } from '../../../src/science/principalAngle.ts';

const largestAngle = (spaces: TwoSubspaces, rows: number) => principalAngles(spaces, rows).at(-1)!;

/** The plane of e1 and a direction turned by an angle from e2 towards e3. */
const turned = (degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  return Float64Array.of(1, 0, 0, Math.cos(angle), 0, Math.sin(angle), 0, 0);
};

test('the angle of a plane turned about one of its axes is the turn, exact from 1e-7 to 90 degrees', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ min: 0, max: 90, noNaN: true }), fc.constantFrom(1e-7, 1e-4, 44.999, 45.001, 89.9999, 90)),
      (degrees) => {
        const found = largestAngle({ a: turned(0), aColumns: 2, b: turned(degrees), bColumns: 2 }, 4);
        expect(Math.abs(found - degrees)).toBeLessThan(1e-6);
      },
    ),
  );
});

test('the angle does not depend on the basis of a space', () => {
  // columns e1 + e2 and 5 e1 - e2 instead of e1 and e2
  const same = Float64Array.of(1, 5, 1, -1, 0, 0, 0, 0);
  expect(largestAngle({ a: same, aColumns: 2, b: turned(30), bColumns: 2 }, 4)).toBeCloseTo(30, 10);
});

test('a space inside the other has angle 0, one with more dimensions 90', () => {
  const line = Float64Array.of(1, 1, 0, 0);
  expect(largestAngle({ a: turned(0), aColumns: 2, b: line, bColumns: 1 }, 4)).toBeCloseTo(0, 6);
  expect(largestAngle({ a: line, aColumns: 1, b: turned(0), bColumns: 2 }, 4)).toBe(90);
});

test('every dimension has an angle of its own, the smallest first', () => {
  const degrees = [3e-6, 20, 70];
  // in six dimensions: e1, e2, e3 against each of them turned towards e4, e5, e6
  const straight = new Float64Array(18);
  const bent = new Float64Array(18);
  degrees.forEach((angle, i) => {
    straight[i * 3 + i] = 1;
    bent[i * 3 + i] = Math.cos((angle * Math.PI) / 180);
    bent[(i + 3) * 3 + i] = Math.sin((angle * Math.PI) / 180);
  });
  const found = principalAngles({ a: straight, aColumns: 3, b: bent, bColumns: 3 }, 6);
  found.forEach((angle, i) => {
    expect(Math.abs(angle - degrees[i]!)).toBeLessThan(1e-6);
  });
});

test('a space without dimensions is at right angles to everything', () => {
  const line = Float64Array.of(1, 0, 0, 0);
  expect([...principalAngles({ a: new Float64Array(4), aColumns: 1, b: line, bColumns: 1 }, 4)]).toEqual([90]);
});
