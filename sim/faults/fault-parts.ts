// The parts of a world that a fault may reach. A fault that turns a switch of another model adds that model here.

import type { ObjectStore } from '../api-server/object-store.ts';
import type { FleetBmc } from '../host/bmc.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { NodeLifecycle } from '../node/node-lifecycle.ts';
import type { RepairCrew } from '../people/repair-crew.ts';
import type { RoomCooling } from '../power/room-cooling.ts';
import type { Services } from '../provisioning/services.ts';
import type { HostPools } from '../storage/host-pools.ts';
import type { PressureEvictions } from '../workload/pressure-evictions.ts';
import type { FaultName } from './catalogue.ts';
import type { RackOutages } from './rack-outages.ts';

export interface FaultParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly bmc: FleetBmc;
  readonly storage: HostPools;
  readonly crew: RepairCrew;
  readonly rackOutages: RackOutages;
  readonly store: ObjectStore;
  /** Absent unless the scenario says where what provisioning needs runs. */
  readonly services: Services | undefined;
  readonly cooling: RoomCooling;
  readonly lifecycle: NodeLifecycle;
  readonly pressure: PressureEvictions;
  readonly draws: Draws;
  /** Another fault begins on a host, with the length and the severity that these draws, from 0 to below 1, have in its class. */
  readonly breaks: (host: number, name: FaultName, uniform: FaultUniforms) => void;
}

/** Draws of one fault. */
export interface FaultUniforms {
  readonly length: number;
  readonly severity: number;
}
