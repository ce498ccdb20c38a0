// The changes of the last while, so that a client can be shown the past of an API server that lags: what a kind looked like
// at an instant, and what has happened to it since.
//
// Divergence from reality: none known; an instant before the oldest change kept reads as the state before that change.

import { type Kind, type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { type Change, subjectOf } from './change.ts';
import type { ObjectStore } from './object-store.ts';

interface Dated {
  readonly atMs: number;
  readonly change: Change;
}

/** Changes past their time are let go in batches of this size. */
const COMPACT_ABOVE = 1024;

export class ChangeHistory {
  private readonly store: ObjectStore;
  private readonly clock: { readonly nowMs: number };
  private readonly keepMs: number;
  private changes: Dated[] = [];
  private first = 0;

  /** @param keepMs how far back anybody will ask. */
  constructor(store: ObjectStore, clock: { readonly nowMs: number }, keepMs: number) {
    this.store = store;
    this.clock = clock;
    this.keepMs = keepMs;
    store.tap((change) => this.keep(change));
  }

  /** Changes of a kind after `sinceMs`, in write order. */
  since(kind: Kind, sinceMs: number): readonly Change[] {
    return this.changes
      .slice(this.first)
      .filter(({ atMs, change }) => atMs > sinceMs && change.kind.key === kind.key)
      .map(({ change }) => change);
  }

  /** The objects of a kind as they were at `atMs`, in no order: today's, with every later change undone, newest first. */
  objectsAt(kind: Kind, atMs: number): readonly KubeObject[] {
    const objects = new Map(this.store.list(kind).map((object) => [keyString(keyOf(object)), object]));
    for (const change of this.since(kind, atMs).toReversed()) {
      const key = keyString(keyOf(subjectOf(change)));
      if (change.before === undefined) objects.delete(key);
      else objects.set(key, change.before);
    }
    return [...objects.values()];
  }

  private keep(change: Change): void {
    const { nowMs } = this.clock;
    this.changes.push({ atMs: nowMs, change });
    while ((this.changes[this.first]?.atMs ?? Infinity) < nowMs - this.keepMs) this.first++;
    if (this.first > COMPACT_ABOVE) {
      this.changes = this.changes.slice(this.first);
      this.first = 0;
    }
  }
}
