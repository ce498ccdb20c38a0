// The provisioning states of a BareMetalHost as data. `none` is the empty state of the API.
//
// Divergence from reality
// - Preparation takes no time and no boot: RAID and root device hints are taken over, HostFirmwareSettings do not exist.
// - Secrets are not read: a name of credentials stands for credentials that are right.
// - Hosts are not serviced, and adoption by a new Ironic does not fail.

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
    'match profile': 'old state before preparing',
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
    bmcKnown: 'spec.bmc has an address or credentials',
    credentialsNamed: 'spec.bmc has both',
    bmcAnswered: 'the BMC has answered a power reading',
    external: 'spec.externallyProvisioned',
    inspect: 'inspection is not disabled',
    inspectAgain: 'the inspect annotation is there and does not say disabled',
    settingsChanged: 'RAID or root device hints are not those that were applied',
    oldFailures: 'deployments have failed and no image is named',
    imageWanted: 'spec.online, and an image or customDeploy',
    cancelled: 'what is deployed is not what spec asks for',
    retriesLeft: 'the image may be tried (again)',
    capacity: 'fewer hosts than the limit inspect, provision or deprovision; or virtual media, which does not count',
    succeeded: 'the current operation has succeeded',
    failed: 'the current operation has failed',
    errored: 'status.errorType is set',
    backingOff: 'the last failure is too young for another try',
    gaveUp: 'more than 3 failures in a row',
    unregistered: 'more than 3 failures in a row, of registration',
    powerOffDisabled: 'spec.disablePowerOff',
    off: 'a reading says off',
    finalizer: 'the finalizer of the operator is there',
  },
  edges: HOST_EDGES,
};
