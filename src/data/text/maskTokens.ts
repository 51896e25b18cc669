import { fillUniform, type RandomPlace } from '../../math/random.ts';

/** How tokens are hidden (Devlin et al. 2018; spans as Joshi et al. 2020 have them, of one length). */
export interface Masking {
  ratio: number;
  replace: { mask: number; random: number; keep: number };
  /** Neighbouring tokens chosen together. */
  span: number;
}

/** A sequence of which some tokens are hidden. */
export interface MaskedTokens {
  /** What the model sees. */
  seen: Uint32Array;
  /** Places of the chosen tokens, ascending. */
  chosen: Uint32Array;
}

/**
 * Chooses round(ratio N) of the N tokens that are no end tokens (at least one), in spans that do not leave their line, and replaces
 * each by the mask (share `mask`), by a token drawn evenly from the vocabulary (`random`), or not at all (`keep`).
 * We differ from BERT in that the number chosen is exact over the whole text and not in each line: every token has the same chance.
 * @param flat texts one after the other, each followed by `end` (null: one stream)
 * @param ids sizes: `vocabulary` V (random tokens are below it and are no end tokens), `mask` the id of the mask
 */
export function maskTokens(
  flat: Uint32Array,
  { ratio, replace, span }: Masking,
  ids: { vocabulary: number; end: number | null; mask: number },
  place: RandomPlace,
): MaskedTokens {
  const { end, mask } = ids;
  const candidates = flat.reduce((sum, token) => sum + Number(token !== end), 0);
  const wanted = candidates === 0 ? 0 : Math.max(1, Math.round(ratio * candidates));
  const isChosen = chooseSpans(flat, { span, wanted, end }, place);
  const seen = flat.slice();
  const chosen = new Uint32Array(wanted);
  const drawn = new Float32Array(2 * wanted);
  fillUniform(drawn, { ...place, from: 2 * flat.length });
  const tokens = ids.vocabulary - Number(end !== null);
  let found = 0;
  for (let i = 0; i < flat.length; i++) {
    if (isChosen[i] === 0) continue;
    const u = drawn[2 * found]!;
    if (u < replace.mask) seen[i] = mask;
    else if (u < replace.mask + replace.random) seen[i] = Math.min(tokens - 1, Math.floor(drawn[2 * found + 1]! * tokens));
    chosen[found++] = i;
  }
  return { seen, chosen };
}

/** Anchors in random order, each with the places after it up to the span or the end of its line, until enough are chosen. */
function chooseSpans(
  flat: Uint32Array,
  { span, wanted, end }: { span: number; wanted: number; end: number | null },
  place: RandomPlace,
): Uint8Array {
  const keys = new Float32Array(flat.length);
  fillUniform(keys, place);
  const order = Uint32Array.from(flat.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const isChosen = new Uint8Array(flat.length);
  let open = wanted;
  for (const anchor of order) {
    if (open === 0) break;
    for (let i = anchor; i < Math.min(flat.length, anchor + span) && flat[i] !== end && open > 0; i++) {
      if (isChosen[i] === 1) continue;
      isChosen[i] = 1;
      open -= 1;
    }
  }
  return isChosen;
}
