// What provisioning needs beside the hosts themselves: services that run somewhere, have limits, and can be away. Each is absent unless
// a scenario has it; what is absent is always there, and at once.

import type { Distribution } from '../kernel/distributions.ts';

export const SERVICE_NAMES = ['ironic', 'imageServer', 'dhcp', 'registry', 'dns', 'remediationController'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Where a service runs: on one host whatever becomes of it, or in the pods of a workload, of which one is enough. */
export type ServicePlace =
  | { readonly kind: 'host'; readonly host: string }
  /** `namespace/name` of a Deployment or StatefulSet. */
  | { readonly kind: 'workload'; readonly workload: string };

interface Placed {
  readonly on: ServicePlace;
}

/** Deploys, cleans and inspects. */
export interface IronicConfig extends Placed {
  /** Operations at once; further ones wait in the order in which they came. */
  readonly atOnce: number;
}

/** Many hosts share what one server can send; no host takes more than its own network card does. */
interface SharedServer extends Placed {
  readonly bytesPerSecond: number;
  readonly bytesPerSecondPerHost: number;
}

/** Agents and images for hosts without a system. */
export interface ImageServerConfig extends SharedServer {
  /** Kernel and file system of the agent, with every start of it. */
  readonly agentBytes: number;
  /** The image of the operating system, as it is transferred. */
  readonly imageBytes: number;
}

/** Containers that a freshly deployed system needs before its node can be Ready. */
export interface RegistryConfig extends SharedServer {
  readonly firstBootBytes: number;
  /** Who waits for them: units of the system before the kubelet starts, or the kubelet, whose Node is there and not Ready. */
  readonly neededBy: 'system' | 'kubelet';
  /** From the return of a registry until a host that waits for it tries again. */
  readonly retryMs: Distribution;
}

/** Health checks, remediators and operators: whatever the scenario's controllers are. */
export interface ControllerPlaceConfig extends Placed {
  /** From its pod's start until it leads and has listed everything. */
  readonly startMs: Distribution;
}

export interface ServicesConfig {
  readonly ironic?: IronicConfig;
  readonly imageServer?: ImageServerConfig;
  /** Addresses for agents that boot from the network. */
  readonly dhcp?: Placed;
  readonly registry?: RegistryConfig;
  /** Names of the image server and of the registry. */
  readonly dns?: Placed;
  readonly remediationController?: ControllerPlaceConfig;
}
