// The edges of the host's state table, in order of precedence within each state.
// Source: baremetal-operator, internal/controller/metal3.io/host_state_machine.go.

import type { HostEdge, HostState } from './host-vocabulary.ts';

/** Pausing comes before everything else, in every state. */
function paused(state: HostState): HostEdge {
  return {
    from: state,
    to: state,
    rule: 'paused',
    when: { paused: true },
    says: 'The host is paused: nothing is done.',
  };
}

/** What holds in every state in which the operator has work: then comes detaching, which also decides how a host is deleted. */
function held(state: HostState): readonly HostEdge[] {
  return [
    paused(state),
    {
      from: state,
      to: 'deleting',
      rule: 'deleted-while-detached',
      when: { deleting: true, detachAnnotation: true, delayDelete: false },
      says: 'The host is deleted while detached: no power-off, no cleaning.',
    },
    {
      from: state,
      to: state,
      rule: 'deletion-delayed',
      when: { deleting: true, detachedStatus: true, detachAllowed: true },
      says: 'The host is detached and its deletion waits until it is attached again.',
    },
    {
      from: state,
      to: state,
      rule: 'stays-detached',
      when: { detachedStatus: true, detachAllowed: true },
      says: 'The host is detached: nothing is done.',
    },
    {
      from: state,
      to: state,
      rule: 'reattached',
      when: { detachedStatus: true },
      says: 'The host is no longer detached.',
    },
    {
      from: state,
      to: state,
      rule: 'detached',
      when: { detachAllowed: true },
      says: 'The host is detached.',
    },
  ];
}

function delayed(state: HostState, when: HostEdge['when']): HostEdge {
  return {
    from: state,
    to: state,
    rule: 'delayed',
    when: { ...when, capacity: false },
    says: 'All {limit} provisioning slots are taken.',
  };
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
    rule: 'credentials-missing',
    when: { credentialsNamed: false },
    says: 'The host does not say where its BMC is, or who may use it.',
  },
  {
    from: 'registering',
    to: 'registering',
    rule: 'registering',
    when: { bmcAnswered: false },
    says: 'The BMC has not answered yet.',
  },
  {
    from: 'registering',
    to: 'registering',
    rule: 'registering',
    when: { backingOff: true },
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
  delayed('registering', {}),
  {
    from: 'registering',
    to: 'inspecting',
    rule: 'inspection-started',
    when: {},
    says: 'The host is registered and is inspected.',
  },
  ...held('match profile'),
  deletion('match profile'),
  {
    from: 'match profile',
    to: 'preparing',
    rule: 'profile-matched',
    when: {},
    says: 'Hardware profiles are not matched any more.',
  },
  ...held('inspecting'),
  deletion('inspecting'),
  {
    from: 'inspecting',
    to: 'preparing',
    rule: 'inspection-skipped',
    when: { inspect: false },
    says: 'Inspection is disabled.',
  },
  {
    from: 'inspecting',
    to: 'preparing',
    rule: 'inspected',
    when: { succeeded: true },
    says: 'The hardware of the host is known.',
  },
  {
    from: 'inspecting',
    to: 'inspecting',
    rule: 'inspection-failed',
    when: { failed: true },
    says: 'The inspection failed; it is tried again.',
  },
  delayed('inspecting', {}),
  {
    from: 'inspecting',
    to: 'inspecting',
    rule: 'inspecting',
    when: {},
    says: 'Hardware details are collected.',
  },
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
  delayed('available', { inspectAgain: true }),
  {
    from: 'available',
    to: 'inspecting',
    rule: 'inspection-repeated',
    when: { inspectAgain: true },
    says: 'The annotation asks for another inspection.',
  },
  {
    from: 'available',
    to: 'preparing',
    rule: 'settings-changed',
    when: { settingsChanged: true },
    says: 'Settings of the host have changed and are applied.',
  },
  {
    from: 'available',
    to: 'available',
    rule: 'failures-forgotten',
    when: { oldFailures: true },
    says: 'No image is wanted any more: failures of the last one are forgotten.',
  },
  {
    from: 'available',
    to: 'available',
    rule: 'retries-exhausted',
    when: { imageWanted: true, retriesLeft: false },
    says: 'The image failed {failures} times, the limit is {retries}: it is not tried again.',
  },
  delayed('available', { imageWanted: true }),
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
    rule: 'provisioning-cancelled',
    when: { cancelled: true },
    says: 'The image is not wanted any more.',
  },
  {
    from: 'provisioning',
    to: 'provisioning',
    rule: 'failed-provisioning-waits',
    when: { errored: true, backingOff: true },
    says: 'The deployment failed; the host is cleaned after the back-off.',
  },
  {
    from: 'provisioning',
    to: 'deprovisioning',
    rule: 'failed-provisioning-cleaned',
    when: { errored: true },
    says: 'The deployment failed for the {failures}. time: the host is cleaned.',
  },
  {
    from: 'provisioning',
    to: 'provisioned',
    rule: 'provisioning-ended',
    when: { succeeded: true },
    says: 'The image is deployed and booted.',
  },
  {
    from: 'provisioning',
    to: 'provisioning',
    rule: 'provisioning-failed',
    when: { failed: true },
    says: 'The deployment failed.',
  },
  delayed('provisioning', {}),
  { from: 'provisioning', to: 'provisioning', rule: 'provisioning', when: {}, says: 'The image is being deployed.' },
  ...held('provisioned'),
  delayed('provisioned', { deleting: true }),
  {
    from: 'provisioned',
    to: 'deprovisioning',
    rule: 'deprovisioning-started',
    when: { deleting: true },
    says: 'The host is being deleted: what is on it is removed.',
  },
  delayed('provisioned', { cancelled: true }),
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
    to: 'deleting',
    rule: 'deletion-without-cleaning',
    when: { deleting: true, unregistered: true },
    says: 'The host is being deleted and cannot be registered any more: it is left as it is.',
  },
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
  delayed('deprovisioning', {}),
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
    rule: 'power-off-disabled',
    when: { powerOffDisabled: true },
    says: 'The host must not be powered off.',
  },
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
  paused('deleting'),
  {
    from: 'deleting',
    to: 'deleting',
    rule: 'finalizer-removed',
    when: { finalizer: true },
    says: 'The host is forgotten.',
  },
  { from: 'deleting', to: 'deleting', rule: 'deleting', when: {}, says: 'The host is about to be gone.' },
];

export const HOST_EDGES: readonly HostEdge[] = [...ARRIVAL, ...AVAILABLE, ...DEPLOYED, ...DEPARTURE];
