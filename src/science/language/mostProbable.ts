/** A token and its probability. */
export interface ProbableToken {
  token: number;
  probability: number;
}

/** The `count` most probable tokens of a row of log-probabilities [size], the most probable first; ties by the smaller token. */
export function mostProbable(row: Float64Array, count: number): ProbableToken[] {
  return Array.from(row, (logProbability, token) => ({ token, logProbability }))
    .sort((a, b) => b.logProbability - a.logProbability || a.token - b.token)
    .slice(0, count)
    .map(({ token, logProbability }) => ({ token, probability: Math.exp(logProbability) }));
}
