// HostTruth and StorageTruth driven by hand: a test says what is true, and every listener hears it at once.

import { keyString, type ObjectKey } from '../../core/api/object.ts';
import type { HostTruth, StorageTruth } from '../../sim/truth.ts';

export interface DrivenHost {
  readonly nodeName: string;
  /** `namespace/name`. */
  readonly bareMetalHost: string;
  readonly rack: string;
}

interface HostState {
  podsExecute: boolean;
  reachable: boolean;
  kubeletActs: boolean;
  bootEpoch: number;
  wipeEpoch: number;
  slowsPods: boolean;
}

export class DrivenTruth implements HostTruth {
  private readonly hosts: readonly DrivenHost[];
  private readonly states: HostState[];
  private readonly listeners: ((host: number) => void)[] = [];

  /** All hosts run at the start. */
  constructor(hosts: readonly DrivenHost[]) {
    this.hosts = hosts;
    this.states = hosts.map(() => ({
      podsExecute: true,
      reachable: true,
      kubeletActs: true,
      bootEpoch: 1,
      wipeEpoch: 0,
      slowsPods: false,
    }));
  }

  get count(): number {
    return this.hosts.length;
  }

  indexOfNode(nodeName: string): number {
    return this.hosts.findIndex((host) => host.nodeName === nodeName);
  }

  indexOfHost(bareMetalHost: ObjectKey): number {
    const text = keyString(bareMetalHost);
    return this.hosts.findIndex((host) => host.bareMetalHost === text);
  }

  nodeName(host: number): string {
    return this.host(host).nodeName;
  }

  rack(host: number): string {
    return this.host(host).rack;
  }

  slowsPods(host: number): boolean {
    return this.state(host).slowsPods;
  }

  podsExecute(host: number): boolean {
    return this.state(host).podsExecute;
  }

  reachable(host: number): boolean {
    return this.state(host).reachable;
  }

  reachesStorage(): boolean {
    return true;
  }

  kubeletActs(host: number): boolean {
    return this.state(host).kubeletActs;
  }

  bootEpoch(host: number): number {
    return this.state(host).bootEpoch;
  }

  wipeEpoch(host: number): number {
    return this.state(host).wipeEpoch;
  }

  onChange(listener: (host: number) => void): void {
    this.listeners.push(listener);
  }

  /** The machine is off: nothing executes. */
  die(nodeName: string): void {
    this.set(nodeName, { podsExecute: false, reachable: false, kubeletActs: false });
  }

  /** The operating system goes on, the kubelet does not. */
  loseKubelet(nodeName: string): void {
    this.set(nodeName, { kubeletActs: false });
  }

  /** Peers and clients do not reach it; its kubelet acts. */
  cutFromPeers(nodeName: string): void {
    this.set(nodeName, { reachable: false });
  }

  /** Cut off by the network: everything executes, nobody hears of it. */
  isolate(nodeName: string): void {
    this.set(nodeName, { reachable: false, kubeletActs: false });
  }

  /** Back as it was, without a boot. */
  recover(nodeName: string): void {
    this.set(nodeName, { podsExecute: true, reachable: true, kubeletActs: true });
  }

  /** Back through a boot. */
  boot(nodeName: string): void {
    const { bootEpoch } = this.state(this.indexOfNode(nodeName));
    this.set(nodeName, { podsExecute: true, reachable: true, kubeletActs: true, bootEpoch: bootEpoch + 1 });
  }

  set(nodeName: string, change: Partial<HostState>): void {
    const index = this.indexOfNode(nodeName);
    Object.assign(this.state(index), change);
    for (const listener of this.listeners) listener(index);
  }

  private host(index: number): DrivenHost {
    const host = this.hosts[index];
    if (host === undefined) throw new RangeError(`no host ${index}`);
    return host;
  }

  private state(index: number): HostState {
    const state = this.states[index];
    if (state === undefined) throw new RangeError(`no host ${index}`);
    return state;
  }
}

export class DrivenStorage implements StorageTruth {
  private readonly accepting: boolean[];
  private readonly slow: boolean[] = [];
  private readonly listeners: ((pool: number) => void)[] = [];

  constructor(poolCount: number) {
    this.accepting = Array.from({ length: poolCount }, () => true);
  }

  get poolCount(): number {
    return this.accepting.length;
  }

  accepts(pool: number): boolean {
    return this.accepting[pool] === true;
  }

  isSlow(pool: number): boolean {
    return this.slow[pool] === true;
  }

  onChange(listener: (pool: number) => void): void {
    this.listeners.push(listener);
  }

  setSlow(pool: number, isSlow: boolean): void {
    this.slow[pool] = isSlow;
    for (const listener of this.listeners) listener(pool);
  }

  set(pool: number, accepts: boolean): void {
    this.accepting[pool] = accepts;
    for (const listener of this.listeners) listener(pool);
  }
}
