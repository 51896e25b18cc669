import * as z from 'zod';
import { generatorSchema } from './generator.ts';
import { dependentSetting, setting } from './setting.ts';

const share = z.number().nonnegative();

/** How rows are held out. `validation` and `test` are the defaults, as fractions. */
export function splitSchema(validation: number, test: number) {
  return z
    .union([
      z.literal('none'),
      z.strictObject({
        validation: setting(
          share,
          validation,
          'Fraction (below 1) or count (from 1) of the rows held out for validation; 0: none.',
          'enough to see overfitting, little enough to train on the rest.',
        ),
        test: setting(
          share,
          test,
          'Fraction (below 1) or count (from 1) of the rows held out for the test; 0: none.',
          'an honest last word on rows that no decision has looked at.',
        ),
      }),
    ])
    .prefault({})
    .meta({ description: 'Rows held out, stratified where labels exist; "none": all rows are training rows.' });
}

/** Where rows come from and what is done to them before the model sees them: split, scale, centre, in this order. */
export const dataSchema = z
  .strictObject({
    source: z
      .union([z.string().min(1), generatorSchema])
      .describe(
        '"digits" (1797 handwritten digits of 8x8 pixels), "fashion" (4000 articles of clothing of 28x28 pixels), a path relative to this file (.csv .tsv .npy .npz .idx .idx.gz .parquet, a folder of .png), or a generator.',
      ),
    label: dependentSetting(
      z.string().min(1),
      'Column with labels, which is no input; for .idx files the path of the file with labels, relative to this one.',
      'none for files, because unlabeled data is the normal case; built-in sets and generators bring their own.',
    ),
    header: dependentSetting(
      z.boolean(),
      'Whether the first row of a table names the columns.',
      'it does when it holds a value that is not a number.',
    ),
    scale: dependentSetting(
      z.enum(['none', 'unit', 'standardize']).meta({
        meanings: {
          none: 'Values as they are in the file.',
          unit: "Images divided by their format's maximum (255 for bytes; for other numbers of .idx files the largest in size); columns of tables mapped to 0..1 by the training rows.",
          standardize: 'Each column less its training mean, divided by its training deviation; constant columns become 0.',
        },
      }),
      'What is done to the values, by training statistics only.',
      '"unit" for images, whose maximum is known; "none" for tables and generators, whose units mean something.',
    ),
    center: setting(z.boolean(), true, 'Subtract the training mean.', 'the closed forms and PCA speak of centred data.'),
    split: splitSchema(0.1, 0.2),
  })
  .describe('Where rows come from and what is done to them: split, scale, centre, in this order.');
