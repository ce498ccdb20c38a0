// OutRules: when a storage host that stays down is declared out, so that its data is rebuilt elsewhere: after downOutMs, but
// never while its whole rack is down, and never below a share of hosts that are in (Ceph's own limits against floods).
//
// Divergence from reality: counts hosts, not OSDs; no stretching of the interval for flapping hosts
// (mon_osd_adjust_down_out_interval); a rolling upgrade sets no noout, as people who repair may. Pools with a CRUSH map: osd-out-rules.ts.

import type { PoolConfig } from '../config.ts';
import type { EventHandle, Opcode } from '../kernel/kernel.ts';
import { MONITOR_TICK_MS } from './defaults.ts';
import { FlagSpans } from './flag-spans.ts';
import type { StorageHost } from './pool-hosts.ts';
import type { EventKernel } from './pool-kernel.ts';
import { rulesOf, type SystemRules } from './storage-systems.ts';

export class OutRules {
  private readonly kernel: EventKernel;
  private readonly pool: PoolConfig;
  private readonly rules: SystemRules;
  private readonly wentOut: (host: number) => void;
  private readonly opcode: Opcode;
  private readonly look: Opcode;
  private isLookPlanned = false;
  private readonly noOut: FlagSpans;
  /** Rack number by host, -1 for hosts outside the pool. */
  private readonly rackOf: Int32Array;
  private readonly rackSize: Int32Array;
  private readonly rackUp: Int32Array;
  private readonly members: number;
  private readonly out = new Set<number>();
  /** Down for long enough, and refused so far. */
  private readonly overdue = new Set<number>();
  private readonly timers: (EventHandle | undefined)[] = [];

  /** @param wentOut told the host that was declared out. Hosts without bytes in the pool do not take part. */
  constructor(kernel: EventKernel, pool: PoolConfig, hosts: readonly StorageHost[], wentOut: (host: number) => void) {
    this.kernel = kernel;
    this.pool = pool;
    this.rules = rulesOf(pool);
    this.wentOut = wentOut;
    this.opcode = kernel.register('storage host overdue', (host) => {
      this.timers[host] = undefined;
      this.overdue.add(host);
      this.judgeOverdue();
    });
    this.look = kernel.register('storage monitors look', () => {
      this.isLookPlanned = false;
      this.judgeOverdue();
    });
    this.noOut = new FlagSpans(kernel, pool.noOut ?? [], () => this.planLook());
    const racks = new Map<string, number>();
    this.rackOf = Int32Array.from(hosts, (host) => {
      if ((pool.usedBytes[host.name] ?? 0) <= 0) return -1;
      const rack = racks.get(host.rack) ?? racks.size;
      racks.set(host.rack, rack);
      return rack;
    });
    this.rackSize = new Int32Array(racks.size);
    for (const rack of this.rackOf) if (rack >= 0) this.rackSize[rack] = (this.rackSize[rack] as number) + 1;
    this.rackUp = this.rackSize.slice();
    this.members = this.rackSize.reduce((sum, size) => sum + size, 0);
  }

  /** Hosts of the pool that are up. */
  get upCount(): number {
    return this.rackUp.reduce((sum, up) => sum + up, 0);
  }

  /** Nobody is out or about to go, and no look is planned. */
  get isIdle(): boolean {
    return this.upCount === this.members && this.out.size === 0 && this.overdue.size === 0 && !this.isLookPlanned;
  }

  isOut(host: number): boolean {
    return this.out.has(host);
  }

  /** A person sets `noout`, or takes it back. */
  setNoOut(on: boolean): void {
    this.noOut.set(on);
  }

  /** A member's storage went down. */
  down(host: number): void {
    const rack = this.rackOf[host] as number;
    this.rackUp[rack] = (this.rackUp[rack] as number) - 1;
    this.timers[host] = this.kernel.schedule(this.kernel.nowMs + this.pool.downOutMs, this.opcode, host);
  }

  /** A member's storage is back, and in again if it was out. */
  up(host: number): void {
    const rack = this.rackOf[host] as number;
    this.rackUp[rack] = (this.rackUp[rack] as number) + 1;
    const timer = this.timers[host];
    if (timer !== undefined) this.kernel.cancel(timer);
    this.timers[host] = undefined;
    this.overdue.delete(host);
    this.out.delete(host);
    this.planLook();
  }

  /** What was refused may be allowed now; not at once, so that hosts that return together are seen together. */
  private planLook(): void {
    if (this.overdue.size === 0 || this.isLookPlanned) return;
    this.isLookPlanned = true;
    this.kernel.schedule(this.kernel.nowMs + MONITOR_TICK_MS, this.look);
  }

  /** In the order in which they became overdue. */
  private judgeOverdue(): void {
    for (const host of this.overdue) {
      if (!this.mayGoOut(host)) continue;
      this.overdue.delete(host);
      this.out.add(host);
      this.wentOut(host);
    }
  }

  private mayGoOut(host: number): boolean {
    if (this.noOut.isSet) return false;
    const { minInShare, mostAwayShare, sparesWholeRacks } = this.rules;
    if ((this.members - this.out.size) / this.members < minInShare) return false;
    if ((this.members - this.upCount) / this.members > mostAwayShare) return false;
    if (!sparesWholeRacks) return true;
    const rack = this.rackOf[host] as number;
    // Source: Ceph mon_osd_down_out_subtree_limit = rack. Racks of one host below the level of replication are no racks.
    const isSubtree = this.pool.failureDomain === 'rack' || (this.rackSize[rack] as number) > 1;
    return !(isSubtree && this.rackUp[rack] === 0);
  }
}
