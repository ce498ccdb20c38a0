// How many bytes must be copied to a replica that missed writes (oracle D19). "A reboot is cheap, a
// reprovision is dear" is no law: it follows from the outage, the write rate and the unit in which dirty data is tracked.
//
// Divergence from reality: writes fall uniformly on the stored data; a hot set touches fewer units. A log is counted in
// writes, not in entries per placement group.

import type { PoolConfig } from '../config.ts';
import type { Stream } from '../kernel/rng.ts';

/** The part of PoolConfig that decides how much an outage costs. */
export type DirtyTracking = Pick<
  PoolConfig,
  'writesPerSecondPerHost' | 'writeBytes' | 'trackingUnitBytes' | 'logWrites' | 'system'
>;

export type Resync =
  | { readonly kind: 'none' }
  /** From the log or bitmap: only dirty units; the replica serves meanwhile. */
  | { readonly kind: 'delta'; readonly bytes: number }
  /** The log does not reach back that far: everything; the replica serves when it is complete. */
  | { readonly kind: 'full'; readonly bytes: number };

/** Distinct units dirtied by `touches` random touches of `units`: M (1 - e^(-touches/M)). */
export function dirtyUnits(units: number, touches: number): number {
  return units <= 0 ? 0 : -units * Math.expm1(-touches / units);
}

/**
 * What a host with `usedBytes` must copy after missing writes for `missedMs`, all of its data still being there.
 * A write longer than a unit touches several.
 */
export function resyncAfterOutage(tracking: DirtyTracking, usedBytes: number, missedMs: number): Resync {
  const writes = (tracking.writesPerSecondPerHost * missedMs) / 1000;
  if (writes <= 0 || usedBytes <= 0) return { kind: 'none' };
  if (writes > tracking.logWrites) return { kind: 'full', bytes: usedBytes };
  // A log that is copied entry by entry, however often the same was written.
  if (tracking.system === 'etcd') return { kind: 'delta', bytes: Math.min(usedBytes, writes * tracking.writeBytes) };
  const unit = tracking.trackingUnitBytes;
  const touches = writes * Math.ceil(tracking.writeBytes / unit);
  return { kind: 'delta', bytes: Math.min(usedBytes, unit * dirtyUnits(usedBytes / unit, touches)) };
}

/**
 * The same by brute force: every missed write falls on a place that is drawn, uniform over whole writes, and the units that it
 * touches are counted. What `resyncAfterOutage` expects is the mean of this.
 */
export function resyncOfDrawnWrites(
  tracking: DirtyTracking,
  usedBytes: number,
  missedMs: number,
  stream: Stream,
): Resync {
  const expected = resyncAfterOutage(tracking, usedBytes, missedMs);
  if (expected.kind !== 'delta') return expected;
  const unit = tracking.trackingUnitBytes;
  const units = Math.max(1, Math.floor(usedBytes / unit));
  const touched = Math.ceil(tracking.writeBytes / unit);
  const writes = Math.round((tracking.writesPerSecondPerHost * missedMs) / 1000);
  const dirty = new Set<number>();
  for (let write = 0; write < writes; write++) {
    const first = Math.floor(stream.next() * units);
    for (let next = 0; next < touched; next++) dirty.add((first + next) % units);
  }
  return { kind: 'delta', bytes: Math.min(usedBytes, dirty.size * unit) };
}
