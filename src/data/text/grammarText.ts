import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../experiment/problem.ts';
import { type Grammar, type GrammarSettings, readGrammar } from './grammar.ts';
import { endToken } from './streamTokenizer.ts';
import type { TextSource } from './textSource.ts';
import { choosePlace, uniformNumbers } from './uniformNumbers.ts';
import { unknownWord } from './wordTokenizer.ts';

const sentencesAtATime = 1000;
/** Expansions of one sentence: more, and the grammar hardly ends. */
const mostExpansions = 1_000_000;

/** Sentences of a grammar, one a line, words with spaces between them, drawn from stream `data`. @throws UserError as `readGrammar` does */
export function grammarText(settings: GrammarSettings, seed: number): TextSource {
  const grammar = readGrammar(settings);
  const words = grammar.expansions.flatMap((forms) => forms.flatMap(({ parts }) => parts));
  const reserved = words.find((word) => word === endToken || word === unknownWord);
  if (reserved !== undefined)
    throw new UserError(`data.source.rules: the word "${reserved}" has a meaning of its own; call it something else`, 'data.source.rules');
  return {
    name: 'grammar',
    isGenerated: true,
    version: () => null,
    read: (signal) => drawPortions(grammar, settings.sentences, seed, signal),
    hash: () => createHash('sha256').update(JSON.stringify({ settings, seed })).digest('hex'),
  };
}

async function* drawPortions(grammar: Grammar, sentences: number, seed: number, signal?: AbortSignal): AsyncGenerator<string> {
  const uniform = uniformNumbers(seed);
  for (let drawn = 0; drawn < sentences; drawn += sentencesAtATime) {
    let text = '';
    for (let i = drawn; i < Math.min(sentences, drawn + sentencesAtATime); i++) text += `${drawSentence(grammar, uniform)}\n`;
    yield text;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/** Expands the leftmost symbol first. */
function drawSentence({ start, expansions }: Grammar, uniform: () => number): string {
  const chances = expansions.map((forms) => forms.map(({ chance }) => chance));
  const words: string[] = [];
  const open: (number | string)[] = [start];
  let made = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part === 'string') {
      words.push(part);
      continue;
    }
    if (++made > mostExpansions)
      throw new UserError(
        `data.source.rules: a sentence took more than ${mostExpansions} expansions; make those that lead back rarer`,
        'data.source.rules',
      );
    const { parts } = expansions[part]![choosePlace(chances[part]!, uniform())]!;
    for (let i = parts.length - 1; i >= 0; i--) open.push(parts[i]!);
  }
  return words.join(' ');
}
