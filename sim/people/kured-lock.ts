// The lock of kured: an annotation of its DaemonSet that says which node may reboot, or which nodes with --concurrency above 1.
// Source: kubereboot/kured pkg/daemonsetlock.

import type { ObjectKey } from '../../core/api/object.ts';
import { formatMicroTime, parseTime } from '../../core/api/time.ts';
import { DAEMON_SET } from '../../core/api/workload.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { KuredSettings } from './kured-settings.ts';

/** As it is written, with the field names of the product. */
export interface Lock {
  readonly nodeID: string;
  /** The node was cordoned before, and stays so. */
  readonly metadata?: { readonly unschedulable?: boolean };
  readonly created: string;
  /** In ns, as Go prints a duration in JSON; 0 never ends. */
  readonly TTL: number;
}

const NS_PER_MS = 1_000_000;

export class KuredLock {
  private readonly store: ObjectStore;
  private readonly settings: KuredSettings;

  constructor(store: ObjectStore, settings: KuredSettings) {
    this.store = store;
    this.settings = settings;
  }

  /** This node's own lock that is not over. */
  heldBy(nodeName: string, nowMs: number): Lock | undefined {
    return this.locks()?.find((lock) => lock.nodeID === nodeName && !this.isOver(lock, nowMs));
  }

  /** False where others hold all there are, or where there is no DaemonSet to write it on. */
  acquire(nodeName: string, unschedulable: boolean, nowMs: number): boolean {
    const locks = this.locks();
    const { concurrency, lockTtlMs } = this.settings;
    if (locks === undefined) return false;
    const valid = locks.length < Math.max(1, concurrency) ? locks : locks.filter((lock) => !this.isOver(lock, nowMs));
    if (valid.length >= Math.max(1, concurrency)) return false;
    const lock: Lock = {
      nodeID: nodeName,
      metadata: { unschedulable },
      created: formatMicroTime(nowMs),
      TTL: lockTtlMs * NS_PER_MS,
    };
    this.write([...valid, lock]);
    return true;
  }

  release(nodeName: string): void {
    const locks = this.locks();
    const kept = locks?.filter(({ nodeID }) => nodeID !== nodeName);
    if (locks !== undefined && kept !== undefined && kept.length < locks.length) this.write(kept);
  }

  /** A lock that says no end is judged by the flag of today. */
  private isOver({ created, TTL }: Lock, nowMs: number): boolean {
    const ttlMs = TTL === 0 ? this.settings.lockTtlMs : TTL / NS_PER_MS;
    return ttlMs > 0 && nowMs - parseTime(created) >= ttlMs;
  }

  /** Undefined where the DaemonSet is missing, or where nobody can read its annotation. */
  private locks(): readonly Lock[] | undefined {
    const { lockOn, lockAnnotation } = this.settings;
    const daemonSet = this.store.get(DAEMON_SET, lockOn);
    if (daemonSet === undefined) return undefined;
    const text = daemonSet.metadata.annotations?.[lockAnnotation];
    return text === undefined ? [] : locksIn(text);
  }

  private write(locks: readonly Lock[]): void {
    const { lockOn, lockAnnotation, concurrency } = this.settings;
    const [first] = locks;
    const value = concurrency > 1 ? JSON.stringify({ maxOwners: concurrency, locks }) : JSON.stringify(first);
    const annotation = first === undefined && concurrency <= 1 ? null : value;
    patchAnnotation(this.store, lockOn, lockAnnotation, annotation);
  }
}

function locksIn(text: string): readonly Lock[] | undefined {
  try {
    const value = JSON.parse(text) as Lock | { readonly locks?: readonly Lock[] | null } | null;
    if (value === null) return undefined;
    return 'nodeID' in value ? [value] : (value.locks ?? []);
  } catch {
    return undefined;
  }
}

function patchAnnotation(store: ObjectStore, key: ObjectKey, name: string, value: string | null): void {
  store.patch(DAEMON_SET, key, { metadata: { annotations: { [name]: value } } }, { subresource: 'main' });
}
