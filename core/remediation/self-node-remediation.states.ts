// The state machine of a SelfNodeRemediation as data: the manager's part. The reboot itself is the agent's, on the node.
// Quirks in the table on purpose: the node's word is taken for its reboot, nobody looks (incident I38); a remediation whose
// request is deleted goes on all the same once it has its finalizer (incident I41); the out-of-service taint is taken back
// at once where no pod is terminating yet; a request for a node that is gone keeps its finalizer.

import type { Edge, StateTable } from '../state-table.ts';

export type SelfNodeState = 'Fencing-Started' | 'Pre-Reboot-Completed' | 'Reboot-Completed' | 'Fencing-Completed';

export type SelfNodeGuard =
  | 'configured'
  | 'timedOut'
  | 'deleting'
  | 'nodeExists'
  | 'excluded'
  | 'rebootCapable'
  | 'finalizer'
  | 'assumedRebooted'
  | 'taintMode'
  | 'tainted'
  | 'taintSettled'
  | 'drained'
  | 'releaseExpired'
  | 'corrected';

export type SelfNodeRule =
  | 'disabled-without-configuration'
  | 'timed-out-request-released'
  | 'timed-out-node-restored'
  | 'stopped-by-health-check'
  | 'lost-node-request-released'
  | 'node-not-found'
  | 'excluded-from-remediation'
  | 'not-reboot-capable'
  | 'recovered-before-start'
  | 'finalizer-added'
  | 'cancelled-on-recovery'
  | 'reboot-awaited'
  | 'waiting-for-reboot'
  | 'assumed-rebooted'
  | 'pods-deleted'
  | 'node-tainted-out-of-service'
  | 'waiting-for-taint-to-act'
  | 'workloads-released'
  | 'waiting-for-release'
  | 'release-expired'
  | 'release-overdue'
  | 'node-restored'
  | 'fencing-completed';

type SelfNodeEdge = Edge<SelfNodeState, SelfNodeGuard, SelfNodeRule>;

/** What is asked before the phase is looked at. */
function entry(state: SelfNodeState): readonly SelfNodeEdge[] {
  const stay = { from: state, to: state } as const;
  return [
    {
      ...stay,
      rule: 'disabled-without-configuration',
      when: { configured: false },
      says: 'There is no SelfNodeRemediationConfig: nothing is done.',
    },
    {
      ...stay,
      rule: 'timed-out-request-released',
      when: { timedOut: true, deleting: true, nodeExists: false },
      says: 'The health check gave up on this request and deletes it; Node {node} is gone.',
    },
    {
      ...stay,
      rule: 'timed-out-node-restored',
      when: { timedOut: true, deleting: true },
      says: 'The health check gave up on this request and deletes it: Node {node} is left as it was found.',
    },
    {
      ...stay,
      rule: 'stopped-by-health-check',
      when: { timedOut: true },
      says: 'The health check gave up on this request.',
    },
    {
      ...stay,
      rule: 'lost-node-request-released',
      when: { nodeExists: false, deleting: true, corrected: true },
      says: 'Node {node} is gone and the request is being deleted: it gives up its finalizer.',
    },
    { ...stay, rule: 'node-not-found', when: { nodeExists: false }, says: 'There is no Node {node}.' },
    {
      ...stay,
      rule: 'excluded-from-remediation',
      when: { excluded: true },
      says: 'Node {node} is excluded from remediation by its label.',
    },
  ];
}

const STARTED: readonly SelfNodeEdge[] = [
  ...entry('Fencing-Started'),
  {
    from: 'Fencing-Started',
    to: 'Fencing-Started',
    rule: 'cancelled-on-recovery',
    when: { deleting: true, finalizer: true, corrected: true },
    says: 'The request is being deleted before Node {node} was held for rebooted: nothing is released.',
  },
  {
    from: 'Fencing-Started',
    to: 'Fencing-Started',
    rule: 'not-reboot-capable',
    when: { rebootCapable: false },
    says: 'Node {node} has no agent, or its agent does not say that it can reboot it.',
  },
  {
    from: 'Fencing-Started',
    to: 'Fencing-Started',
    rule: 'recovered-before-start',
    when: { finalizer: false, deleting: true },
    says: 'The request is being deleted before anything was done.',
  },
  {
    from: 'Fencing-Started',
    to: 'Fencing-Started',
    rule: 'finalizer-added',
    when: { finalizer: false },
    says: 'The request is protected by its finalizer.',
  },
  {
    from: 'Fencing-Started',
    to: 'Pre-Reboot-Completed',
    rule: 'reboot-awaited',
    when: {},
    says: 'Node {node} takes no new pods and is to reboot itself; it is held for rebooted {safeTimeMs} ms from now, {minimumMs} ms at the least.',
  },
];

const REBOOTING: readonly SelfNodeEdge[] = [
  ...entry('Pre-Reboot-Completed'),
  {
    from: 'Pre-Reboot-Completed',
    to: 'Pre-Reboot-Completed',
    rule: 'cancelled-on-recovery',
    when: { deleting: true, corrected: true },
    says: 'The request is being deleted before Node {node} was held for rebooted: nothing is released.',
  },
  {
    from: 'Pre-Reboot-Completed',
    to: 'Pre-Reboot-Completed',
    rule: 'waiting-for-reboot',
    when: { assumedRebooted: false },
    says: 'Node {node} is held for rebooted in {leftMs} ms.',
  },
  {
    from: 'Pre-Reboot-Completed',
    to: 'Reboot-Completed',
    rule: 'assumed-rebooted',
    when: {},
    says: 'The safe time is over: Node {node} is held for rebooted, nobody has looked.',
  },
];

const RELEASING: readonly SelfNodeEdge[] = [
  ...entry('Reboot-Completed'),
  {
    from: 'Reboot-Completed',
    to: 'Fencing-Completed',
    rule: 'pods-deleted',
    when: { taintMode: false },
    says: 'All {bound} pods of Node {node} are deleted without grace.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Reboot-Completed',
    rule: 'node-tainted-out-of-service',
    when: { tainted: false },
    says: 'Node {node} is tainted out-of-service.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Reboot-Completed',
    rule: 'waiting-for-taint-to-act',
    when: { corrected: true, taintSettled: false },
    says: 'The taint of Node {node} is given a moment to act on pods.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Fencing-Completed',
    rule: 'workloads-released',
    when: { drained: true },
    says: 'No pod terminates on Node {node} and no volume is attached: the out-of-service taint is taken off.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Reboot-Completed',
    rule: 'waiting-for-release',
    when: { releaseExpired: false },
    says: 'Node {node} still has {pods} terminating pods and {attachments} volume attachments.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Fencing-Completed',
    rule: 'release-expired',
    when: { deleting: true },
    says: 'Node {node} is well and still has {pods} terminating pods and {attachments} volume attachments: the out-of-service taint is taken off.',
  },
  {
    from: 'Reboot-Completed',
    to: 'Reboot-Completed',
    rule: 'release-overdue',
    when: {},
    says: 'Node {node} still has {pods} terminating pods and {attachments} volume attachments, longer than expected.',
  },
];

const COMPLETED: readonly SelfNodeEdge[] = [
  ...entry('Fencing-Completed'),
  {
    from: 'Fencing-Completed',
    to: 'Fencing-Completed',
    rule: 'node-restored',
    when: { deleting: true },
    says: 'Node {node} takes pods again and the request gives up its finalizer.',
  },
  {
    from: 'Fencing-Completed',
    to: 'Fencing-Completed',
    rule: 'fencing-completed',
    when: {},
    says: 'Node {node} was fenced; the request waits for its deletion.',
  },
];

export const SELF_NODE_REMEDIATION_STATES: StateTable<SelfNodeState, SelfNodeGuard, SelfNodeRule> = {
  name: 'self-node-remediation',
  title: 'SelfNodeRemediation',
  source: 'medik8s/self-node-remediation: internal/controller/selfnoderemediation_controller.go (ReconcileManager)',
  initial: 'Fencing-Started',
  states: {
    'Fencing-Started': 'the node is prepared for its reboot',
    'Pre-Reboot-Completed': 'the agent reboots the node, and the safe time passes',
    'Reboot-Completed': 'held for rebooted: its workloads are released',
    'Fencing-Completed': 'done, until the health check deletes the request',
  },
  guards: {
    configured: 'a SelfNodeRemediationConfig of the right name exists and is not being deleted',
    timedOut: 'the health check has put its timed-out annotation on the request',
    deleting: 'the request has a deletionTimestamp',
    nodeExists: 'the Node exists',
    excluded: 'the Node has the label that excludes it from remediation',
    rebootCapable: 'an agent pod is bound to the Node, and the Node is annotated as able to reboot itself',
    finalizer: 'the request has its finalizer',
    assumedRebooted: 'timeAssumedRebooted has passed by a second',
    taintMode: 'workloads are released by the out-of-service taint, not by deleting the pods',
    tainted: 'the Node has the out-of-service taint',
    taintSettled: 'the taint is at least one poll old',
    drained: 'no terminating pod and no VolumeAttachment names the Node',
    releaseExpired: 'a minute has passed since timeAssumedRebooted',
    corrected: 'known defects are mended',
  },
  edges: [...STARTED, ...REBOOTING, ...RELEASING, ...COMPLETED],
};
