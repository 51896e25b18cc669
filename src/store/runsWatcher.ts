import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isLive } from '../run/isLive.ts';
import { inPortions, isRun, type RunListing, readListing, readRunIds } from './runListing.ts';
import { isAlive } from './runLock.ts';
import { newerLayout } from './runsFolder.ts';

/** Between two looks at live runs, and between two at the runs folder itself. */
const LIVE_LOOK_MS = 1000;
const FOLDER_LOOK_MS = 2000;
/** Hints that come closer together than this are answered by one look. */
const HINT_MS = 100;
/** A run is looked at this long after its end: its parent writes exit.json a little later. */
const AFTERMATH_MS = 10_000;

/** What came, changed (its listing) or went (null), by id. */
export type RunsChange = ReadonlyMap<string, RunListing | null>;

/** A run as it was last seen, and what was seen of its files then. */
interface Seen {
  listing: RunListing;
  signature: string;
  /** Looked at as a live one until then. */
  liveUntilMs: number;
}

/**
 * Tells of the runs of a folder that come, change and go. The file system's word is taken as a hint only, and only for the runs folder itself;
 * live runs are looked at every second, the folder every two (one stat), and nothing else without a change.
 */
export class RunsWatcher {
  readonly #folder: string;
  readonly #seen = new Map<string, Seen>();
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hint: NodeJS.Timeout | undefined;
  #folderMtimeMs = -1;
  #folderLookMs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /**
   * Starts at once; the first call of `onChange` tells all runs there are.
   * @param onChange never called twice at a time, nor after `close`
   */
  constructor(
    runsFolder: string,
    private readonly onChange: (changed: RunsChange) => void,
  ) {
    this.#folder = resolve(runsFolder);
    this.#listen();
    this.#plan(0);
  }

  /** Every run as it was last seen, newest first. */
  get listings(): RunListing[] {
    return [...this.#seen.values()].map(({ listing }) => listing).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Looks at everything now; resolves when what changed was told. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#scan());
  }

  /** Stops watching. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#hint);
    this.#watcher?.close();
  }

  #listen(): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => this.#hear());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // not there yet, or no watchers left: the looks remain
    }
  }

  #hear(): void {
    this.#hint ??= setTimeout(() => {
      this.#hint = undefined;
      this.refresh().catch(() => {});
    }, HINT_MS);
    this.#hint.unref();
  }

  #plan(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#inTurn(() => this.#look()).then(
        () => this.#plan(this.#hasLive() ? LIVE_LOOK_MS : FOLDER_LOOK_MS),
        () => this.#plan(FOLDER_LOOK_MS),
      );
    }, delayMs);
    this.#timer.unref();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => (this.#isClosed ? undefined : work()));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #hasLive(): boolean {
    const nowMs = Date.now();
    return [...this.#seen.values()].some(({ liveUntilMs }) => liveUntilMs > nowMs);
  }

  async #look(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.#folderLookMs >= FOLDER_LOOK_MS - HINT_MS) {
      this.#folderLookMs = nowMs;
      const found = await stat(this.#folder).catch(() => null);
      if ((found?.mtimeMs ?? 0) !== this.#folderMtimeMs) return this.#scan();
    }
    const live = [...this.#seen].filter(([, { liveUntilMs }]) => liveUntilMs > nowMs).map(([id]) => id);
    this.#tell(await this.#compare(live));
  }

  /** Looks at every folder: one stat each, and a reading of those that changed. */
  async #scan(): Promise<void> {
    if (!this.#watcher) this.#listen();
    this.#folderMtimeMs = (await stat(this.#folder).catch(() => null))?.mtimeMs ?? 0;
    const ids = await readRunIds(this.#folder);
    const changed = await this.#compare(ids);
    const present = new Set(ids);
    for (const id of [...this.#seen.keys()]) {
      if (present.has(id)) continue;
      this.#seen.delete(id);
      changed.set(id, null);
    }
    this.#tell(changed);
  }

  async #compare(ids: readonly string[]): Promise<Map<string, RunListing | null>> {
    const newer = newerLayout(this.#folder);
    const changed = new Map<string, RunListing | null>();
    await inPortions(ids, async (id) => {
      const seen = this.#seen.get(id);
      const signature = await this.#sign(id, seen);
      if (seen?.signature === signature) return;
      const listing = await readListing(join(this.#folder, id), newer);
      const wasTold = seen !== undefined && isRun(seen.listing);
      this.#seen.set(id, { listing, signature, liveUntilMs: liveUntil(listing, seen) });
      if (!isRun(listing)) return;
      if (!wasTold || JSON.stringify(seen.listing) !== JSON.stringify(listing)) changed.set(id, listing);
    });
    return changed;
  }

  /** What tells that a run changed: the times of its folder and summary, and for a live one whether it still answers. */
  async #sign(id: string, seen: Seen | undefined): Promise<string> {
    const folder = join(this.#folder, id);
    const [own, summary] = await Promise.all([folder, join(folder, 'summary.json')].map((path) => stat(path).catch(() => null)));
    const times = `${own?.mtimeMs} ${summary?.mtimeMs} ${summary?.size}`;
    if (!seen || seen.liveUntilMs <= Date.now()) return times;
    // a run that never had a lock changes by growing old
    const life = await isAlive(folder);
    return `${times} ${life === 'none' ? `none ${Date.now()}` : life}`;
  }

  #tell(changed: RunsChange): void {
    if (changed.size > 0 && !this.#isClosed) this.onChange(changed);
  }
}

function liveUntil(listing: RunListing, seen: Seen | undefined): number {
  if (isLive(listing.status)) return Number.POSITIVE_INFINITY;
  const nowMs = Date.now();
  const wasLive = seen?.liveUntilMs === Number.POSITIVE_INFINITY;
  return wasLive ? nowMs + AFTERMATH_MS : (seen?.liveUntilMs ?? 0);
}
