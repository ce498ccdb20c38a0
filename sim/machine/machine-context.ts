// What every machine loop works with.

import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { HostTruth } from '../truth.ts';
import type { MachineKinds } from './machine-objects.ts';

/** Cordon and eviction of one node; WorkloadLoops has it. */
export type NodeDrain = (
  nodeName: string,
  options: { readonly timeoutMs: number; readonly skipWhenUnreachable: boolean },
  done: (drained: boolean) => void,
) => void;

export interface MachineContext {
  readonly store: ObjectStore;
  readonly kernel: Kernel;
  readonly config: SimConfig;
  readonly draws: Draws;
  readonly truth: HostTruth;
  readonly drain: NodeDrain;
  readonly kinds: MachineKinds;
}
