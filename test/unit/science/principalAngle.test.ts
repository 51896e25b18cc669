import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestPrincipalAngle } from '../../../src/science/principalAngle.ts';

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
        const found = largestPrincipalAngle({ a: turned(0), aColumns: 2, b: turned(degrees), bColumns: 2 }, 4);
        expect(Math.abs(found - degrees)).toBeLessThan(1e-6);
      },
    ),
  );
});

test('the angle does not depend on the basis of a space', () => {
  // columns e1 + e2 and 5 e1 - e2 instead of e1 and e2
  const same = Float64Array.of(1, 5, 1, -1, 0, 0, 0, 0);
  expect(largestPrincipalAngle({ a: same, aColumns: 2, b: turned(30), bColumns: 2 }, 4)).toBeCloseTo(30, 10);
});

test('a space inside the other has angle 0, one with more dimensions 90', () => {
  const line = Float64Array.of(1, 1, 0, 0);
  expect(largestPrincipalAngle({ a: turned(0), aColumns: 2, b: line, bColumns: 1 }, 4)).toBeCloseTo(0, 6);
  expect(largestPrincipalAngle({ a: line, aColumns: 1, b: turned(0), bColumns: 2 }, 4)).toBe(90);
});
