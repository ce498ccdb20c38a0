// OpenShift's annotation flow as data. It has no state field: the state is which annotations the Machine and its host carry.
// Quirks in the table on purpose: withdrawing the request half-way leaves the host held off; there is no timeout for the
// power-off; the Node counts as back when it exists, Ready or not.

import type { StateTable } from '../state-table.ts';

export type ExternalState = 'Idle' | 'Powering off' | 'Powered off' | 'Powering on' | 'Machine deleted';

export type ExternalGuard =
  | 'requested'
  | 'poweredOff'
  | 'nodeExists'
  | 'nodeDeleting'
  | 'nodeHeld'
  | 'deadlinePassed'
  | 'reprovisionable'
  | 'backupKept';

export type ExternalRule =
  | 'not-requested'
  | 'power-off-requested'
  | 'withdrawn-while-powering-off'
  | 'waiting-for-power-off'
  | 'node-finalizer-removed'
  | 'waiting-for-node-deletion'
  | 'node-deleted'
  | 'powered-off-recorded'
  | 'withdrawn-while-off'
  | 'power-on-requested'
  | 'withdrawn-while-powering-on'
  | 'power-on-timed-out'
  | 'waiting-for-node'
  | 'node-restored'
  | 'remediation-complete';

export const EXTERNAL_BAREMETAL_STATES: StateTable<ExternalState, ExternalGuard, ExternalRule> = {
  name: 'external-baremetal',
  title: 'OpenShift bare-metal annotation flow',
  source: 'cluster-api-provider-baremetal: pkg/cloud/baremetal/actuators/machine/actuator.go (remediateIfNeeded)',
  initial: 'Idle',
  states: {
    Idle: 'neither the Machine nor its host carries an annotation of the flow',
    'Powering off': 'the host carries the power-off request',
    'Powered off': 'the Machine says powered-off-for-remediation, the host still carries the request',
    'Powering on': 'the Machine says powered-off-for-remediation, the request on the host is gone',
    'Machine deleted': 'the Node did not come back in time and the Machine is deleted',
  },
  guards: {
    requested: 'the Machine carries the external-remediation annotation',
    poweredOff: 'the host has status.poweredOn=false',
    nodeExists: 'the Node exists',
    nodeDeleting: 'the Node has a deletionTimestamp',
    nodeHeld: 'an older version of the provider left its finalizer on the Node',
    deadlinePassed: 'the deadline on the Machine has passed',
    reprovisionable: 'not a master, has a controller owner, host not externally provisioned',
    backupKept: 'the Machine keeps a backup of the Node',
  },
  edges: [
    {
      from: 'Idle',
      to: 'Idle',
      rule: 'not-requested',
      when: { requested: false },
      says: 'Nobody asks for remediation of Machine {machine}.',
    },
    {
      from: 'Idle',
      to: 'Powering off',
      rule: 'power-off-requested',
      when: {},
      says: 'Host {host} is asked to power off hard and to stay off.',
    },
    {
      from: 'Powering off',
      to: 'Powering off',
      rule: 'withdrawn-while-powering-off',
      when: { requested: false },
      says: 'The request is withdrawn; host {host} stays held off.',
    },
    {
      from: 'Powering off',
      to: 'Powering off',
      rule: 'waiting-for-power-off',
      when: { poweredOff: false },
      says: 'Host {host} does not say that it is off; there is no timeout for this.',
    },
    {
      from: 'Powering off',
      to: 'Powering off',
      rule: 'node-finalizer-removed',
      when: { nodeExists: true, nodeHeld: true },
      says: 'A finalizer that an older version left on Node {node} is removed.',
    },
    {
      from: 'Powering off',
      to: 'Powering off',
      rule: 'waiting-for-node-deletion',
      when: { nodeExists: true, nodeDeleting: true },
      says: 'Node {node} is being deleted.',
    },
    {
      from: 'Powering off',
      to: 'Powering off',
      rule: 'node-deleted',
      when: { nodeExists: true },
      says: 'Host {host} is off: Node {node} is saved on the Machine and deleted.',
    },
    {
      from: 'Powering off',
      to: 'Powered off',
      rule: 'powered-off-recorded',
      when: {},
      says: 'Host {host} is off and its Node is gone.',
    },
    {
      from: 'Powered off',
      to: 'Powered off',
      rule: 'withdrawn-while-off',
      when: { requested: false },
      says: 'The request is withdrawn; host {host} stays held off.',
    },
    {
      from: 'Powered off',
      to: 'Powering on',
      rule: 'power-on-requested',
      when: {},
      says: 'Host {host} is no longer held off; its Node has {timeoutMs} ms to come back.',
    },
    {
      from: 'Powering on',
      to: 'Powering on',
      rule: 'withdrawn-while-powering-on',
      when: { requested: false },
      says: 'The request is withdrawn; the Node is not restored.',
    },
    {
      from: 'Powering on',
      to: 'Machine deleted',
      rule: 'power-on-timed-out',
      when: { nodeExists: false, deadlinePassed: true, reprovisionable: true },
      says: 'Node {node} did not come back in time: Machine {machine} is deleted.',
    },
    {
      from: 'Powering on',
      to: 'Powering on',
      rule: 'waiting-for-node',
      when: { nodeExists: false },
      says: 'Node {node} has not come back; {leftMs} ms left.',
    },
    {
      from: 'Powering on',
      to: 'Powering on',
      rule: 'node-restored',
      when: { backupKept: true },
      says: 'Node {node} is back and gets its labels and annotations.',
    },
    {
      from: 'Powering on',
      to: 'Idle',
      rule: 'remediation-complete',
      when: {},
      says: 'Node {node} is back: remediation of Machine {machine} is complete.',
    },
  ],
};
