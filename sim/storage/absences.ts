// What follows when hosts and disks of a pool are gone, and when they are back: who goes out, what is rebuilt elsewhere, what is
// filled again. Pools with a CRUSH map: crush-moves.ts.

import type { PoolConfig } from '../config.ts';
import type { EventHandle, Opcode } from '../kernel/kernel.ts';
import type { CopyTable } from './copy-table.ts';
import { OutRules } from './out-rules.ts';
import type { PoolHosts, StorageHost } from './pool-hosts.ts';
import type { EventKernel } from './pool-kernel.ts';
import type { Rebuilds } from './rebuilds.ts';
import type { Resyncs } from './resyncs.ts';
import { rulesOf } from './storage-systems.ts';

/** What carries the data of a pool. */
export interface Carriers {
  readonly resyncs: Resyncs;
  readonly rebuilds: Rebuilds;
}

/** Told of what changed after `PoolHosts` has it. */
export interface Absences {
  /** Hosts of the pool that are up. */
  readonly upCount: number;
  /** Nobody is away, and nothing that follows from it is still to come. */
  readonly isIdle: boolean;
  /** Daemons of a host's disks that are down and still in: one that went out is missed no more. */
  daemonsDown(host: number): number;
  /** Before anything happens. */
  carriedBy(carriers: Carriers): void;
  hostDown(host: number): void;
  /**
   * The daemons of a host start.
   * @param restarted false: they ran all the time, and nobody could reach them.
   */
  hostUp(host: number, restarted: boolean): void;
  diskLost(host: number, disk: number): void;
  /** An empty disk took the place of a dead one. */
  diskReplaced(host: number, disk: number): void;
  /** A replica has a substitute now, or another one. */
  replaced(slot: number): void;
  /** A person sets the flag `noout`, or takes it back. */
  setNoOut(on: boolean): void;
}

export interface HostAbsencesParts {
  readonly kernel: EventKernel;
  readonly pool: PoolConfig;
  readonly members: readonly StorageHost[];
  readonly hosts: PoolHosts;
  readonly copies: CopyTable;
  /** After anything happened by itself: not on calls from outside. */
  readonly changed: () => void;
}

/** Hosts go out as a whole; a dead disk goes out by itself. */
export class HostAbsences implements Absences {
  private readonly parts: HostAbsencesParts;
  private readonly rules: OutRules;
  private readonly diskOverdue: Opcode;
  /** Dead disks that are not overdue yet, by host and disk. */
  private readonly diskTimers = new Map<string, EventHandle>();
  private carriers: Carriers | undefined;

  constructor(parts: HostAbsencesParts) {
    this.parts = parts;
    const { kernel, pool, members, copies } = parts;
    this.rules = new OutRules(kernel, pool, members, (host) => {
      this.carriers?.rebuilds.start(host, copies.copiesOn(host));
      parts.changed();
    });
    this.diskOverdue = kernel.register('disk overdue', (host, disk) => {
      this.diskTimers.delete(diskKey(host, disk));
      this.rebuildDeadDisks(host);
      parts.changed();
    });
  }

  get upCount(): number {
    return this.rules.upCount;
  }

  get isIdle(): boolean {
    return this.rules.isIdle && this.diskTimers.size === 0;
  }

  daemonsDown(host: number): number {
    const { hosts } = this.parts;
    if (!hosts.isMember(host) || this.rules.isOut(host)) return 0;
    if (!hosts.daemonUp(host)) return hosts.diskCount(host);
    return hosts.deadDisks(host).filter((disk) => this.diskTimers.has(diskKey(host, disk))).length;
  }

  carriedBy(carriers: Carriers): void {
    this.carriers = carriers;
  }

  hostDown(host: number): void {
    this.rules.down(host);
  }

  hostUp(host: number, restarted: boolean): void {
    this.carriers?.rebuilds.stop(host);
    this.giveUpReplaced(host);
    if (restarted) this.carriers?.resyncs.addActivityLog(host);
    this.carriers?.resyncs.catchUp(host);
    this.rules.up(host);
    this.rebuildDeadDisks(host);
  }

  diskLost(host: number, disk: number): void {
    const { kernel, pool } = this.parts;
    const timer = kernel.schedule(kernel.nowMs + pool.downOutMs, this.diskOverdue, host, disk);
    this.diskTimers.set(diskKey(host, disk), timer);
  }

  diskReplaced(host: number, disk: number): void {
    const { hosts, kernel } = this.parts;
    const timer = this.diskTimers.get(diskKey(host, disk));
    if (timer !== undefined) kernel.cancel(timer);
    this.diskTimers.delete(diskKey(host, disk));
    if (!hosts.daemonUp(host)) return;
    this.carriers?.rebuilds.stop(host);
    this.carriers?.resyncs.refill(host);
    this.rebuildDeadDisks(host);
  }

  replaced(): void {
    // Without a map no replica that is well has to move.
  }

  /** What was rebuilt elsewhere for good is deleted where it was. */
  private giveUpReplaced(host: number): void {
    const { copies, pool } = this.parts;
    if (!rulesOf(pool).keepsSubstitutes) return;
    for (const copy of [...copies.copiesOn(host)]) {
      if (!copies.isSubstitute(copy) && copies.isAttached(copies.substituteOf(copy))) {
        this.carriers?.resyncs.release(copy);
      }
    }
  }

  setNoOut(on: boolean): void {
    this.rules.setNoOut(on);
  }

  /** What lies on disks dead for longer than `downOutMs` is rebuilt elsewhere, whether their host is up or not. */
  private rebuildDeadDisks(host: number): void {
    const { copies, hosts } = this.parts;
    const overdue = hosts.deadDisks(host).filter((disk) => !this.diskTimers.has(diskKey(host, disk)));
    if (overdue.length === 0) return;
    const isLacking = (copy: number): boolean => overdue.includes(hosts.diskOf(host, copies.ordinalOf(copy)));
    this.carriers?.rebuilds.start(host, copies.copiesOn(host).filter(isLacking));
  }
}

function diskKey(host: number, disk: number): string {
  return `${host}/${disk}`;
}
