// One client's watch of one kind, as the client knows it: what it has heard, what it has missed while the connection was
// broken, and whether its first list is there.
//
// Divergence from reality: see faulty-view.ts.

import type { Kind } from '../../core/api/object.ts';
import type { Change } from './change.ts';

/** A server tells an idle watch its version once a minute. Source: apiserver pkg/storage/cacher/cacher.go, defaultBookmarkFrequency. */
const BOOKMARK_MS = 60_000;

export class KindWatch {
  readonly kind: Kind;
  /** The first list has arrived. */
  synced = true;
  /** Faults that hold this connection broken now. */
  breaks = 0;
  /** The version at which the client stands is no longer served: it must list again. */
  expired = false;
  /** The server behind this connection lags: nothing arrives until it has caught up. */
  serverLags = false;
  /** While blocked: the instant of the server up to which the client has heard. */
  blockedAtMs = Number.NEGATIVE_INFINITY;
  /** Changes go to the client in order: none is due before this. */
  lastDueMs = Number.NEGATIVE_INFINITY;
  /** Goes up when the connection breaks: what was on its way then never arrives. */
  connection = 0;
  /** Changes on their way. */
  inFlight = 0;
  /** Versions of the last change of this kind, and of the last that the client heard. */
  lastSent: number;
  lastHeard: number;
  private lostAtMs = Number.NEGATIVE_INFINITY;
  private missed: Change[] = [];

  constructor(kind: Kind, resourceVersion: number) {
    this.kind = kind;
    this.lastSent = resourceVersion;
    this.lastHeard = resourceVersion;
  }

  get blocked(): boolean {
    return this.breaks > 0 || this.serverLags;
  }

  /** The connection breaks; `pending` were on their way. */
  disconnect(pending: readonly Change[]): void {
    this.connection++;
    this.inFlight = 0;
    this.lastDueMs = Number.NEGATIVE_INFINITY;
    this.missed = [...this.missed, ...pending];
  }

  miss(change: Change): void {
    this.missed.push(change);
  }

  /** A change that the client will never know of. */
  lose(nowMs: number): void {
    this.lostAtMs = nowMs;
  }

  /** What happened while nothing arrived, in order; afterwards nothing is missed. */
  takeMissed(): readonly Change[] {
    const { missed } = this;
    this.missed = [];
    return missed;
  }

  /** The process that held this watch is gone. */
  forget(): void {
    this.disconnect([]);
    this.missed = [];
    this.synced = false;
    this.serverLags = false;
    this.expired = false;
    this.lastHeard = 0;
  }

  /** The client lists again at `resourceVersion`; what differs, if anything does, is on its way. */
  listedAgain(resourceVersion: number, nothingDiffers: boolean): void {
    this.missed = [];
    this.expired = false;
    if (nothingDiffers) this.lastHeard = resourceVersion;
  }

  /** The first list, of version `resourceVersion`, has arrived. */
  listed(resourceVersion: number): void {
    this.missed = [];
    this.synced = true;
    this.expired = false;
    this.lastHeard = resourceVersion;
  }

  /**
   * The version up to which the client has heard of every change of this kind, as far as it can know: a change that was
   * lost on the way counts as heard once a later one, or a bookmark, has arrived.
   * @param storeVersion the newest version of all.
   */
  heardUpTo(storeVersion: number, nowMs: number): number {
    if (this.lastHeard >= this.lastSent) return storeVersion;
    const believes = this.inFlight === 0 && !this.blocked && this.synced && nowMs - this.lostAtMs >= BOOKMARK_MS;
    return believes ? storeVersion : this.lastHeard;
  }
}
