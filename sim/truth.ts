// What model parts may know of each other's truth. Hosts are dense integers inside sim/; names exist at the boundary.
// Controllers never see any of this: they see API objects and BMC answers.

import type { ObjectKey } from '../core/api/object.ts';

/** The physical and operating-system truth about hosts, kept by sim/host; read by workload, storage, machine and metrics. */
export interface HostTruth {
  readonly count: number;
  /** Index of the host that registers under this node name, or -1. */
  indexOfNode(nodeName: string): number;
  /** Index of the host with this BareMetalHost, or -1. */
  indexOfHost(bareMetalHost: ObjectKey): number;
  nodeName(host: number): string;
  rack(host: number): string;
  /** Processes of pods execute: operating system up. True also while the kubelet is dead. */
  podsExecute(host: number): boolean;
  /** Clients and peers reach it. */
  reachable(host: number): boolean;
  /** Its way to the rest of the storage is whole, as far as the network is concerned. */
  reachesStorage(host: number): boolean;
  /** Kubelet runs and reaches the API: it starts, stops and confirms pods, and renews its lease. */
  kubeletActs(host: number): boolean;
  /** Grows by one with every boot of an installed operating system; containers do not survive a change. */
  bootEpoch(host: number): number;
  /** Grows by one with every deployment that wiped the data disks. */
  wipeEpoch(host: number): number;
  /** Its pods serve, and slowly: its processors, its network card or the network are slow. */
  slowsPods(host: number): boolean;
  /** Called at the instant of any change above, after it took effect, in host order. */
  onChange(listener: (host: number) => void): void;
}

/** Whether volumes of a pool accept I/O now; kept by sim/storage. */
export interface StorageTruth {
  readonly poolCount: number;
  accepts(pool: number): boolean;
  /** Some of its I/O waits for a slow host. */
  isSlow(pool: number): boolean;
  onChange(listener: (pool: number) => void): void;
}
