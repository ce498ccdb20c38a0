// The state machine of a MachineDeletionRemediation as data. Its states are read from the condition Processing and from the
// annotation with the Machine that is being deleted.

import type { Edge, StateTable } from '../state-table.ts';

export type DeletionState = 'New' | 'Searching' | 'Replacing' | 'AtRest';

export type DeletionGuard =
  | 'timedOut'
  | 'namedByOwner'
  | 'nodeExists'
  | 'nodeNamesMachine'
  | 'annotationReadable'
  | 'machineExists'
  | 'machineIsNew'
  | 'machineDeleting'
  | 'nodeNameTold'
  | 'controllerOwner'
  | 'oneOwner'
  | 'ownerFound'
  | 'restored';

export type DeletionRule =
  | 'stopped-when-new'
  | 'stopped-while-searching'
  | 'stopped-while-replacing'
  | 'stopped-at-rest'
  | 'remediation-started'
  | 'node-not-found'
  | 'node-names-no-machine'
  | 'machine-not-found'
  | 'machine-is-new-already'
  | 'node-name-told'
  | 'machine-deleted-by-another'
  | 'no-controller-owner'
  | 'several-owners'
  | 'machine-deleted'
  | 'annotation-unreadable'
  | 'waiting-for-machine-to-go'
  | 'machine-deletion-repeated'
  | 'owner-not-found'
  | 'nodes-restored'
  | 'waiting-for-nodes'
  | 'remediation-over';

type DeletionEdge = Edge<DeletionState, DeletionGuard, DeletionRule>;

const NEW: readonly DeletionEdge[] = [
  {
    from: 'New',
    to: 'AtRest',
    rule: 'stopped-when-new',
    when: { timedOut: true },
    says: 'The health check gave up on {node} before anything was done.',
  },
  { from: 'New', to: 'Searching', rule: 'remediation-started', when: {}, says: 'Remediation of {node} starts.' },
];

const SEARCHING: readonly DeletionEdge[] = [
  {
    from: 'Searching',
    to: 'AtRest',
    rule: 'stopped-while-searching',
    when: { timedOut: true },
    says: 'The health check gave up on {node} before its Machine was deleted.',
  },
  {
    from: 'Searching',
    to: 'AtRest',
    rule: 'node-not-found',
    when: { namedByOwner: false, nodeExists: false },
    says: 'There is no Node {node}: no Machine is deleted.',
  },
  {
    from: 'Searching',
    to: 'AtRest',
    rule: 'node-names-no-machine',
    when: { namedByOwner: false, nodeNamesMachine: false },
    says: 'Node {node} does not say which Machine it is: none is deleted.',
  },
  {
    from: 'Searching',
    to: 'AtRest',
    rule: 'machine-not-found',
    when: { machineExists: false },
    says: 'There is no Machine {machine}: nothing is deleted.',
  },
  {
    from: 'Searching',
    to: 'Searching',
    rule: 'machine-is-new-already',
    when: { machineIsNew: true },
    says: 'Machine {machine} is newer than its remediation, and whose it was is not known.',
  },
  {
    from: 'Searching',
    to: 'Searching',
    rule: 'node-name-told',
    when: { nodeNameTold: false },
    says: 'The provider id of {machine} tells whether {node} will come back under its name.',
  },
  {
    from: 'Searching',
    to: 'Searching',
    rule: 'machine-deleted-by-another',
    when: { machineDeleting: true },
    says: 'Machine {machine} is being deleted by somebody else.',
  },
  {
    from: 'Searching',
    to: 'AtRest',
    rule: 'no-controller-owner',
    when: { controllerOwner: false },
    says: 'Machine {machine} has no controller that would replace it: it is not deleted.',
  },
  {
    from: 'Searching',
    to: 'Searching',
    rule: 'several-owners',
    when: { oneOwner: false },
    says: 'Machine {machine} has several owners: it is not deleted.',
  },
  {
    from: 'Searching',
    to: 'Replacing',
    rule: 'machine-deleted',
    when: {},
    says: 'Machine {machine} of {node} is deleted.',
  },
];

const REPLACING: readonly DeletionEdge[] = [
  {
    from: 'Replacing',
    to: 'AtRest',
    rule: 'stopped-while-replacing',
    when: { timedOut: true },
    says: 'The health check gave up on {node} before it was replaced.',
  },
  {
    from: 'Replacing',
    to: 'AtRest',
    rule: 'annotation-unreadable',
    when: { annotationReadable: false },
    says: 'The annotation with the Machine of {node} cannot be read.',
  },
  {
    from: 'Replacing',
    to: 'Replacing',
    rule: 'waiting-for-machine-to-go',
    when: { machineExists: true, machineIsNew: false, machineDeleting: true },
    says: 'Machine {machine} is being deleted.',
  },
  {
    from: 'Replacing',
    to: 'Replacing',
    rule: 'machine-deletion-repeated',
    when: { machineExists: true, machineIsNew: false },
    says: 'Machine {machine} was to be deleted and was not: it is now.',
  },
  {
    from: 'Replacing',
    to: 'Replacing',
    rule: 'owner-not-found',
    when: { ownerFound: false },
    says: 'The owner {owner} of {machine} is not found: nobody knows how many nodes it should have.',
  },
  {
    from: 'Replacing',
    to: 'AtRest',
    rule: 'nodes-restored',
    when: { restored: true },
    says: 'The owner {owner} has its {replicas} nodes again.',
  },
  {
    from: 'Replacing',
    to: 'Replacing',
    rule: 'waiting-for-nodes',
    when: {},
    says: 'The owner {owner} has {nodes} of {replicas} nodes.',
  },
];

const AT_REST: readonly DeletionEdge[] = [
  {
    from: 'AtRest',
    to: 'AtRest',
    rule: 'stopped-at-rest',
    when: { timedOut: true },
    says: 'The health check gave up on the remediation of {node}, which was over.',
  },
  {
    from: 'AtRest',
    to: 'AtRest',
    rule: 'remediation-over',
    when: {},
    says: 'The remediation of {node} is over and waits for its deletion.',
  },
];

export const MACHINE_DELETION_REMEDIATION_STATES: StateTable<DeletionState, DeletionGuard, DeletionRule> = {
  name: 'machine-deletion-remediation',
  title: 'MachineDeletionRemediation (machine-deletion-remediation)',
  source: 'medik8s/machine-deletion-remediation internal/controller/machinedeletionremediation_controller.go',
  initial: 'New',
  states: {
    New: 'No conditions yet',
    Searching: 'Processing=True: the Machine is looked for',
    Replacing: 'The Machine stands in an annotation: it is deleted, and its successor awaited',
    AtRest: 'Processing=False',
  },
  guards: {
    timedOut: 'The health check set the annotation nhc-timed-out',
    namedByOwner: 'The remediation is owned by a Machine',
    nodeExists: 'The Node exists',
    nodeNamesMachine: 'The Node has the annotation with its Machine',
    annotationReadable: 'The annotation with the Machine is namespace/name',
    machineExists: 'The Machine exists',
    machineIsNew: 'The Machine is younger than the remediation',
    machineDeleting: 'The Machine is being deleted',
    nodeNameTold: 'PermanentNodeDeletionExpected says what the provider id says',
    controllerOwner: 'The Machine has a controller',
    oneOwner: 'The Machine has one owner',
    ownerFound: 'The owner is of a kind that has replicas, and exists',
    restored: 'The owner has as many nodes as replicas',
  },
  edges: [...NEW, ...SEARCHING, ...REPLACING, ...AT_REST],
};
