/**
 * Chance that a Student t variable lies between -t and t: with x = t / sqrt(f) and a = atan x, for odd f
 * (2/pi)(a + sin a (cos a + (2/3) cos^3 a + ... + (2·4···(f-3))/(3·5···(f-2)) cos^(f-2) a)), for even f
 * sin a (1 + (1/2) cos^2 a + ... + (1·3···(f-3))/(2·4···(f-2)) cos^(f-2) a) (Abramowitz and Stegun 26.7.3, 26.7.4).
 * @param t at least 0
 * @param freedom f, a whole number of at least 1
 */
export function studentWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/**
 * The t within which a Student t variable lies with this chance: 0.95 gives the factor of a 95 % interval, to 12 digits by halving.
 * @param share above 0 and below 1
 * @param freedom degrees of freedom, a whole number of at least 1
 */
export function studentQuantile(share: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentWithin(high, freedom) < share) high *= 2;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentWithin(middle, freedom) < share) low = middle;
    else high = middle;
  }
  return high;
}
