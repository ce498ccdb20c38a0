// PoolHosts: what a pool knows of its hosts: up, waiting to be re-added, and which of their data disks are dead.

import type { PoolConfig } from '../config.ts';
import { FillLimits } from './fill-limits.ts';
import type { PoolMemory } from './pool-memory.ts';

export interface StorageHost {
  /** Key into `PoolConfig.usedBytes`. */
  readonly name: string;
  readonly rack: string;
  /** Data disks; a lost one takes its share of the host's data with it. */
  readonly dataDisks: number;
}

const NO_DISKS: readonly number[] = [];

export class PoolHosts {
  readonly count: number;
  /** By host: bytes stored on its disks; 0 for hosts outside the pool. */
  readonly usedBytes: Float64Array;
  /** Undefined where disks always have room. */
  readonly fillLimits: FillLimits | undefined;
  private readonly disks: Int32Array;
  private readonly up: Uint8Array;
  private readonly awaiting: Uint8Array;
  /** By host: dead disks, the one dead for longest first. */
  private readonly dead: (readonly number[])[];

  /** All hosts start up with all disks. */
  constructor(pool: PoolConfig, hosts: readonly StorageHost[], memory: PoolMemory) {
    this.count = hosts.length;
    this.usedBytes = memory.float64(hosts.length);
    this.disks = memory.int32(hosts.length);
    hosts.forEach(({ name, dataDisks }, host) => {
      this.usedBytes[host] = pool.usedBytes[name] ?? 0;
      this.disks[host] = dataDisks;
    });
    this.fillLimits = pool.fillLimits === undefined ? undefined : new FillLimits(pool.fillLimits, this.usedBytes);
    this.up = memory.uint8(hosts.length).fill(1);
    this.awaiting = memory.uint8(hosts.length);
    this.dead = hosts.map(() => NO_DISKS);
  }

  isMember(host: number): boolean {
    return (this.usedBytes[host] as number) > 0;
  }

  isUp(host: number): boolean {
    return this.up[host] === 1;
  }

  setUp(host: number, up: boolean): void {
    this.up[host] = up ? 1 : 0;
  }

  awaitsReAdd(host: number): boolean {
    return this.awaiting[host] === 1;
  }

  setAwaitsReAdd(host: number, awaits: boolean): void {
    this.awaiting[host] = awaits ? 1 : 0;
  }

  /** Every daemon of every disk runs. */
  get isWhole(): boolean {
    for (let host = 0; host < this.count; host++) {
      if (!this.daemonUp(host) || this.deadDisks(host).length > 0) return false;
    }
    return true;
  }

  /** The storage daemon runs: the host is up, and nobody has to re-add it first. */
  daemonUp(host: number): boolean {
    return this.up[host] === 1 && this.awaiting[host] === 0;
  }

  /** The storage daemon runs, a disk lives that it could fill, and so much more would not make it too full. */
  takesIn(host: number, bytes = 0): boolean {
    if (!this.daemonUp(host) || this.livingOrdinal(host, 0) === undefined) return false;
    return this.fillLimits === undefined || this.fillLimits.mayTake(host, bytes);
  }

  diskCount(host: number): number {
    return this.disks[host] as number;
  }

  /** Disk on which the copy with this ordinal lies. */
  diskOf(host: number, ordinal: number): number {
    return ordinal % Math.max(1, this.disks[host] as number);
  }

  isOnDeadDisk(host: number, ordinal: number): boolean {
    const dead = this.deadDisks(host);
    return dead.length > 0 && dead.includes(this.diskOf(host, ordinal));
  }

  /** The first ordinal from `ordinal` on whose disk lives; undefined when all disks of the host are dead. */
  livingOrdinal(host: number, ordinal: number): number | undefined {
    if (this.deadDisks(host).length === 0) return ordinal;
    for (let next = ordinal; next < ordinal + (this.disks[host] as number); next++) {
      if (!this.isOnDeadDisk(host, next)) return next;
    }
    return undefined;
  }

  deadDisks(host: number): readonly number[] {
    return this.dead[host] as readonly number[];
  }

  /** The disk that dies when one more does: the first living one. Undefined when there is none. */
  nextToDie(host: number): number | undefined {
    const dead = this.deadDisks(host);
    if (dead.length >= (this.disks[host] as number)) return undefined;
    let disk = 0;
    while (dead.includes(disk)) disk += 1;
    return disk;
  }

  /** One more disk dies. Undefined when there is none. */
  loseDisk(host: number): number | undefined {
    const disk = this.nextToDie(host);
    if (disk !== undefined) this.dead[host] = [...this.deadDisks(host), disk];
    return disk;
  }

  /** The disk that has been dead for longest lives again. Undefined when none is dead. */
  replaceDisk(host: number): number | undefined {
    const [disk, ...others] = this.deadDisks(host);
    this.dead[host] = others;
    return disk;
  }
}
