/** How the score of a text depends on its length L (generated tokens, the end token included); s is its sum of log-probabilities. */
export type LengthPenalty =
  /** s */
  | { kind: 'none' }
  /** s / L^alpha */
  | { kind: 'power'; alpha: number }
  /** s / ((5 + L)/6)^alpha (Wu et al. 2016) */
  | { kind: 'gnmt'; alpha: number }
  /** s + perToken L (Murray and Chiang 2018) */
  | { kind: 'reward'; perToken: number };

/** The most probable token at each step; ends at its first end token. */
export interface Greedy {
  kind: 'greedy';
  /** Only the end token is allowed as the last one. */
  forceEnd: boolean;
}

/** Tokens drawn at random: temperature, then topK, topP, minP, each on what the one before it left. */
export interface Sample {
  kind: 'sample';
  /** Above 0: log-probabilities are divided by it. */
  temperature: number;
  /** Only this many most probable tokens; 0: all. Of equally probable ones the smaller tokens. */
  topK: number;
  /** Only the fewest most probable tokens that together reach this probability. */
  topP: number;
  /** Only tokens of at least this share of the most probable one. */
  minP: number;
  /** Texts to draw. */
  returned: number;
  forceEnd: boolean;
}

/** The best few hypotheses of each length go on. */
export interface Beam {
  kind: 'beam';
  /** Hypotheses kept at each length. */
  beams: number;
  /** Hypotheses to give back, at most `beams`. */
  returned: number;
  lengthPenalty: LengthPenalty;
  /**
   * `optimal`: when no open hypothesis can still win; `first`: when `beams` have ended; `heuristic`: when the `beams`-th best
   * ended one is at least as good as the best open one at its present length.
   */
  stopping: 'optimal' | 'first' | 'heuristic';
  /** `replenish`: an ended hypothesis is set aside and its slot refilled; `frozen`: it keeps its slot and competes. */
  finished: 'replenish' | 'frozen';
  forceEnd: boolean;
  /** No run of this many tokens twice, the prompt included; 0: anything may repeat. */
  noRepeatNgram: number;
}

/** Beam search in the order of probability: the texts of `frozen`, `none`, `first` for no more calls of the model. */
export interface BestFirst {
  kind: 'bestFirst';
  beams: number;
  returned: number;
  forceEnd: boolean;
}

/** Branch and bound over all texts: proves the best. */
export interface Exact {
  kind: 'exact';
  returned: number;
  lengthPenalty: LengthPenalty;
  forceEnd: boolean;
  /** Prefixes to look at; then the best so far, unproven. */
  maxNodes: number;
}

/** How one text is chosen among all: what the section `decoding.strategy` of an experiment says. */
export type Strategy = Greedy | Sample | Beam | BestFirst | Exact;
