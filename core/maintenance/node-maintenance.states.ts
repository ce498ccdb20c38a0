// The state machine of a NodeMaintenance as data. `New` is the empty phase of the API. A decision belongs to a pass of the
// product's reconcile function: lease, marks on the node, drain, status.
// Quirks in the table on purpose: the lease is renewed in a pass and never between two, so a finished maintenance outlives its
// lease (incident I47); only a lease that is lost after the drain made progress counts as an error.

import type { Edge, StateTable } from '../state-table.ts';

export type MaintenanceState = 'New' | 'Running' | 'Succeeded' | 'Failed';

export type MaintenanceGuard =
  | 'deleting'
  | 'finalizer'
  | 'nodeExists'
  | 'failsWithoutNode'
  | 'saysNodeMissing'
  | 'leaseExhausted'
  | 'leaseOfAnother'
  | 'progressed'
  | 'leaseInHand'
  | 'marked'
  | 'drained'
  | 'passOver'
  | 'heldBack'
  | 'evictionsDue'
  | 'leaseErrors';

export type MaintenanceRule =
  | 'maintenance-ended'
  | 'maintenance-over'
  | 'finalizer-added'
  | 'maintenance-began'
  | 'node-still-missing'
  | 'node-missing'
  | 'node-awaited'
  | 'lease-lost-for-good'
  | 'maintenance-failed'
  | 'lease-lost'
  | 'lease-held-by-another'
  | 'lease-requested'
  | 'node-marked'
  | 'under-maintenance'
  | 'node-drained'
  | 'drain-held-back'
  | 'drain-not-finished'
  | 'pods-evicted'
  | 'waiting-for-pods';

type MaintenanceEdge = Edge<MaintenanceState, MaintenanceGuard, MaintenanceRule>;

/** The first edges of every state. */
function entry(state: MaintenanceState): readonly MaintenanceEdge[] {
  return [
    {
      from: state,
      to: state,
      rule: 'maintenance-ended',
      when: { deleting: true, finalizer: true },
      says: 'The maintenance of Node {node} is taken back: its marks and its lease go, and then the request.',
    },
    {
      from: state,
      to: state,
      rule: 'maintenance-over',
      when: { deleting: true },
      says: 'The maintenance of Node {node} is over; others hold on to the request.',
    },
    {
      from: state,
      to: state,
      rule: 'finalizer-added',
      when: { finalizer: false },
      says: 'The maintenance of Node {node} begins: the request is protected by its finalizer.',
    },
  ];
}

function withoutNode(state: MaintenanceState): readonly MaintenanceEdge[] {
  return [
    {
      from: state,
      to: state,
      rule: 'node-awaited',
      when: { nodeExists: false, failsWithoutNode: false },
      says: 'There is no Node {node}: it is looked for again in {backoffMs} ms.',
    },
    {
      from: state,
      to: 'Failed',
      rule: 'node-missing',
      when: { nodeExists: false },
      says: 'There is no Node {node}: its maintenance has failed.',
    },
  ];
}

/** A pass, from the lease to the drain. */
function pass(state: MaintenanceState): readonly MaintenanceEdge[] {
  return [
    {
      from: state,
      to: state,
      rule: 'lease-lost',
      when: { leaseOfAnother: true, progressed: true },
      says: 'The lease on Node {node} was ours and is held by {holder}: {leaseErrors} such errors in a row so far, {leaseErrorsMax} are allowed.',
    },
    {
      from: state,
      to: state,
      rule: 'lease-held-by-another',
      when: { leaseOfAnother: true },
      says: 'The lease on Node {node} is held by {holder}: it is asked for again in {backoffMs} ms.',
    },
    {
      from: state,
      to: state,
      rule: 'lease-requested',
      when: { leaseInHand: false },
      says: 'The lease on Node {node} is taken or renewed for {leaseMs} ms.',
    },
    {
      from: state,
      to: state,
      rule: 'node-marked',
      when: { marked: false },
      says: 'Node {node} is cordoned, tainted and excluded from remediation.',
    },
    ...ends(state),
    ...(state === 'Running' ? [HELD_BACK] : []),
    {
      from: state,
      to: 'Running',
      rule: 'drain-not-finished',
      when: { passOver: true },
      says: '{pods} pods of Node {node} are left at the end of a pass of the drain.',
    },
    {
      from: state,
      to: state,
      rule: 'pods-evicted',
      when: { evictionsDue: true },
      says: '{pods} pods of Node {node} are left; those that may go are evicted.',
    },
    {
      from: state,
      to: state,
      rule: 'waiting-for-pods',
      when: {},
      says: '{pods} pods of Node {node} are left; the pass began {elapsedMs} ms ago.',
    },
  ];
}

const HELD_BACK: MaintenanceEdge = {
  from: 'Running',
  to: 'Running',
  rule: 'drain-held-back',
  when: { passOver: true, heldBack: true },
  says: 'Disruption budgets hold {pods} pods of Node {node} back, as at the end of the last pass: passes go on until something changes.',
};

function ends(state: MaintenanceState): readonly MaintenanceEdge[] {
  const drained: MaintenanceEdge = {
    from: state,
    to: 'Succeeded',
    rule: 'node-drained',
    when: { drained: true },
    says: 'Node {node} is drained: it is under maintenance.',
  };
  if (state !== 'Succeeded') return [drained];
  const still: MaintenanceEdge = {
    from: 'Succeeded',
    to: 'Succeeded',
    rule: 'under-maintenance',
    when: { drained: true, leaseErrors: false },
    says: 'Node {node} is under maintenance until the request is deleted.',
  };
  return [still, drained];
}

function exhausted(state: 'Running' | 'Succeeded'): MaintenanceEdge {
  return {
    from: state,
    to: 'Failed',
    rule: 'lease-lost-for-good',
    when: { leaseExhausted: true },
    says: 'The lease on Node {node} could not be extended {leaseErrors} times, more than {leaseErrorsMax}: the node is uncordoned.',
  };
}

const NEW: readonly MaintenanceEdge[] = [
  ...entry('New'),
  {
    from: 'New',
    to: 'Running',
    rule: 'maintenance-began',
    when: {},
    says: 'Node {node} has {totalPods} pods, {pods} of which are to be evicted.',
  },
];

const FAILED: readonly MaintenanceEdge[] = [
  ...entry('Failed'),
  {
    from: 'Failed',
    to: 'Failed',
    rule: 'node-still-missing',
    when: { nodeExists: false, saysNodeMissing: true },
    says: 'There is no Node {node}, and the request says so.',
  },
  ...withoutNode('Failed'),
  {
    from: 'Failed',
    to: 'Failed',
    rule: 'maintenance-failed',
    when: { leaseExhausted: true },
    says: 'The maintenance of Node {node} has failed and is not tried again.',
  },
  ...pass('Failed'),
];

export const NODE_MAINTENANCE_STATES: StateTable<MaintenanceState, MaintenanceGuard, MaintenanceRule> = {
  name: 'node-maintenance',
  title: 'NodeMaintenance',
  source: 'medik8s/node-maintenance-operator: internal/controller/nodemaintenance_controller.go',
  initial: 'New',
  states: {
    New: 'not yet seen',
    Running: 'the lease is asked for, the node is cordoned and drained',
    Succeeded: 'drained: whoever wants to work on the node may begin',
    Failed: 'the node is not there, or the lease was lost for good and the node is uncordoned',
  },
  guards: {
    deleting: 'the request has a deletionTimestamp, and no drain is under way',
    finalizer: 'the request has its finalizer',
    nodeExists: 'the Node exists',
    failsWithoutNode: 'the product gives up where the Node does not exist',
    saysNodeMissing: 'lastError says that the Node was not found',
    leaseExhausted: 'errorOnLeaseCount is above its limit',
    leaseOfAnother: 'another holds a valid lease on the node',
    progressed: 'drainProgress is above 0',
    leaseInHand: 'the lease is ours and was requested in this pass, or the product takes none',
    marked: 'the Node is unschedulable and has both taints and the label',
    drained: 'no pod of this pass is left, and the poll of the drain has seen it',
    passOver: 'the pass has timed out, or all pods that are left were refused for good',
    heldBack: 'budgets hold all pods back that are left, the status says so already, and the lease is ours',
    evictionsDue: 'pods are to be evicted, for the first time or 5 s after the last',
    leaseErrors: 'errorOnLeaseCount is not 0',
  },
  edges: [
    ...NEW,
    ...entry('Running'),
    ...withoutNode('Running'),
    exhausted('Running'),
    ...pass('Running'),
    ...entry('Succeeded'),
    ...withoutNode('Succeeded'),
    exhausted('Succeeded'),
    ...pass('Succeeded'),
    ...FAILED,
  ],
};
