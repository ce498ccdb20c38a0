// RecoveryStress: faults that recovery itself causes. What is moved onto a host wears on it and on those that it is read from: disks fail more
// often, and heartbeats come too late, so that a host that runs is taken for gone. Each host has streams of its own for them, and the k-th
// fault comes after so many bytes as were drawn for it, whatever else a policy did in between.
//
// Divergence from reality: half of the load lies on the host that takes in, half on the others of its pool alike. Only what hosts take in that
// lack it counts, not what is rebuilt elsewhere, which is spread over all of them.

import { assert } from '../../core/assert.ts';
import type { PoolConfig, RecoveryCoupling } from '../config.ts';
import type { Stream } from '../kernel/rng.ts';
import { HOUR_MS } from '../kernel/time-units.ts';
import { RECOVERY_STRESS } from './defaults.ts';
import type { PoolDraws } from './drawn-resyncs.ts';
import type { PoolHosts, StorageHost } from './pool-hosts.ts';

/** Share of the faults that strike the host that takes in. */
const AT_RECEIVER = 0.5;

export type RecoveryFault = 'diskFailure' | 'lateHeartbeats';
const FAULTS: readonly RecoveryFault[] = ['diskFailure', 'lateHeartbeats'];

interface Source {
  readonly fault: RecoveryFault;
  readonly gaps: Stream;
  readonly victims: Stream;
  /** Faults per millisecond under full load. */
  perMs: number;
  /** Of the unit exponential that was drawn for the next fault, what is left. */
  left: number;
}

export class RecoveryStress {
  private readonly hosts: PoolHosts;
  private readonly workPerMs: number;
  private readonly sources: readonly (readonly Source[])[];
  private readonly diskFailureFactor: number;
  private struck: (host: number, fault: RecoveryFault) => void = () => undefined;
  private count = 0;

  constructor(
    pool: PoolConfig & { readonly recovery: NonNullable<PoolConfig['recovery']> },
    coupling: Exclude<RecoveryCoupling, 'off'>,
    hosts: PoolHosts,
    parts: { readonly members: readonly StorageHost[]; readonly draws: PoolDraws },
  ) {
    const { draws } = parts;
    assert(draws !== undefined, 'a pool that draws is given draws');
    const { diskFailureFactor, lateHeartbeatsPerHour } = RECOVERY_STRESS[coupling];
    this.hosts = hosts;
    this.workPerMs = pool.recovery.diskBytesPerSecondPerHost / 1000;
    this.diskFailureFactor = diskFailureFactor;
    this.sources = parts.members.map(({ name }) =>
      FAULTS.map((fault): Source => {
        const gaps = draws.stream(name, `recovery load/${pool.name}/${fault}`);
        const victims = draws.stream(name, `struck by recovery load/${pool.name}/${fault}`);
        const perMs = fault === 'lateHeartbeats' ? lateHeartbeatsPerHour / HOUR_MS : 0;
        return { fault, gaps, victims, perMs, left: nextGap(gaps) };
      }),
    );
  }

  /** Faults so far. */
  get faults(): number {
    return this.count;
  }

  /** Told of every fault, at the instant at which it strikes; one listener. */
  onStruck(listener: (host: number, fault: RecoveryFault) => void): void {
    this.struck = listener;
  }

  /** Failures of any disk of a host per millisecond without load. */
  setDiskFailures(host: number, perMs: number): void {
    for (const source of this.sources[host] ?? []) {
      if (source.fault === 'diskFailure') source.perMs = (this.diskFailureFactor - 1) * perMs;
    }
  }

  /** Work that may still be moved onto a host before recovery causes a fault; Infinity where it never does. */
  workUntilNext(host: number): number {
    let least = Infinity;
    for (const { left, perMs } of this.sources[host] ?? []) least = Math.min(least, (left / perMs) * this.workPerMs);
    return least;
  }

  /** So much work was moved onto a host. */
  moved(host: number, work: number): void {
    for (const source of this.sources[host] ?? []) source.left -= (work / this.workPerMs) * source.perMs;
  }

  /** What is due strikes: after `moved` the work until the next fault. */
  strike(host: number): void {
    const [first, ...others] = this.sources[host] ?? [];
    if (first === undefined) return;
    const due = others.reduce(
      (soonest, one) => (one.left / one.perMs < soonest.left / soonest.perMs ? one : soonest),
      first,
    );
    due.left = nextGap(due.gaps);
    const victim = this.victim(host, due.victims.next());
    this.count += 1;
    this.struck(victim, due.fault);
  }

  private victim(receiver: number, u: number): number {
    if (u < AT_RECEIVER) return receiver;
    const others: number[] = [];
    for (let host = 0; host < this.hosts.count; host++) {
      if (host !== receiver && this.hosts.isMember(host) && this.hosts.isUp(host)) others.push(host);
    }
    return others[Math.floor(((u - AT_RECEIVER) / (1 - AT_RECEIVER)) * others.length)] ?? receiver;
  }
}

function nextGap(gaps: Stream): number {
  return -Math.log1p(-gaps.next());
}
