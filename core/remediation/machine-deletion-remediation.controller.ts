// MachineDeletionRemediation (machine-deletion-remediation.medik8s.io): deletes the Machine of a node, so that its owner
// makes another one, and waits until the owner has all its nodes again.
// A stand-in for machine-deletion-remediation. Level-triggered: its state is the conditions and two annotations. The product
// works on OpenShift's Machines only; on Cluster API's the same rules hold, with that API's links and owners.
//
// Divergence from reality
// - A remediation that is over is not looked at again; the product begins anew at any later look, so that one that could not
//   start may start after all when somebody changes it.
// - Errors that the product retries with back-off for ever (several owners, an owner that is not found) wait for a change, and
//   their event is recorded once.

import { findCondition } from '../api/conditions.ts';
import { type Machine, type MachineApi, machineKind } from '../api/machine.ts';
import {
  ANNOTATION_DELETED_MACHINE,
  ANNOTATION_MACHINE_OWNER,
  MACHINE_DELETION_REMEDIATION,
  type MachineDeletionRemediation,
} from '../api/machine-deletion-remediation.ts';
import { ANNOTATION_TIMED_OUT, CONDITION_PERMANENT_NODE_DELETION, CONDITION_PROCESSING } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, controllerOwner, type KubeObject, keyOf, type ObjectKey } from '../api/object.ts';
import { parseTime } from '../api/time.ts';
import { machineKeyOfNode } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller, Watch } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import { MACHINE_DELETION_POLL_MS } from './defaults.ts';
import { type DeletionScene, deletionActions, nodeNameVerdict } from './machine-deletion-remediation.actions.ts';
import {
  type DeletionGuard,
  type DeletionRule,
  type DeletionState,
  MACHINE_DELETION_REMEDIATION_STATES,
} from './machine-deletion-remediation.states.ts';
import { NODES_BY_MACHINE_OWNER, OWNER_KINDS, replicasOf } from './owner-nodes.ts';
import { decideOnGrid, type Look, type PollMemory } from './poll-grid.ts';

export interface MachineDeletionRemediationOptions {
  readonly machineApi: MachineApi;
}

const LOOKUP = lookupOf(MACHINE_DELETION_REMEDIATION_STATES);

export function machineDeletionRemediationController(
  options: MachineDeletionRemediationOptions,
): Controller<PollMemory> {
  const { machineApi } = options;
  return {
    name: `machine-deletion-remediation.${machineApi}`,
    primary: MACHINE_DELETION_REMEDIATION,
    watches: deletionWatches(machineApi),
    indexes: [NODES_BY_MACHINE_OWNER[machineApi]],
    reads: Object.values(OWNER_KINDS[machineApi]),
    rules: { ...rulesOf(MACHINE_DELETION_REMEDIATION_STATES), gone: 'The remediation is gone.' },
    decide: (input) =>
      decideOnGrid(input, MACHINE_DELETION_REMEDIATION, (request, view, nowMs) =>
        look(sceneOf(machineApi, request, view, nowMs), isSameAgain(input.memory)),
      ),
  };
}

/** Whether the last look ended with this rule: what it said is not said again. */
function isSameAgain(memory: PollMemory | undefined): (rule: DeletionRule) => boolean {
  return (rule) => memory?.because.rule === rule;
}

/** There are few remediations at a time, and each waits for Machines and Nodes to come and go. */
function deletionWatches(machineApi: MachineApi): readonly Watch[] {
  const all = (view: ClusterView): readonly ObjectKey[] => view.list(MACHINE_DELETION_REMEDIATION).map(keyOf);
  return [
    {
      kind: machineKind(machineApi),
      keysFor: ({ before, after }: ChangeOf<Machine>, view) =>
        before?.status?.nodeRef?.name === after?.status?.nodeRef?.name && isSameLife(before, after) ? [] : all(view),
    },
    {
      kind: NODE,
      keysFor: ({ before, after }: ChangeOf<Node>, view) =>
        before?.metadata.annotations === after?.metadata.annotations && isSameLife(before, after) ? [] : all(view),
    },
  ];
}

function isSameLife(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before.metadata.deletionTimestamp === after.metadata.deletionTimestamp;
}

function sceneOf(
  machineApi: MachineApi,
  request: MachineDeletionRemediation,
  view: ClusterView,
  nowMs: number,
): DeletionScene {
  const { name, annotations } = request.metadata;
  const node = view.get(NODE, { namespace: '', name });
  const written = annotations?.[ANNOTATION_DELETED_MACHINE];
  const owned = machineThatOwns(request);
  const named = owned ?? (node === undefined ? undefined : machineKeyOfNode(machineApi, node));
  const machineKey = written === undefined ? named : pairOf(written);
  const ownerPair = pairOf(annotations?.[ANNOTATION_MACHINE_OWNER] ?? '');
  const owner =
    written === undefined || machineKey === undefined || ownerPair === undefined
      ? undefined
      : { kind: ownerPair.namespace, key: { namespace: machineKey.namespace, name: ownerPair.name } };
  return {
    machineApi,
    request,
    node,
    machineKey,
    machine: machineKey === undefined ? undefined : view.get(machineKind(machineApi), machineKey),
    owner,
    replicas: owner === undefined ? undefined : replicasOf(machineApi, owner, view),
    nodes: owner === undefined ? 0 : view.countByIndex(NODES_BY_MACHINE_OWNER[machineApi], owner.key.name),
    nowMs,
  };
}

/** A remediation that a MachineHealthCheck made is owned by its Machine. */
function machineThatOwns({ metadata }: MachineDeletionRemediation): ObjectKey | undefined {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'Machine');
  return owner === undefined ? undefined : { namespace: metadata.namespace ?? '', name: owner.name };
}

/** `a/b`, and nothing else. */
function pairOf(text: string): ObjectKey | undefined {
  const [namespace, name, ...more] = text.split('/');
  return namespace === undefined || name === undefined || more.length > 0 ? undefined : { namespace, name };
}

function look(scene: DeletionScene, isSame: (rule: DeletionRule) => boolean): Look {
  const { request, machineKey, owner, replicas, nodes } = scene;
  const state = stateOf(request);
  const holds = guardsOf(scene);
  const { rule, to } = edgeOf(LOOKUP, state, holds);
  const values = {
    node: request.metadata.name,
    machine: machineKey?.name ?? '',
    owner: owner === undefined ? '' : `${owner.kind}/${owner.key.name}`,
    replicas: replicas ?? 0,
    nodes,
  };
  const told = {
    actions: deletionActions(rule, scene, isSame(rule)),
    because: { rule, values },
    weighed: { table: MACHINE_DELETION_REMEDIATION_STATES, state, holds },
  };
  return to === 'AtRest' ? told : { ...told, everyMs: MACHINE_DELETION_POLL_MS };
}

function stateOf({ status, metadata }: MachineDeletionRemediation): DeletionState {
  const processing = findCondition(status?.conditions, CONDITION_PROCESSING)?.status;
  if (processing === undefined) return 'New';
  if (processing === 'False') return 'AtRest';
  return metadata.annotations?.[ANNOTATION_DELETED_MACHINE] === undefined ? 'Searching' : 'Replacing';
}

function guardsOf(scene: DeletionScene): Holds<DeletionGuard> {
  const { machineApi, request, node, machineKey, machine, replicas, nodes } = scene;
  const told = findCondition(request.status?.conditions, CONDITION_PERMANENT_NODE_DELETION);
  return {
    timedOut:
      request.metadata.annotations?.[ANNOTATION_TIMED_OUT] !== undefined &&
      request.metadata.deletionTimestamp === undefined,
    namedByOwner: machineThatOwns(request) !== undefined,
    nodeExists: node !== undefined,
    nodeNamesMachine: node !== undefined && machineKeyOfNode(machineApi, node) !== undefined,
    annotationReadable: machineKey !== undefined,
    machineExists: machine !== undefined,
    machineIsNew: machine !== undefined && bornMs(machine) > bornMs(request),
    machineDeleting: machine?.metadata.deletionTimestamp !== undefined,
    nodeNameTold: machine !== undefined && told?.status === nodeNameVerdict(machine).status,
    controllerOwner: machine !== undefined && controllerOwner(machine) !== undefined,
    oneOwner: machine?.metadata.ownerReferences?.length === 1,
    ownerFound: replicas !== undefined,
    restored: replicas === 0 || replicas === nodes,
  };
}

function bornMs({ metadata }: KubeObject): number {
  return parseTime(metadata.creationTimestamp ?? '');
}
