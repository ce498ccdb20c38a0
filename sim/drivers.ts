// What drives the controllers of a run. Usually one runtime over one view for all of them, which costs least; a process for each
// where something may stand between one of them and the API server: client faults, a network that parts or slows them, a control
// plane or a remediation controller that lives on hosts of the cluster.

import { Runtime } from '../core/runtime/runtime.ts';
import { CachedView } from './api-server/cached-view.ts';
import { StoreWriter } from './api-server/kube-writer.ts';
import type { SimConfig } from './config.ts';
import { unwatchedKinds } from './controllers.ts';
import { ClientFaults } from './faults/client-faults.ts';
import { controllerProcesses, type ProcessParts } from './faults/controller-processes.ts';
import { followControllersReach } from './faults/controllers-reach.ts';
import type { HostFleet } from './host/host-fleet.ts';
import type { Draws } from './kernel/rng.ts';
import { HostedControlPlane } from './node/hosted-control-plane.ts';
import type { NodeLifecycle } from './node/node-lifecycle.ts';
import { HostedControllers } from './provisioning/hosted-controllers.ts';
import type { Services } from './provisioning/services.ts';

/** What starts and stops controllers. */
export type Driver = Pick<Runtime, 'start' | 'stop' | 'decided'>;

export interface Drivers {
  /** One runtime for all controllers; with anything of the below, one process for each. */
  readonly runtimes: readonly Driver[];
  /** Undefined where controllers meet a perfect API server. */
  readonly clientFaults: ClientFaults | undefined;
  /** Undefined where the control plane is always there. */
  readonly controlPlane: HostedControlPlane | undefined;
  /** Undefined where controllers live on no host of the cluster. */
  readonly hostedControllers: HostedControllers | undefined;
}

/** What may come between controllers and the API server. */
export interface Surroundings {
  readonly draws: Draws;
  readonly fleet: HostFleet;
  readonly lifecycle: NodeLifecycle;
  readonly services: Services | undefined;
}

export function driversIn({ draws, fleet, lifecycle, services }: Surroundings, parts: ProcessParts): Drivers {
  const { kernel, config } = parts;
  const faults = config.clientFaults ?? [];
  const hosted = config.provisioning.services?.remediationController;
  if (faults.length === 0 && hosted === undefined && !losesControllers(config)) {
    return driversAlone([sharedRuntime(parts)]);
  }
  const processes = controllerProcesses(parts, faults);
  const clientFaults = faults.length === 0 ? undefined : new ClientFaults({ kernel, draws, config, faults, processes });
  followControllersReach({ kernel, draws, network: fleet.network, processes });
  const members = config.hosts.flatMap(({ controlPlane }, host) => (controlPlane ? [host] : []));
  const controlPlane =
    config.kubernetes.controlPlane === 'onItsHosts'
      ? new HostedControlPlane({ kernel, fleet, lifecycle, processes }, members)
      : undefined;
  const hostedControllers =
    services === undefined || hosted === undefined
      ? undefined
      : new HostedControllers(hosted, { kernel, draws, services, processes });
  return { runtimes: processes, clientFaults, controlPlane, hostedControllers };
}

/** Nothing stands between them and the API server. */
export function driversAlone(runtimes: readonly Driver[]): Drivers {
  return { runtimes, clientFaults: undefined, controlPlane: undefined, hostedControllers: undefined };
}

/** The controllers' way to the API server may be lost or slow, or the API server itself lost. */
function losesControllers({ kubernetes, script, triggered = [], faults: { classes } }: SimConfig): boolean {
  if (kubernetes.controlPlane === 'onItsHosts') return true;
  return (['controllersApiPartition', 'slowPlane'] as const).some(
    (name) => [...script, ...triggered].some(({ fault }) => fault === name) || (classes[name]?.perYear ?? 0) > 0,
  );
}

/** All controllers over one view that is told everything, a constant lag late. */
export function sharedRuntime({ store, kernel, config, controllers, ports }: ProcessParts): Runtime {
  const view = new CachedView(store, kernel, {
    lagMs: config.kubernetes.watchLagMs,
    without: unwatchedKinds(controllers),
  });
  const runtime = new Runtime(
    { ...ports, view, writer: new StoreWriter(store) },
    { forgetMemory: false, atBoundary: undefined },
  );
  for (const controller of controllers) runtime.add(controller);
  return runtime;
}
