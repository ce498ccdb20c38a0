// What every workload loop works with: the store, the kernel, the world's truth, and the shared bookkeeping.

import type { KubeEvents } from '../api-server/kube-events.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { HostTruth, StorageTruth } from '../truth.ts';
import type { Availability } from './availability.ts';
import type { ControlTable } from './control-table.ts';
import type { JobWork } from './job-work.ts';
import type { NodeTable } from './node-table.ts';
import type { PodTable } from './pod-table.ts';
import type { VolumeTable } from './volume-table.ts';

/**
 * Whether the status of owners and budgets is written as it changes, as their controllers do, or only when someone asks for it.
 * What the loops decide is the same: they go by the pods.
 */
export interface StatusWriting {
  followed: boolean;
}

export interface WorkloadContext {
  readonly store: ObjectStore;
  readonly kernel: Kernel;
  readonly config: SimConfig;
  readonly draws: Draws;
  readonly truth: HostTruth;
  readonly storage: StorageTruth;
  readonly events: KubeEvents;
  readonly controls: ControlTable;
  readonly nodes: NodeTable;
  readonly volumes: VolumeTable;
  readonly pods: PodTable;
  readonly availability: Availability;
  readonly jobWork: JobWork;
  readonly status: StatusWriting;
}
