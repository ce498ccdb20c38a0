// The Machine API's objects as its own controllers write them: core's narrow views plus the fields that only they touch, and
// what differs between the two Machine APIs as one value.

import type { BareMetalHost } from '../../core/api/bare-metal-host.ts';
import type { LabelSelector, Machine, MachineApi, MachineSet, Metal3Machine } from '../../core/api/machine.ts';
import { type Kind, type KubeObject, kindOf, type StringMap } from '../../core/api/object.ts';

export interface UserData {
  readonly name?: string;
  readonly namespace?: string;
}

/** What a host shall be deployed with. */
export interface Deploy {
  readonly image?: { readonly url?: string; readonly checksum?: string };
  readonly customDeploy?: { readonly method?: string };
  readonly userData?: UserData;
}

/** OpenShift: somebody who wants to act before a step of the deletion, and takes the entry away when done. */
export interface LifecycleHook {
  readonly name: string;
  readonly owner?: string;
}

export interface StoredMachine extends Machine {
  readonly spec?: NonNullable<Machine['spec']> & {
    /** OpenShift: labels that the node link controller puts on the Node. */
    readonly metadata?: { readonly labels?: StringMap };
    readonly providerSpec?: { readonly value?: Deploy & { readonly hostSelector?: LabelSelector } };
    /** OpenShift. */
    readonly lifecycleHooks?: {
      readonly preDrain?: readonly LifecycleHook[];
      readonly preTerminate?: readonly LifecycleHook[];
    };
    /** Cluster API v1beta2. */
    readonly deletion?: {
      readonly nodeDrainTimeoutSeconds?: number;
      readonly nodeVolumeDetachTimeoutSeconds?: number;
    };
    /** Cluster API v1beta1, as Go durations. */
    readonly nodeDrainTimeout?: string;
    readonly nodeVolumeDetachTimeout?: string;
  };
  readonly status?: NonNullable<Machine['status']> & {
    readonly nodeRef?: { readonly kind?: string; readonly name: string; readonly uid?: string };
    /** Cluster API: when the steps of the deletion began. */
    readonly deletion?: {
      readonly nodeDrainStartTime?: string;
      readonly waitForNodeVolumeDetachStartTime?: string;
      readonly waitForPreDrainHookStartTime?: string;
      readonly waitForPreTerminateHookStartTime?: string;
    };
    /** OpenShift: set with phase Failed. */
    readonly errorMessage?: string;
  };
}

export interface StoredMetal3Machine extends Metal3Machine {
  readonly spec?: NonNullable<Metal3Machine['spec']> & Deploy;
  readonly status?: { readonly initialization?: { readonly provisioned?: boolean }; readonly ready?: boolean };
}

export interface StoredHost extends BareMetalHost {
  readonly spec?: NonNullable<BareMetalHost['spec']> & { readonly userData?: UserData };
}

export interface Metal3MachineTemplate extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: StoredMetal3Machine['spec'] } };
}

export const STORED_METAL3_MACHINE = kindOf<StoredMetal3Machine>(
  'infrastructure.cluster.x-k8s.io',
  'Metal3Machine',
  'Namespaced',
);
export const METAL3_MACHINE_TEMPLATE = kindOf<Metal3MachineTemplate>(
  'infrastructure.cluster.x-k8s.io',
  'Metal3MachineTemplate',
  'Namespaced',
);
export const STORED_HOST = kindOf<StoredHost>('metal3.io', 'BareMetalHost', 'Namespaced');

export interface MachineKinds {
  readonly machineApi: MachineApi;
  readonly machine: Kind<StoredMachine>;
  readonly machineSet: Kind<MachineSet>;
  readonly finalizer: string;
  /** How long its provider waits before it looks at a host again; undefined where it watches hosts. */
  readonly hostPollMs: number | undefined;
}

export const METAL3_MACHINE_FINALIZER = 'metal3machine.infrastructure.cluster.x-k8s.io';

/** Source: requeueAfter of both providers (CAPBM pkg/cloud/baremetal/actuators/machine, CAPM3 baremetal): 30 s. */
export const REQUEUE_MS = 30_000;

export const MACHINE_KINDS: Readonly<Record<MachineApi, MachineKinds>> = {
  openshift: {
    machineApi: 'openshift',
    machine: kindOf<StoredMachine>('machine.openshift.io', 'Machine', 'Namespaced'),
    machineSet: kindOf<MachineSet>('machine.openshift.io', 'MachineSet', 'Namespaced'),
    finalizer: 'machine.machine.openshift.io',
    hostPollMs: REQUEUE_MS,
  },
  'cluster-api': {
    machineApi: 'cluster-api',
    machine: kindOf<StoredMachine>('cluster.x-k8s.io', 'Machine', 'Namespaced'),
    machineSet: kindOf<MachineSet>('cluster.x-k8s.io', 'MachineSet', 'Namespaced'),
    finalizer: 'machine.cluster.x-k8s.io',
    hostPollMs: undefined,
  },
};
