// The state machine of a MachineRemediation as data. `New` is the empty state of the API.
// Quirks that users of the product live with are in the table on purpose: the timeout is tested before the power state, so
// a host that is already off fails too and stays off (case C092, museum R4); after a crash between its two writes the product
// never recognises its own power-on (trap T15). The corrected lineage knows better (`mended`, `ownPowerOn`, `mayHandBack`).

import type { StateTable } from '../state-table.ts';

export type MachineRemediationState = 'New' | 'Started' | 'PowerOff' | 'PowerOn' | 'Succeeded' | 'Failed' | 'Deleted';

export type MachineRemediationGuard =
  | 'recreate'
  | 'hostOffline'
  | 'rebootInProgress'
  | 'ownPowerOn'
  | 'mended'
  | 'mayHandBack'
  | 'timedOut'
  | 'poweredOff'
  | 'nodeReady'
  | 'nodeAnnotated';

export type MachineRemediationRule =
  | 'recreate-not-implemented'
  | 'remediation-started'
  | 'skipped-offline'
  | 'reboot-started'
  | 'own-power-on-recognised'
  | 'power-off-timed-out'
  | 'waiting-for-power-off'
  | 'powering-on-late'
  | 'powering-on'
  | 'power-on-timed-out'
  | 'waiting-for-node'
  | 'reboot-succeeded'
  | 'request-deleted'
  | 'host-handed-back'
  | 'reboot-annotation-removed'
  | 'reboot-failed';

export const MACHINE_REMEDIATION_STATES: StateTable<
  MachineRemediationState,
  MachineRemediationGuard,
  MachineRemediationRule
> = {
  name: 'machine-remediation',
  title: 'MachineRemediation',
  source: 'machine-remediation-operator: pkg/controllers/machineremediation, pkg/baremetal/remediator/remediator.go',
  initial: 'New',
  states: {
    New: 'not yet seen',
    Started: 'accepted, nothing done yet',
    PowerOff: 'host asked to power off',
    PowerOn: 'Node deleted, host asked to power on',
    Succeeded: 'Node is Ready again, or there was nothing to do',
    Failed: 'timed out; the host keeps the power state that was asked last',
    Deleted: 'the request is gone',
  },
  guards: {
    recreate: 'spec.type is recreate',
    hostOffline: 'the host has spec.online=false',
    rebootInProgress: 'the host carries the rebootInProgress annotation',
    ownPowerOn:
      'corrected lineage only: the host has spec.online=true without the annotation, as our power-on leaves it',
    mended: 'corrected lineage only: always true',
    mayHandBack:
      'corrected lineage only: the host carries the rebootInProgress annotation, and no other request for its Machine is open',
    timedOut: 'more than the timeout since startTime',
    poweredOff: 'the host has status.poweredOn=false',
    nodeReady: 'the Node exists and is Ready',
    nodeAnnotated: 'the Node carries the reboot annotation',
  },
  edges: [
    {
      from: 'New',
      to: 'New',
      rule: 'recreate-not-implemented',
      when: { recreate: true },
      says: 'Strategy recreate does not exist in this operator: nothing is done, for ever.',
    },
    {
      from: 'New',
      to: 'Started',
      rule: 'remediation-started',
      when: {},
      says: 'Remediation of {machine} is accepted.',
    },
    {
      from: 'Started',
      to: 'Succeeded',
      rule: 'skipped-offline',
      when: { hostOffline: true, rebootInProgress: false },
      says: 'Host {host} was powered off by its user: no reboot.',
    },
    { from: 'Started', to: 'PowerOff', rule: 'reboot-started', when: {}, says: 'Host {host} is asked to power off.' },
    {
      from: 'PowerOff',
      to: 'PowerOn',
      rule: 'own-power-on-recognised',
      when: { ownPowerOn: true },
      says: 'Host {host} was already asked to power on before a crash.',
    },
    {
      from: 'PowerOff',
      to: 'PowerOn',
      rule: 'powering-on-late',
      when: { mended: true, timedOut: true, poweredOff: true },
      says: 'Host {host} is off, if late: Node {node} is deleted and the host is asked to power on.',
    },
    {
      from: 'PowerOff',
      to: 'Failed',
      rule: 'power-off-timed-out',
      when: { timedOut: true },
      says: 'Not confirmed off {elapsedMs} ms after the start, more than {timeoutMs} ms.',
    },
    {
      from: 'PowerOff',
      to: 'PowerOff',
      rule: 'waiting-for-power-off',
      when: { poweredOff: false },
      says: 'Host {host} does not say that it is off, {elapsedMs} ms of {timeoutMs} ms after the start.',
    },
    {
      from: 'PowerOff',
      to: 'PowerOn',
      rule: 'powering-on',
      when: {},
      says: 'Host {host} is off: Node {node} is deleted and the host is asked to power on.',
    },
    {
      from: 'PowerOn',
      to: 'Failed',
      rule: 'power-on-timed-out',
      when: { timedOut: true },
      says: 'Node {node} not Ready {elapsedMs} ms after the start, more than {timeoutMs} ms.',
    },
    {
      from: 'PowerOn',
      to: 'PowerOn',
      rule: 'waiting-for-node',
      when: { nodeReady: false },
      says: 'Node {node} is not Ready, {elapsedMs} ms of {timeoutMs} ms after the start.',
    },
    {
      from: 'PowerOn',
      to: 'Succeeded',
      rule: 'reboot-succeeded',
      when: {},
      says: 'Node {node} is Ready {elapsedMs} ms after the start.',
    },
    {
      from: 'Succeeded',
      to: 'Deleted',
      rule: 'request-deleted',
      when: {},
      says: 'The request has succeeded and is deleted.',
    },
    {
      from: 'Failed',
      to: 'Failed',
      rule: 'host-handed-back',
      when: { mayHandBack: true },
      says: 'Host {host} is not held off any longer: the reboot has failed.',
    },
    {
      from: 'Failed',
      to: 'Failed',
      rule: 'reboot-annotation-removed',
      when: { nodeAnnotated: true },
      says: 'The reboot annotation of Node {node} is removed, so that a new request can be made.',
    },
    {
      from: 'Failed',
      to: 'Failed',
      rule: 'reboot-failed',
      when: {},
      says: 'The reboot failed; the request stays as a record.',
    },
  ],
};
