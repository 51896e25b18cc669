import * as z from 'zod';
import { count, defaultTag, setting, tag } from './setting.ts';

const alpha = (value: number, why: string) =>
  setting(z.number(), value, 'Exponent of the length; 0: no penalty, larger: longer texts win.', why);

/** How the score of a text depends on its length L (generated tokens, the end token included); s is the sum of log-probabilities. */
export const lengthPenaltySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: defaultTag('none', 'score = s.', 'the search then looks for the most probable text, nothing else.') }),
    z.strictObject({ kind: tag('power', 'score = s / L^alpha.'), alpha: alpha(1, 'the mean log-probability of a token.') }),
    z.strictObject({ kind: tag('gnmt', 'score = s / ((5 + L)/6)^alpha.'), alpha: alpha(0.6, 'as published, between 0.6 and 0.7.') }),
    z.strictObject({
      kind: tag('reward', 'score = s + perToken L.'),
      perToken: setting(z.number(), 0.5, 'Nats that every token adds.', 'a token of probability 0.6 then costs nothing.'),
    }),
  ])
  .prefault({})
  .meta({ description: 'How the score depends on the length; acts in the score, in stopping and in the final order only.' });

const returned = setting(
  count,
  1,
  'Hypotheses to give back; at most `beams` where there are beams.',
  'the best one is what one asks for first.',
);
const forceEnd = setting(
  z.boolean(),
  false,
  'Only the end token is allowed as the last one; a hypothesis that cannot end there is dropped.',
  'a text that is cut off is shown as cut off.',
);
const beams = setting(count, 4, 'Hypotheses kept at each length.', 'the gain over greedy is seen, and the tree still fits the screen.');

/** How one text is chosen among all. */
export const strategySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: tag('greedy', 'The most probable token at each step; ends at the first end token.'), forceEnd }),
    z.strictObject({
      kind: tag('sample', 'Tokens drawn at random.'),
      temperature: setting(
        z.number().positive(),
        1,
        'Log-probabilities are divided by it; below 1: bolder.',
        "the model's own distribution.",
      ),
      topK: setting(z.int().nonnegative(), 0, 'Only this many most probable tokens; 0: all.', "the model's own distribution."),
      topP: setting(
        z.number().gt(0).max(1),
        1,
        'Only the most probable tokens that together reach this probability.',
        "the model's own distribution.",
      ),
      minP: setting(
        z.number().min(0).max(1),
        0,
        'Only tokens of at least this share of the most probable one.',
        "the model's own distribution.",
      ),
      returned: setting(count, 1, 'Texts to draw.', 'one text is what one asks for first.'),
      forceEnd,
    }),
    z.strictObject({
      kind: defaultTag('beam', 'The best few hypotheses of each length go on.', 'the search of the lecture.'),
      beams,
      returned,
      lengthPenalty: lengthPenaltySchema,
      stopping: setting(
        z.enum(['optimal', 'first', 'heuristic']).meta({
          meanings: {
            optimal: 'When no open hypothesis can still win.',
            first: 'When as many as `beams` have ended.',
            heuristic: 'When the ended ones beat the open ones at their present length.',
          },
        }),
        'optimal',
        'When the search ends.',
        'the only rule that never ends too early.',
      ),
      finished: setting(
        z.enum(['replenish', 'frozen']).meta({
          meanings: {
            replenish: 'An ended hypothesis is set aside and its slot refilled.',
            frozen: 'An ended hypothesis keeps its slot and competes.',
          },
        }),
        'replenish',
        'What an ended hypothesis does to the beam.',
        'the beam keeps its width.',
      ),
      forceEnd,
      noRepeatNgram: setting(
        z.int().nonnegative(),
        0,
        'No run of this many tokens twice; 0: anything may repeat.',
        'what the model repeats is worth seeing.',
      ),
    }),
    z.strictObject({
      kind: tag('bestFirst', 'Beam search in the order of probability: the same texts for fewer calls of the model.'),
      beams,
      returned,
      forceEnd,
    }),
    z.strictObject({
      kind: tag('exact', 'Branch and bound over all texts: proves the best.'),
      returned,
      lengthPenalty: lengthPenaltySchema,
      forceEnd,
      maxNodes: setting(count, 10_000_000, 'Nodes to look at; then the best so far, unproven.', 'tens of seconds at most.'),
    }),
  ])
  .prefault({})
  .meta({ description: 'How one text is chosen among all.' });

/** What is asked of the model once it is trained, counted or written. */
export const decodingSchema = z
  .strictObject({
    prompts: setting(
      z.array(z.string()).min(1),
      [''],
      'Beginnings to go on from; each is a search of its own.',
      'a text from its very start.',
    ),
    maxNewTokens: setting(z.int().nonnegative(), 20, 'Tokens to generate at most.', 'a sentence, and a tree that can be drawn.'),
    strategy: strategySchema,
  })
  .prefault({})
  .meta({ description: 'What is asked of the model once it is there.' });

/** What is asked of the model. */
export type Decoding = z.output<typeof decodingSchema>;
/** How one text is chosen among all. */
export type DecodingStrategy = Decoding['strategy'];
/** How a score depends on the length. */
export type LengthPenalty = z.output<typeof lengthPenaltySchema>;
