// CrushMoves: what a pool with a CRUSH map does when its OSDs go out and come in: the difference between two states of the map is
// copied. A replica whose OSD is out is rebuilt where the map says; one that the map moves although its own OSD is well is copied
// there and then deleted at home; both come back when the map says so.
//
// Divergence from reality: a copy that is no longer wanted is deleted as soon as its own replacement is whole, not when the whole
// group is clean.

import type { PoolConfig } from '../config.ts';
import type { Absences, Carriers } from './absences.ts';
import { type Copy, type CopyTable, EMPTY } from './copy-table.ts';
import type { CrushHomes, PlacedOsd } from './crush-homes.ts';
import type { CrushTargets } from './crush-targets.ts';
import { OsdOutRules } from './osd-out-rules.ts';
import type { PoolHosts } from './pool-hosts.ts';
import type { EventKernel } from './pool-kernel.ts';

export interface CrushMovesParts {
  readonly kernel: EventKernel;
  readonly pool: PoolConfig;
  readonly homes: CrushHomes;
  readonly hosts: PoolHosts;
  readonly copies: CopyTable;
  readonly targets: CrushTargets;
  /** After anything happened by itself: not on calls from outside. */
  readonly changed: () => void;
}

export class CrushMoves implements Absences {
  private readonly rules: OsdOutRules;
  private readonly parts: CrushMovesParts;
  private carriers: Carriers | undefined;

  constructor(parts: CrushMovesParts) {
    this.parts = parts;
    const { kernel, pool, homes, hosts } = parts;
    this.rules = new OsdOutRules({
      kernel,
      pool,
      homes,
      hostCount: hosts.count,
      wentOut: (osds) => {
        this.follow(parts.targets.change(osds, 'out'));
        parts.changed();
      },
    });
  }

  /** What was out once, Ceph remembers. */
  readonly isIdle = false;

  get upCount(): number {
    return this.rules.upCount;
  }

  daemonsDown(host: number): number {
    return this.rules.missedOf(host);
  }

  carriedBy(carriers: Carriers): void {
    this.carriers = carriers;
  }

  hostDown(host: number): void {
    this.rules.hostDown(host);
  }

  hostUp(host: number, restarted: boolean): void {
    const { homes, hosts, targets } = this.parts;
    const alive = homes.osdsOf(host).filter(({ disk }) => !hosts.deadDisks(host).includes(disk));
    const moved = targets.change(this.rules.hostUp(host, alive, { restarted }), 'in');
    this.carriers?.rebuilds.stop(host);
    this.carriers?.resyncs.catchUp(host);
    this.follow(moved);
    this.resume(host);
  }

  diskLost(host: number, disk: number): void {
    const osd = this.osdOn(host, disk);
    if (osd !== undefined) this.rules.osdDown(osd);
  }

  diskReplaced(host: number, disk: number): void {
    const { hosts, targets } = this.parts;
    const osd = this.osdOn(host, disk);
    if (osd === undefined || !hosts.daemonUp(host)) return;
    const moved = targets.change(this.rules.osdUp(osd), 'in');
    this.carriers?.rebuilds.stop(host);
    this.carriers?.resyncs.refill(host);
    this.follow(moved);
    this.resume(host);
  }

  /** A whole copy at home that is not wanted there any more is deleted. */
  replaced(slot: number): void {
    const { copies, homes, hosts, targets } = this.parts;
    const isWell = hosts.daemonUp(copies.hostOf(slot)) && copies.stateOf(slot) !== EMPTY;
    if (isWell && targets.isAway(slot) && !targets.isOut(homes.homeOsds[slot] as number)) {
      this.carriers?.resyncs.release(slot);
    }
  }

  setNoOut(on: boolean): void {
    this.rules.setNoOut(on);
  }

  private osdOn(host: number, disk: number): PlacedOsd | undefined {
    return this.parts.homes.osdsOf(host)[disk];
  }

  /** Replicas that belong elsewhere than before: fills homes that are wanted again, and starts rebuilds. */
  private follow(moved: readonly number[]): void {
    const { copies, hosts, targets } = this.parts;
    const refilled = new Set<number>();
    const lacking: number[] = [];
    const kept: Copy[] = [];
    for (const slot of moved) {
      const home = copies.hostOf(slot);
      if (targets.isAway(slot)) lacking.push(slot);
      else {
        kept.push(slot);
        if (copies.stateOf(slot) === EMPTY && hosts.daemonUp(home)) refilled.add(home);
      }
    }
    this.carriers?.rebuilds.withdraw(kept);
    for (const host of refilled) this.carriers?.resyncs.refill(host);
    this.rebuild(lacking);
  }

  /** Starts again what could not be done while a host was down. */
  private resume(host: number): void {
    const { copies, targets } = this.parts;
    const slots = [...targets.awaySlots].filter(
      (slot) => targets.targetHost(slot) === host || copies.hostOf(this.lacking(slot)) === host,
    );
    this.rebuild(slots);
  }

  private rebuild(slots: readonly number[]): void {
    const byHost = new Map<number, Copy[]>();
    for (const slot of slots) {
      if (this.parts.targets.isPlaced(slot)) continue;
      const copy = this.lacking(slot);
      const host = this.parts.copies.hostOf(copy);
      const beside = byHost.get(host);
      if (beside === undefined) byHost.set(host, [copy]);
      else beside.push(copy);
    }
    for (const [host, copies] of byHost) this.carriers?.rebuilds.start(host, copies);
  }

  /** The copy that is to be replaced: the substitute where there is one. */
  private lacking(slot: number): Copy {
    const { copies } = this.parts;
    const substitute = copies.substituteOf(slot);
    return copies.isAttached(substitute) ? substitute : slot;
  }
}
