// How slow a host is for what lies on it: its storage daemons, its data disks, its network card, its pods. Read off its shown faults, and
// off the plane over which storage talks.

import { type Host, suffers } from './host.ts';

/** What the storage of a host suffers. */
export interface StorageSlowness {
  /** How many times as long its daemons take for everything; 1 or more. */
  readonly factor: number;
  /** The same of single data disks, one of each slow one. */
  readonly disks: readonly number[];
  /** What its network card moves at most; Infinity where nothing holds it back. */
  readonly linkBytesPerSecond: number;
  /** How much longer than usual a question to another host and its answer take; 0 for no longer. */
  readonly waitMs: number;
}

/**
 * Undefined for a host whose storage nothing slows down.
 * @param waitMs how much longer everything takes on the plane of storage.
 */
export function storageSlownessOf(host: Host, waitMs: number): StorageSlowness | undefined {
  let factor = 1;
  let linkBytesPerSecond = Infinity;
  let disks: number[] | undefined;
  for (const { effect, id } of host.active) {
    if (effect === undefined || host.resting.includes(id)) continue;
    if (effect.slowStorage !== undefined) factor = Math.max(factor, effect.slowStorage);
    if (effect.linkBytesPerSecond !== undefined) {
      linkBytesPerSecond = Math.min(linkBytesPerSecond, effect.linkBytesPerSecond);
    }
    if (effect.slowDisk !== undefined) {
      disks ??= [];
      disks.push(effect.slowDisk);
    }
  }
  if (factor === 1 && disks === undefined && linkBytesPerSecond === Infinity && waitMs === 0) return undefined;
  return { factor, disks: disks ?? [], linkBytesPerSecond, waitMs };
}

/** Its pods serve, and slowly. */
export function slowsPods(host: Host): boolean {
  return host.active.length > 0 && suffers(host, 'slowPods');
}
