// The provisioning states of a BareMetalHost as data. `none` is the empty state of the API.
//
// Divergence from reality
// - Inspection and preparation take no time and no boot: the Provisioner port has no such operations. `match profile` is not here.
// - Firmware and RAID settings, re-inspection by annotation and credentials that change do not exist.

import type { StateTable } from '../state-table.ts';
import { HOST_EDGES } from './host-edges.ts';
import type { HostGuard, HostRule, HostState } from './host-vocabulary.ts';

export const BARE_METAL_HOST_STATES: StateTable<HostState, HostGuard, HostRule> = {
  name: 'bare-metal-host',
  title: 'BareMetalHost provisioning',
  source: 'baremetal-operator: internal/controller/metal3.io/host_state_machine.go',
  initial: 'none',
  states: {
    none: 'just created',
    unmanaged: 'no BMC details',
    registering: 'access to the BMC is checked',
    inspecting: 'hardware details are collected',
    preparing: 'settings are applied',
    ready: 'old name of available',
    available: 'can be provisioned',
    provisioning: 'the image is being deployed',
    provisioned: 'runs its image',
    'externally provisioned': 'runs what somebody else put there',
    deprovisioning: 'is being cleaned',
    'powering off before delete': 'powers off before its deletion',
    deleting: 'is about to be gone',
  },
  guards: {
    paused: 'the paused annotation is there',
    deleting: 'the host has a deletionTimestamp',
    detachedStatus: 'operationalStatus is detached',
    detachAnnotation: 'the detached annotation is there',
    detachAllowed: 'the detached annotation is there, and the state allows it or it forces',
    delayDelete: 'the detached annotation has deleteAction delay',
    bmcKnown: 'spec.bmc has an address',
    bmcAnswered: 'the BMC has answered a power reading',
    external: 'spec.externallyProvisioned',
    inspect: 'inspection is not disabled',
    imageWanted: 'spec.online, and an image or customDeploy',
    cancelled: 'what is deployed is not what spec asks for',
    retriesLeft: 'the image may be tried (again)',
    capacity: 'fewer hosts than the limit inspect, provision or deprovision',
    succeeded: 'the current operation has succeeded',
    failed: 'the current operation has failed',
    gaveUp: 'more than 3 failures in a row',
    off: 'a reading says off',
    finalizer: 'the finalizer of the operator is there',
  },
  edges: HOST_EDGES,
};
