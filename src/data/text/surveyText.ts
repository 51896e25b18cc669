import type { TextDataSection } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { BpeTokenizer, ownText, piecePattern } from './bpeTokenizer.ts';
import { CharacterTokenizer } from './characterTokenizer.ts';
import { feedTexts, type TextSink } from './feedTexts.ts';
import { type StreamTokenizer, withEnd } from './streamTokenizer.ts';
import type { TextSource } from './textSource.ts';
import { trainBpe } from './trainBpe.ts';
import { unknownWord, WordTokenizer, wordPatterns } from './wordTokenizer.ts';

/** What a tokenizer is made from, and what is worth a word about it. */
export interface Survey {
  tokenizer: StreamTokenizer;
  notes: string[];
}

/** Largest vocabulary of words, "<unk>" and the end token included: the layer that predicts is as wide. */
export const mostWords = 20_000;
/** Different words kept while counting: beyond, the rarest are forgotten. */
const mostCounted = 2 ** 20;
/** Characters of different pieces that merges are learned from; pieces that come later are only cut. */
const mostPieceCharacters = 2 ** 23;

/**
 * Reads a text once and makes its tokenizer; ids are by first appearance, the end token is last where texts are lines.
 * @throws UserError when a vocabulary is too small for its characters; what reading throws
 */
export async function surveyText(
  source: TextSource,
  { tokens, unit }: { tokens: Exclude<TextDataSection['tokens'], { file: string }>; unit: 'lines' | 'stream' },
  signal?: AbortSignal,
): Promise<Survey> {
  if (tokens === 'words') {
    const cut = source.isGenerated ? 'spaces' : 'prose';
    const counts = new WordCounts(cut);
    await feedTexts(source, unit, counts, signal);
    const { words, notes } = counts.choose(mostWords - Number(unit === 'lines'));
    return { tokenizer: new WordTokenizer(withEnd(words, unit), cut), notes };
  }
  const characters = new Characters();
  if (tokens === 'characters') {
    await feedTexts(source, unit, characters, signal);
    return { tokenizer: new CharacterTokenizer(withEnd(characters.found, unit)), notes: [] };
  }
  const pieces = new Pieces(characters);
  await feedTexts(source, unit, pieces, signal);
  const size = tokens.bpe - Number(unit === 'lines');
  if (characters.found.length > size)
    throw new UserError(
      `data.tokens.bpe is ${tokens.bpe}, too few for the ${characters.found.length} different characters of ${source.name}${unit === 'lines' ? ' and the end token' : ''}; make it larger`,
      'data.tokens.bpe',
    );
  const pairs = await trainBpe(pieces.counts, characters.found, size, signal);
  const notes = [];
  if (pieces.isFull) notes.push(`byte pairs were learned from the first ${mostPieceCharacters} characters of different words`);
  if (pairs.tokens.length < size)
    notes.push(
      `the vocabulary has ${pairs.tokens.length + tokens.bpe - size} tokens instead of ${tokens.bpe}: no pair stands twice any more`,
    );
  return { tokenizer: new BpeTokenizer({ ...pairs, tokens: withEnd(pairs.tokens, unit) as string[] }), notes };
}

/** The different characters of a text in the order of their first appearance. */
class Characters implements TextSink {
  readonly found: string[] = [];
  readonly #isKnown = new Uint8Array(0x110000);

  append(portion: string): void {
    for (let i = 0; i < portion.length; i++) {
      const code = portion.codePointAt(i)!;
      if (code > 0xffff) i++;
      if (this.#isKnown[code] === 1) continue;
      this.#isKnown[code] = 1;
      this.found.push(String.fromCodePoint(code));
    }
  }

  end(): void {}
}

/** The different pieces of a text, and how often each occurs. */
class Pieces implements TextSink {
  readonly counts = new Map<string, number>();
  isFull = false;
  #characters = 0;

  constructor(private readonly characters: Characters) {}

  append(portion: string): void {
    this.characters.append(portion);
    for (const piece of portion.match(new RegExp(piecePattern, 'gu')) ?? []) {
      const count = this.counts.get(piece);
      if (count !== undefined) this.counts.set(piece, count + 1);
      else if (this.#characters + piece.length > mostPieceCharacters) this.isFull = true;
      else {
        this.#characters += piece.length;
        this.counts.set(ownText(piece), 1);
      }
    }
  }

  end(): void {}
}

/** The different words of a text in the order of their first appearance, and how often each occurs. */
class WordCounts implements TextSink {
  readonly #counts = new Map<string, number>();
  readonly #pattern: RegExp;
  /** Words that stood at most this often were forgotten. */
  #forgotten = 0;

  constructor(cut: keyof typeof wordPatterns) {
    this.#pattern = new RegExp(wordPatterns[cut], 'gu');
  }

  append(portion: string): void {
    for (const word of portion.match(this.#pattern) ?? []) {
      const count = this.#counts.get(word);
      if (count !== undefined) this.#counts.set(word, count + 1);
      else this.#counts.set(ownText(word), 1);
    }
    while (this.#counts.size > mostCounted) this.#forget();
  }

  end(): void {}

  #forget(): void {
    this.#forgotten++;
    for (const [word, count] of this.#counts) if (count <= this.#forgotten) this.#counts.delete(word);
  }

  /** The words of a vocabulary of at most `most`: all, or the most frequent ones and "<unk>", which then stands where the first other word stood. */
  choose(most: number): { words: string[]; notes: string[] } {
    const all = [...this.#counts];
    if (all.length <= most && this.#forgotten === 0) return { words: all.map(([word]) => word), notes: [] };
    const ranked = all.map((_, place) => place).sort((a, b) => all[b]![1] - all[a]![1] || a - b);
    const kept = new Set(ranked.slice(0, most - 1));
    const firstOther = all.findIndex((_, place) => !kept.has(place));
    const words = all.flatMap(([word], place) => (kept.has(place) ? [word] : place === firstOther ? [unknownWord] : []));
    if (firstOther < 0) words.push(unknownWord);
    const different = this.#forgotten === 0 ? `the other ${all.length - kept.size} of ${all.length}` : 'all others';
    return { words, notes: [`the ${kept.size} most frequent words are the vocabulary, ${different} became "${unknownWord}"`] };
  }
}
