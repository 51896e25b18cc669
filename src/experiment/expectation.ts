import { didYouMean } from './didYouMean.ts';
import { isMetricName, metricNames } from './metricNames.ts';

/** A number plus metrics times numbers: what stands on one side of a claim. */
export interface ClaimSide {
  constant: number;
  terms: { metric: string; factor: number }[];
}

/** How the two sides are claimed to stand to each other. */
export type ClaimOperator = '<' | '<=' | '>' | '>=';

/** A claim about the metrics at the end of a run: "train.loss < 0.95 * theory.optimum". */
export interface Expectation {
  left: ClaimSide;
  operator: ClaimOperator;
  right: ClaimSide;
}

const tokenPattern =
  /\s*(?:(<=|>=|<|>|=+|!=)|(\*|[+-](?=\s))|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z][\w]*(?:\.[\w]+(?:-[A-Za-z]\w*)?)*)|(\S))/y;

type Token = { kind: 'relation' | 'sign' | 'number' | 'name' | 'other'; text: string };

function tokensOf(text: string): Token[] {
  const kinds = ['relation', 'sign', 'number', 'name', 'other'] as const;
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const found = tokenPattern.exec(text)!;
    const group = found.findIndex((part, i) => i > 0 && part !== undefined);
    tokens.push({ kind: kinds[group - 1]!, text: found[group]! });
  }
  return tokens;
}

const form = 'write it as "test.loss < 1.6" or "train.loss < 0.9 * theory.optimum"';

/** Reads one side: terms joined by + and -, each a number, a metric, or a number times a metric. @returns a sentence where it is none */
function readSide(tokens: readonly Token[]): ClaimSide | string {
  const side: ClaimSide = { constant: 0, terms: [] };
  let sign = 1;
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i]!;
    if (token.kind !== 'number' && token.kind !== 'name') return `expected a number or a metric, found "${token.text}"`;
    let factor = token.kind === 'number' ? Number(token.text) : 1;
    let metric = token.kind === 'name' ? token.text : null;
    i++;
    while (tokens[i]?.text === '*') {
      const next = tokens[i + 1];
      if (next?.kind === 'number') factor *= Number(next.text);
      else if (next?.kind === 'name' && metric === null) metric = next.text;
      else return `only a number times a metric can be claimed, found "${next?.text ?? 'nothing'}" after *`;
      i += 2;
    }
    if (metric === null) side.constant += sign * factor;
    else side.terms.push({ metric, factor: sign * factor });
    if (i === tokens.length) return side;
    const joint = tokens[i]!;
    if (joint.kind !== 'sign' || joint.text === '*') return `expected + or - with spaces around it, found "${joint.text}"`;
    sign = joint.text === '-' ? -1 : 1;
    i++;
  }
  return 'a side is empty';
}

/**
 * Reads a claim: two sides joined by <, <=, > or >=; a side is a sum of numbers, metrics, and numbers times metrics. Signs between terms
 * have spaces around them, because names of metrics may hold a hyphen.
 * @returns one sentence where it is none, without its full stop
 */
export function parseExpectation(text: string): Expectation | string {
  const tokens = tokensOf(text);
  const relations = tokens.filter(({ kind }) => kind === 'relation');
  const [relation] = relations;
  if (!relation || relations.length > 1) return `a claim has one of <, <=, > and >= between two sides: ${form}`;
  if (!['<', '<=', '>', '>='].includes(relation.text))
    return `"${relation.text}" cannot be claimed of measured numbers: use <, <=, > or >=`;
  const at = tokens.indexOf(relation);
  const [left, right] = [readSide(tokens.slice(0, at)), readSide(tokens.slice(at + 1))];
  if (typeof left === 'string') return `${left}: ${form}`;
  if (typeof right === 'string') return `${right}: ${form}`;
  const metrics = [...left.terms, ...right.terms];
  if (metrics.length === 0) return `it names no metric: ${form}`;
  for (const { metric } of metrics)
    if (!isMetricName(metric)) {
      const meant = didYouMean(metric, metricNames);
      return `there is no metric "${metric}"${meant === null ? '' : ` (did you mean "${meant}"?)`}`;
    }
  return { left, operator: relation.text as ClaimOperator, right };
}
