// The provisioning states of a BareMetalHost as data. `none` is the empty state of the API.
//
// Divergence from reality
// - Inspection and preparation take no time and no boot: the Provisioner port has no such operations. `match profile` is not here.
// - Firmware and RAID settings, re-inspection by annotation and credentials that change do not exist.

import type { ProvisioningState } from '../api/bare-metal-host.ts';
import type { Edge, StateTable } from '../state-table.ts';

export type HostState = Exclude<ProvisioningState, ''> | 'none';

export type HostGuard =
  | 'paused'
  | 'deleting'
  | 'detachedStatus'
  | 'detachAnnotation'
  | 'detachAllowed'
  | 'delayDelete'
  | 'bmcKnown'
  | 'bmcAnswered'
  | 'external'
  | 'inspect'
  | 'imageWanted'
  | 'cancelled'
  | 'retriesLeft'
  | 'capacity'
  | 'succeeded'
  | 'failed'
  | 'gaveUp'
  | 'off'
  | 'finalizer';

export type HostRule =
  | 'paused'
  | 'deletion-delayed'
  | 'deleted-while-detached'
  | 'detached'
  | 'stays-detached'
  | 'reattached'
  | 'deletion-without-power-off'
  | 'deletion-started'
  | 'discovered'
  | 'registration-started'
  | 'unmanaged'
  | 'registering'
  | 'registered-external'
  | 'registered-without-inspection'
  | 'inspection-started'
  | 'inspected'
  | 'prepared'
  | 'ready-renamed'
  | 'became-external'
  | 'retries-exhausted'
  | 'delayed'
  | 'provisioning-started'
  | 'available'
  | 'provisioning-failed'
  | 'provisioning-cancelled'
  | 'provisioning-ended'
  | 'provisioning'
  | 'deprovisioning-started'
  | 'image-removed'
  | 'provisioned'
  | 'external-flag-cleared'
  | 'externally-provisioned'
  | 'deprovisioned-for-deletion'
  | 'deprovisioning-given-up'
  | 'deprovisioned'
  | 'deprovisioning-failed'
  | 'deprovisioning'
  | 'off-before-deletion'
  | 'power-off-given-up'
  | 'powering-off-before-deletion'
  | 'finalizer-removed'
  | 'deleting';

type HostEdge = Edge<HostState, HostGuard, HostRule>;

/** What holds in every state in which the operator has work: pausing and detaching come before everything else. */
function held(state: HostState): readonly HostEdge[] {
  return [
    { from: state, to: state, rule: 'paused', when: { paused: true }, says: 'The host is paused: nothing is done.' },
    {
      from: state,
      to: state,
      rule: 'reattached',
      when: { detachedStatus: true, detachAnnotation: false },
      says: 'The host is no longer detached.',
    },
    {
      from: state,
      to: state,
      rule: 'deletion-delayed',
      when: { deleting: true, detachedStatus: true, delayDelete: true },
      says: 'The host is detached and its deletion waits until it is attached again.',
    },
    {
      from: state,
      to: 'deleting',
      rule: 'deleted-while-detached',
      when: { deleting: true, detachedStatus: true },
      says: 'The host is deleted while detached: no power-off, no cleaning.',
    },
    {
      from: state,
      to: state,
      rule: 'stays-detached',
      when: { deleting: false, detachedStatus: true },
      says: 'The host is detached: nothing is done.',
    },
    {
      from: state,
      to: state,
      rule: 'detached',
      when: { deleting: false, detachAllowed: true },
      says: 'The host is detached.',
    },
  ];
}

function deletion(state: HostState): HostEdge {
  return {
    from: state,
    to: 'powering off before delete',
    rule: 'deletion-started',
    when: { deleting: true },
    says: 'The host is being deleted: it powers off first.',
  };
}

function earlyDeletion(state: HostState): HostEdge {
  return {
    from: state,
    to: 'deleting',
    rule: 'deletion-without-power-off',
    when: { deleting: true },
    says: 'The host is deleted before it was registered.',
  };
}

const ARRIVAL: readonly HostEdge[] = [
  ...held('none'),
  earlyDeletion('none'),
  {
    from: 'none',
    to: 'unmanaged',
    rule: 'discovered',
    when: { bmcKnown: false },
    says: 'A host without BMC details was found.',
  },
  {
    from: 'none',
    to: 'registering',
    rule: 'registration-started',
    when: {},
    says: 'The BMC details of the host are known.',
  },
  ...held('unmanaged'),
  earlyDeletion('unmanaged'),
  {
    from: 'unmanaged',
    to: 'registering',
    rule: 'registration-started',
    when: { bmcKnown: true },
    says: 'The BMC details of the host are known.',
  },
  { from: 'unmanaged', to: 'unmanaged', rule: 'unmanaged', when: {}, says: 'The host has no BMC details.' },
  ...held('registering'),
  earlyDeletion('registering'),
  {
    from: 'registering',
    to: 'registering',
    rule: 'registering',
    when: { bmcAnswered: false },
    says: 'The BMC has not answered yet.',
  },
  {
    from: 'registering',
    to: 'externally provisioned',
    rule: 'registered-external',
    when: { external: true },
    says: 'The host is registered and somebody else provisions it.',
  },
  {
    from: 'registering',
    to: 'preparing',
    rule: 'registered-without-inspection',
    when: { inspect: false },
    says: 'The host is registered; inspection is disabled.',
  },
  {
    from: 'registering',
    to: 'registering',
    rule: 'delayed',
    when: { capacity: false },
    says: 'All {limit} provisioning slots are taken.',
  },
  {
    from: 'registering',
    to: 'inspecting',
    rule: 'inspection-started',
    when: {},
    says: 'The host is registered and is inspected.',
  },
  ...held('inspecting'),
  deletion('inspecting'),
  { from: 'inspecting', to: 'preparing', rule: 'inspected', when: {}, says: 'The hardware of the host is known.' },
  ...held('preparing'),
  deletion('preparing'),
  { from: 'preparing', to: 'available', rule: 'prepared', when: {}, says: 'The settings of the host are applied.' },
];

const AVAILABLE: readonly HostEdge[] = [
  ...held('ready'),
  deletion('ready'),
  { from: 'ready', to: 'available', rule: 'ready-renamed', when: {}, says: 'The old name of the state is replaced.' },
  ...held('available'),
  deletion('available'),
  {
    from: 'available',
    to: 'externally provisioned',
    rule: 'became-external',
    when: { external: true },
    says: 'Somebody else provisions the host now.',
  },
  {
    from: 'available',
    to: 'available',
    rule: 'retries-exhausted',
    when: { imageWanted: true, retriesLeft: false },
    says: 'The image failed {failures} times, the limit is {retries}: it is not tried again.',
  },
  {
    from: 'available',
    to: 'available',
    rule: 'delayed',
    when: { imageWanted: true, capacity: false },
    says: 'All {limit} provisioning slots are taken.',
  },
  {
    from: 'available',
    to: 'provisioning',
    rule: 'provisioning-started',
    when: { imageWanted: true },
    says: 'An image is wanted and a slot is free.',
  },
  { from: 'available', to: 'available', rule: 'available', when: {}, says: 'No image is wanted.' },
];

const DEPLOYED: readonly HostEdge[] = [
  ...held('provisioning'),
  {
    from: 'provisioning',
    to: 'deprovisioning',
    rule: 'deprovisioning-started',
    when: { deleting: true },
    says: 'The host is being deleted: what is on it is removed.',
  },
  {
    from: 'provisioning',
    to: 'deprovisioning',
    rule: 'provisioning-failed',
    when: { failed: true },
    says: 'The deployment failed for the {failures}. time.',
  },
  {
    from: 'provisioning',
    to: 'deprovisioning',
    rule: 'provisioning-cancelled',
    when: { cancelled: true },
    says: 'The image is not wanted any more.',
  },
  {
    from: 'provisioning',
    to: 'provisioned',
    rule: 'provisioning-ended',
    when: { succeeded: true },
    says: 'The image is deployed and booted.',
  },
  { from: 'provisioning', to: 'provisioning', rule: 'provisioning', when: {}, says: 'The image is being deployed.' },
  ...held('provisioned'),
  {
    from: 'provisioned',
    to: 'provisioned',
    rule: 'delayed',
    when: { deleting: true, capacity: false },
    says: 'All {limit} provisioning slots are taken.',
  },
  {
    from: 'provisioned',
    to: 'deprovisioning',
    rule: 'deprovisioning-started',
    when: { deleting: true },
    says: 'The host is being deleted: what is on it is removed.',
  },
  {
    from: 'provisioned',
    to: 'provisioned',
    rule: 'delayed',
    when: { cancelled: true, capacity: false },
    says: 'All {limit} provisioning slots are taken.',
  },
  {
    from: 'provisioned',
    to: 'deprovisioning',
    rule: 'image-removed',
    when: { cancelled: true },
    says: 'The image is not wanted any more.',
  },
  { from: 'provisioned', to: 'provisioned', rule: 'provisioned', when: {}, says: 'The host runs its image.' },
  ...held('externally provisioned'),
  deletion('externally provisioned'),
  {
    from: 'externally provisioned',
    to: 'provisioned',
    rule: 'external-flag-cleared',
    when: { external: false },
    says: 'The operator takes over what somebody else provisioned.',
  },
  {
    from: 'externally provisioned',
    to: 'externally provisioned',
    rule: 'externally-provisioned',
    when: {},
    says: 'Somebody else provisioned the host.',
  },
];

const DEPARTURE: readonly HostEdge[] = [
  ...held('deprovisioning'),
  {
    from: 'deprovisioning',
    to: 'powering off before delete',
    rule: 'deprovisioned-for-deletion',
    when: { deleting: true, succeeded: true },
    says: 'The host is clean and is being deleted.',
  },
  {
    from: 'deprovisioning',
    to: 'powering off before delete',
    rule: 'deprovisioning-given-up',
    when: { deleting: true, gaveUp: true },
    says: 'Cleaning failed {errors} times and the host is being deleted: it is left as it is.',
  },
  {
    from: 'deprovisioning',
    to: 'available',
    rule: 'deprovisioned',
    when: { succeeded: true },
    says: 'The host is clean.',
  },
  {
    from: 'deprovisioning',
    to: 'deprovisioning',
    rule: 'deprovisioning-failed',
    when: { failed: true },
    says: 'Cleaning failed; it is tried again.',
  },
  {
    from: 'deprovisioning',
    to: 'deprovisioning',
    rule: 'deprovisioning',
    when: {},
    says: 'The host is being cleaned.',
  },
  ...held('powering off before delete'),
  {
    from: 'powering off before delete',
    to: 'deleting',
    rule: 'off-before-deletion',
    when: { off: true },
    says: 'The host is off.',
  },
  {
    from: 'powering off before delete',
    to: 'deleting',
    rule: 'power-off-given-up',
    when: { gaveUp: true },
    says: 'Powering off failed {errors} times: the host is deleted as it is.',
  },
  {
    from: 'powering off before delete',
    to: 'powering off before delete',
    rule: 'powering-off-before-deletion',
    when: {},
    says: 'The host powers off before its deletion.',
  },
  {
    from: 'deleting',
    to: 'deleting',
    rule: 'finalizer-removed',
    when: { finalizer: true },
    says: 'The host is forgotten.',
  },
  { from: 'deleting', to: 'deleting', rule: 'deleting', when: {}, says: 'The host is about to be gone.' },
];

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
  edges: [...ARRIVAL, ...AVAILABLE, ...DEPLOYED, ...DEPARTURE],
};
