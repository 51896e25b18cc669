import { expect, test } from 'vitest';
import { describeListing, engineLines, runLabel, runRow } from '../../../src/host/runRow.ts';
import { runStatusSchema } from '../../../src/run/runSummary.ts';
import { listingWith, summaryWith } from './listing.ts';

test('a run is known by the name people gave it, else its experiment’s, else its id', () => {
  const notes = { ...listingWith().notes, name: 'Mine' };
  expect(runLabel(listingWith({ notes }))).toBe('Mine');
  expect(runLabel(listingWith())).toBe('Digits');
  expect(runLabel(listingWith({ summary: null, id: 'an-id' }))).toBe('an-id');
});

test('a finished run shows its main number and its age', () => {
  expect(runRow(listingWith(), 60_000 + 120_000)).toEqual({
    label: 'Digits',
    description: '1.58 · 2 m ago',
    icon: { id: 'check', colour: 'testing.iconPassed' },
    contextValue: 'run.finished',
    accessibilityLabel: 'Digits, finished, 1.58 · 2 m ago',
  });
});

test('every status has an icon and a contextValue of its own', () => {
  const rows = runStatusSchema.options.map((status) => runRow(listingWith({ status }), 60_000));
  expect(new Set(rows.map(({ contextValue }) => contextValue)).size).toBe(rows.length);
  for (const { icon } of rows) expect(icon.id).toBeTruthy();
});

test('a run of a language model is told from others, from its first evaluation on', () => {
  const summary = summaryWith({ metrics: { 'train.nats': 2.1, 'validation.nats': 2.2 } });
  expect(runRow(listingWith({ summary }), 0).contextValue).toBe('run.finished.text');
  expect(runRow(listingWith({ summary: summaryWith({ metrics: {} }) }), 0).contextValue).toBe('run.finished');
});

test('the status that the disk knows wins over the one that the summary tells', () => {
  const listing = listingWith({ status: 'interrupted', summary: summaryWith({ status: 'running', endedMs: null }) });
  expect(describeListing(listing, 60_000)).toMatch(/^interrupted at epoch 50\/50/);
});

test('a run that never wrote a summary says why', () => {
  const dead = { code: null, signal: 'SIGKILL', lastLines: [], atMs: 0 };
  expect(describeListing(listingWith({ summary: null, status: 'failed', exit: dead }), 0)).toBe('ended by SIGKILL before it began');
  expect(describeListing(listingWith({ summary: null, status: 'interrupted' }), 0)).toBe('interrupted before it began');
  expect(describeListing(listingWith({ summary: null, status: 'starting' }), 0)).toBe('starting');
});

test('a run that cannot be read says so instead of when it began', () => {
  const listing = listingWith({
    summary: null,
    status: 'unreachable',
    problem: 'summary.json is damaged; the log of the run may still be whole',
  });
  expect(describeListing(listing, 0)).toBe('summary.json is damaged; the log of the run may still be whole');
});

test('what computes a run is told with its threads, and why nothing faster does', () => {
  expect(engineLines(listingWith())).toEqual(['wasm, 1 thread']);
  const enginePassedOver = 'ONNX Runtime is not part of this package: this run is computed on "wasm"';
  expect(engineLines(listingWith({ summary: summaryWith({ enginePassedOver }) }))).toEqual(['wasm, 1 thread', enginePassedOver]);
  expect(engineLines(listingWith({ summary: summaryWith({ engine: '', threads: null }) }))).toEqual([]);
  expect(engineLines(listingWith({ summary: null }))).toEqual([]);
});
