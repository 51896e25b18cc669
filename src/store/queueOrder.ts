import type { RunListing } from './runListing.ts';

/** The runs that wait, in the order in which they will train. */
export function queueOf(listings: readonly RunListing[]): RunListing[] {
  const place = ({ queuePosition }: RunListing) => queuePosition ?? Number.POSITIVE_INFINITY;
  return listings
    .filter(({ status }) => status === 'queued')
    .sort((a, b) => (place(a) === place(b) ? (a.id < b.id ? -1 : 1) : place(a) - place(b)));
}
