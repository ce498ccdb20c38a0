// What the server remembers of past writes: per kind the window of its watch cache, and the changes that exact reads of the
// last minutes need. An older state is the present with the later changes undone; no snapshot is kept.
// Source: apiserver pkg/storage/cacher/watch_cache.go (window), pkg/storage/etcd3/compact.go (compaction).
//
// Divergence from reality: compaction ticks from the instant at which the history began; in a real cluster from the start of
// whichever API server does it. The window of a kind that was never asked for is kept as well.

import type { Kind, KubeObject } from '../../../core/api/object.ts';
import { keyOf, keyString } from '../../../core/api/object.ts';
import { type Change, subjectOf } from '../change.ts';

/** Source: watch_cache.go, defaultLowerBoundCapacity and defaultUpperBoundCapacity. */
const RING_MIN = 100;
const RING_MAX = 102_400;
/** Source: watch_cache.go, DefaultEventFreshDuration. */
const FRESH_MS = 75_000;
/** Source: etcd3/compact.go through --etcd-compaction-interval. A state is readable for one to two intervals. */
const COMPACTION_MS = 300_000;

interface Entry {
  readonly change: Change;
  readonly atMs: number;
}

/** The changes of one kind, oldest first; the ring of the watch cache begins at `ring`. */
interface KindLog {
  entries: Entry[];
  ring: number;
  capacity: number;
}

export class History {
  private readonly clock: { readonly nowMs: number };
  private readonly currentVersion: () => number;
  private readonly logs = new Map<string, KindLog>();
  /** Watches cannot begin before this: the history knows nothing earlier. */
  private readonly bornAt: number;
  private nextTickMs: number;
  private versionAtTick: number;
  private readableFrom: number;

  /** @param currentVersion the store's counter now. */
  constructor(clock: { readonly nowMs: number }, currentVersion: () => number) {
    this.clock = clock;
    this.currentVersion = currentVersion;
    this.bornAt = currentVersion();
    this.versionAtTick = this.bornAt;
    this.readableFrom = this.bornAt;
    this.nextTickMs = clock.nowMs + COMPACTION_MS;
  }

  /** Remembers one write; in write order. */
  record(change: Change): void {
    this.tick(change.resourceVersion - 1);
    const log = this.logOf(change.kind);
    const atMs = this.clock.nowMs;
    this.makeRoom(log, atMs);
    log.entries.push({ change, atMs });
    this.forget(log);
  }

  /** The oldest version whose state can still be told. */
  get oldestReadable(): number {
    this.tick(this.currentVersion());
    return this.readableFrom;
  }

  /** The oldest version from which a watch of this kind can begin, less one: as the message of an expired watch says it. */
  oldestWatchable(kind: Kind): number {
    const log = this.logs.get(kind.key);
    if (log === undefined) return this.bornAt;
    const oldest = log.entries[log.ring];
    const isFull = log.entries.length - log.ring >= log.capacity;
    return isFull && oldest !== undefined ? oldest.change.resourceVersion - 1 : this.bornAt;
  }

  /** Changes of a kind after a version, oldest first, or undefined when the window no longer holds them all. */
  since(kind: Kind, version: number): readonly Change[] | undefined {
    if (version < this.oldestWatchable(kind)) return undefined;
    const log = this.logs.get(kind.key);
    if (log === undefined) return [];
    return log.entries.slice(Math.max(log.ring, firstAfter(log, version))).map(({ change }) => change);
  }

  /**
   * A kind's objects as they were at a version, in key order. `present` is what is there now.
   * Undefined when that state was compacted away.
   */
  stateAt(kind: Kind, version: number, present: readonly KubeObject[]): readonly KubeObject[] | undefined {
    if (version < this.oldestReadable) return undefined;
    const log = this.logs.get(kind.key);
    if (log === undefined) return present;
    const past = new Map<string, KubeObject | undefined>();
    for (let i = log.entries.length - 1; i >= firstAfter(log, version); i--) {
      const change = log.entries[i]?.change;
      if (change !== undefined) past.set(keyString(keyOf(subjectOf(change))), change.before);
    }
    if (past.size === 0) return present;
    const state = present.filter((object) => !past.has(keyString(keyOf(object))));
    for (const object of past.values()) if (object !== undefined) state.push(object);
    return state.sort((a, b) => (keyString(keyOf(a)) < keyString(keyOf(b)) ? -1 : 1));
  }

  /** Compaction happens at its ticks, however long after them someone looks. `version` was current until now. */
  private tick(version: number): void {
    const { nowMs } = this.clock;
    if (nowMs < this.nextTickMs) return;
    const ticks = Math.floor((nowMs - this.nextTickMs) / COMPACTION_MS) + 1;
    this.readableFrom = ticks === 1 ? this.versionAtTick : version;
    this.versionAtTick = version;
    this.nextTickMs += ticks * COMPACTION_MS;
  }

  private logOf(kind: Kind): KindLog {
    let log = this.logs.get(kind.key);
    if (log === undefined) {
      log = { entries: [], ring: 0, capacity: RING_MIN };
      this.logs.set(kind.key, log);
    }
    return log;
  }

  /** A full ring grows while its oldest event is fresh, shrinks when three quarters of it are stale, then drops the oldest. */
  private makeRoom(log: KindLog, nowMs: number): void {
    const size = log.entries.length - log.ring;
    if (size < log.capacity) return;
    const oldest = log.entries[log.ring]?.atMs ?? nowMs;
    const lastQuarter = log.entries[log.entries.length - Math.floor(log.capacity / 4)]?.atMs ?? nowMs;
    if (nowMs - oldest < FRESH_MS) log.capacity = Math.min(log.capacity * 2, RING_MAX);
    else if (nowMs - lastQuarter > FRESH_MS) log.capacity = Math.max(Math.floor(log.capacity / 2), RING_MIN);
    while (log.entries.length - log.ring >= log.capacity) log.ring += 1;
  }

  /** What neither the window nor an exact read needs goes, in batches. */
  private forget(log: KindLog): void {
    const needed = Math.min(log.ring, firstAfter(log, this.readableFrom));
    if (needed < 1024 || needed < log.entries.length / 2) return;
    log.entries = log.entries.slice(needed);
    log.ring -= needed;
  }
}

/** Position of the first change after a version. */
function firstAfter(log: KindLog, version: number): number {
  let low = 0;
  let high = log.entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = log.entries[middle];
    if (entry !== undefined && entry.change.resourceVersion <= version) low = middle + 1;
    else high = middle;
  }
  return low;
}
