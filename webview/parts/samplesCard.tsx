import { useState } from 'preact/hooks';
import { formatEpoch, formatNumber } from '../draw/formatNumber.ts';
import type { LanguageMoment, RunStore } from '../state/runStore.ts';
import { post } from '../talk/vscodeApi.ts';
import { BlankSentence, BlankTable, blankRows } from './blankSentence.tsx';
import { Card, type CardTool, EmptyState } from './card.tsx';
import { DataTable } from './dataTable.tsx';
import { useLab } from './lab.ts';
import { perToken, SampleTexts } from './sampleTexts.tsx';
import { saveCsv } from './saveCard.ts';

/** What the model writes, or fills in, at the moment of the head. */
export function SamplesCard() {
  const { store } = useLab();
  const [isTable, setTable] = useState(false);
  const moment = momentOf(store);
  const isEmpty = moment === null;
  const search = searchTool(store);
  const tools: CardTool[] = [
    { ...search, icon: search.label, isWord: true },
    { icon: 'copy', label: 'Copy all', isDisabled: isEmpty, use: () => post({ kind: 'copy', text: copied(moment!) }) },
    { icon: 'table', label: 'Show as a table', isPressed: isTable, isDisabled: isEmpty, use: () => setTable(!isTable) },
    { icon: 'save', label: 'Save as CSV', isDisabled: isEmpty, use: () => saveCsv(store, 'samples', sampleRows(moment!)) },
  ];
  const epoch = store.shownFacts?.epoch;
  return (
    <Card
      id="samples"
      title="Samples"
      tools={tools}
      aside={epoch !== undefined && !isEmpty && <span class="muted number">epoch {formatEpoch(epoch)}</span>}
    >
      {isEmpty ? (
        <SamplesEmpty />
      ) : isTable ? (
        <SamplesTable moment={moment} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section class="samples-box" aria-label="Samples of the model" tabIndex={0}>
          {moment.blanks.length > 0 && <BlankSentence blanks={moment.blanks} />}
          {moment.texts.length > 0 && <SampleTexts texts={moment.texts} />}
        </section>
      )}
    </Card>
  );
}

/** Texts or blanks of the moment that is shown; null where it has none. */
function momentOf(store: RunStore): LanguageMoment | null {
  const language = store.shown?.language ?? null;
  return language && (language.texts.length > 0 || language.blanks.length > 0) ? language : null;
}

/** What opens the page on which the model is searched. */
function searchTool(store: RunStore): { label: string; use(): void } {
  return { label: store.run?.language?.isMasked ? 'Fill blanks' : 'Search texts', use: () => post({ kind: 'searchTexts' }) };
}

function SamplesTable({ moment: { texts, blanks } }: { moment: LanguageMoment }) {
  if (texts.length === 0) return <BlankTable blanks={blanks} />;
  const rows = texts.map((sample) => [
    sample.text,
    formatNumber(sample.logProbability),
    sample.tokens ?? '–',
    perToken(sample),
    sample.finished ? 'yes' : 'no',
  ]);
  return <DataTable caption="Texts drawn from the model" columns={['text', 'ln p', 'tokens', 'ln p a token', 'ended']} rows={rows} />;
}

function copied({ texts, blanks }: LanguageMoment): string {
  const lines = texts.length > 0 ? texts.map(({ text }) => text) : [...blankRows(blanks)].map((cells) => cells.join('\t'));
  return lines.join('\n').slice(0, 100_000);
}

function* sampleRows({ texts, blanks }: LanguageMoment): Generator<(string | number)[]> {
  if (texts.length === 0) {
    yield* blankRows(blanks);
    return;
  }
  yield ['text', 'ln p', 'tokens', 'ended'];
  for (const { text, logProbability, tokens, finished } of texts) yield [text, logProbability, tokens ?? '', finished ? 'yes' : 'no'];
}

function SamplesEmpty() {
  const { store } = useLab();
  const { run } = store;
  if (!run) return null;
  const { label, use } = searchTool(store);
  const button = (
    <p>
      <button type="button" class="action" onClick={use}>
        {label}
      </button>
    </p>
  );
  if (store.frames.length > 0 && !store.shown) return <EmptyState>{null}</EmptyState>;
  if (store.shown)
    return (
      <EmptyState>
        <p>Nothing was drawn from the model at this moment.</p>
        {button}
      </EmptyState>
    );
  if (run.language?.hasEmbeddings === false && store.curves.size > 0)
    return (
      <EmptyState>
        <p>This model is counted at once and not trained, so there are no moments to show.</p>
        <p class="muted">It can be searched all the same.</p>
        {button}
      </EmptyState>
    );
  if (run.language?.isMasked)
    return (
      <EmptyState>
        <p>A sentence with hidden tokens appears here with the first evaluation, and what the model takes them for.</p>
        <p class="muted">“ratio” and “span” in “objective” say how many are hidden in training, and how many side by side.</p>
        {button}
      </EmptyState>
    );
  return (
    <EmptyState>
      <p>
        Texts that the model writes appear here with the first evaluation, always drawn by the same random numbers: what changes is the
        model.
      </p>
      <p class="muted">“decoding” in the experiment file says how the model is searched for its most probable texts.</p>
      {button}
    </EmptyState>
  );
}
