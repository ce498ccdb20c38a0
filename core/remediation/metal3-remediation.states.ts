// The state machine of a Metal3Remediation as data. `New` is the empty phase of the API.
// Quirks in the table on purpose: no timeout while waiting for power-off or power-on (trap T6; `corrected` has one, guard
// overdue), power cycles = retryLimit + 1 (trap T7), and the host's spec.online=false wins in every phase.

import type { Edge, StateTable } from '../state-table.ts';

export type Metal3State = 'New' | 'Running' | 'Waiting' | 'Deleting machine' | 'Failed';

export type Metal3Guard =
  | 'online'
  | 'finalizer'
  | 'powerOffRequested'
  | 'poweredOff'
  | 'poweredOn'
  | 'nodeExists'
  | 'nodeDeleting'
  | 'taintMode'
  | 'tainted'
  | 'taintSettled'
  | 'drained'
  | 'backedUp'
  | 'due'
  | 'overdue'
  | 'mendsEnds'
  | 'retryLeft';

export type Metal3Rule =
  | 'host-is-offline'
  | 'host-went-offline'
  | 'host-offline-while-waiting'
  | 'host-offline-at-the-end'
  | 'remediation-started'
  | 'finalizer-added'
  | 'power-off-requested'
  | 'power-off-timed-out'
  | 'waiting-for-power-off'
  | 'node-tainted-out-of-service'
  | 'waiting-for-taint-to-act'
  | 'waiting-for-drain'
  | 'node-backed-up'
  | 'waiting-for-node-deletion'
  | 'node-deleted'
  | 'node-out-of-service'
  | 'power-on-requested'
  | 'waiting-for-power-on'
  | 'node-restored'
  | 'waiting-for-healthy-node'
  | 'retrying'
  | 'retry-limit-reached'
  | 'finalizer-given-up'
  | 'left-to-the-owner'
  | 'remediation-failed';

type Metal3Edge = Edge<Metal3State, Metal3Guard, Metal3Rule>;

const AGAIN =
  'Not healthy {elapsedMs} ms after this try began, more than {timeoutMs} ms: one more try, {retry} of {retryLimit} retries were used.';
const LEFT = 'Not healthy after {retry} of {retryLimit} retries: Machine {machine} is left to its owner.';

const ENTRY: readonly Metal3Edge[] = [
  {
    from: 'New',
    to: 'Failed',
    rule: 'host-is-offline',
    when: { online: false },
    says: 'Host {host} has spec.online=false: it is not rebooted.',
  },
  { from: 'New', to: 'Running', rule: 'remediation-started', when: {}, says: 'Remediation of {machine} starts.' },
];

const RUNNING: readonly Metal3Edge[] = [
  {
    from: 'Running',
    to: 'Failed',
    rule: 'host-went-offline',
    when: { online: false },
    says: 'Host {host} got spec.online=false: remediation stops.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'finalizer-added',
    when: { finalizer: false },
    says: 'The request is protected by its finalizer.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'power-off-requested',
    when: { powerOffRequested: false },
    says: 'Host {host} is asked to power off hard and to stay off.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'power-off-timed-out',
    when: { poweredOff: false, overdue: true, retryLeft: true },
    says: 'Host {host} does not say that it is off after {elapsedMs} ms: that was a try, {retry} of {retryLimit} retries were used.',
  },
  {
    from: 'Running',
    to: 'Deleting machine',
    rule: 'retry-limit-reached',
    when: { poweredOff: false, overdue: true },
    says: LEFT,
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'waiting-for-power-off',
    when: { poweredOff: false },
    says: 'Host {host} does not say that it is off.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'node-tainted-out-of-service',
    when: { nodeExists: true, taintMode: true, tainted: false },
    says: 'Host {host} is off: Node {node} is tainted out-of-service.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'waiting-for-taint-to-act',
    when: { nodeExists: true, taintMode: true, taintSettled: false },
    says: 'The taint of Node {node} is given a moment to act on pods.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'waiting-for-drain',
    when: { nodeExists: true, taintMode: true, drained: false },
    says: 'Node {node} still has {pods} terminating pods and {attachments} volume attachments.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'node-backed-up',
    when: { nodeExists: true, taintMode: false, backedUp: false },
    says: 'Labels and annotations of Node {node} are saved on the request.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'waiting-for-node-deletion',
    when: { nodeExists: true, taintMode: false, nodeDeleting: true },
    says: 'Node {node} is being deleted.',
  },
  {
    from: 'Running',
    to: 'Running',
    rule: 'node-deleted',
    when: { nodeExists: true, taintMode: false },
    says: 'Host {host} is off: Node {node} is deleted.',
  },
  {
    from: 'Running',
    to: 'Waiting',
    rule: 'node-out-of-service',
    when: {},
    says: 'Nothing runs on Node {node} any more: the host may power on.',
  },
];

const WAITING: readonly Metal3Edge[] = [
  {
    from: 'Waiting',
    to: 'Failed',
    rule: 'host-offline-while-waiting',
    when: { online: false },
    says: 'Host {host} got spec.online=false: it is not waited for.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'power-on-requested',
    when: { powerOffRequested: true },
    says: 'Host {host} is no longer held off.',
  },
  {
    from: 'Waiting',
    to: 'Running',
    rule: 'retrying',
    when: { poweredOn: false, overdue: true, retryLeft: true },
    says: AGAIN,
  },
  {
    from: 'Waiting',
    to: 'Deleting machine',
    rule: 'retry-limit-reached',
    when: { poweredOn: false, overdue: true },
    says: LEFT,
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'waiting-for-power-on',
    when: { poweredOn: false },
    says: 'Host {host} does not say that it is on.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'node-restored',
    when: { finalizer: true, nodeExists: true },
    says: 'Node {node} is there: it is restored and the request gives up its finalizer.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'waiting-for-healthy-node',
    when: { due: false },
    says: 'The health check has not ended this request, {elapsedMs} ms of {timeoutMs} ms after this try began.',
  },
  {
    from: 'Waiting',
    to: 'Running',
    rule: 'retrying',
    when: { retryLeft: true },
    says: AGAIN,
  },
  {
    from: 'Waiting',
    to: 'Deleting machine',
    rule: 'retry-limit-reached',
    when: {},
    says: LEFT,
  },
];

const ENDS: readonly Metal3Edge[] = [
  {
    from: 'Deleting machine',
    to: 'Failed',
    rule: 'host-offline-at-the-end',
    when: { online: false },
    says: 'Host {host} got spec.online=false.',
  },
  {
    from: 'Deleting machine',
    to: 'Deleting machine',
    rule: 'finalizer-given-up',
    when: { finalizer: true, mendsEnds: true },
    says: 'The request is over and gives up its finalizer.',
  },
  {
    from: 'Deleting machine',
    to: 'Deleting machine',
    rule: 'left-to-the-owner',
    when: {},
    says: 'Machine {machine} is for its owner to replace.',
  },
  {
    from: 'Failed',
    to: 'Failed',
    rule: 'remediation-failed',
    when: {},
    says: 'Remediation of {machine} has failed and is not tried again.',
  },
];

export const METAL3_REMEDIATION_STATES: StateTable<Metal3State, Metal3Guard, Metal3Rule> = {
  name: 'metal3-remediation',
  title: 'Metal3Remediation',
  source:
    'cluster-api-provider-metal3: controllers/metal3remediation_controller.go, baremetal/metal3remediation_manager.go',
  initial: 'New',
  states: {
    New: 'not yet seen',
    Running: 'power-off, and workloads released',
    Waiting: 'power-on, and the node awaited',
    'Deleting machine': 'given up: the owner of the Machine replaces it',
    Failed: 'the host is off by its user',
  },
  guards: {
    online: 'the host has spec.online=true',
    finalizer: 'the request has its finalizer',
    powerOffRequested: 'the host carries the reboot annotation of this request',
    poweredOff: 'the host has status.poweredOn=false',
    poweredOn: 'the host has status.poweredOn=true',
    nodeExists: 'the Node exists',
    nodeDeleting: 'the Node has a deletionTimestamp',
    taintMode:
      'workloads are released by the out-of-service taint (Kubernetes 1.28 and newer), not by deleting the Node',
    tainted: 'the Node has the out-of-service taint',
    taintSettled: 'the taint is at least one short poll old',
    drained: 'no terminating pod and no VolumeAttachment names the Node',
    backedUp: 'the backup on the request equals the labels and annotations of the Node',
    due: 'more than the timeout since lastRemediated',
    overdue: 'the same, in `corrected` only: also while power is waited for',
    mendsEnds: 'in `corrected`: a request that is over does not hold on to itself',
    retryLeft: 'the retry limit is not reached; one of zero or less always is',
  },
  edges: [...ENTRY, ...RUNNING, ...WAITING, ...ENDS],
};
