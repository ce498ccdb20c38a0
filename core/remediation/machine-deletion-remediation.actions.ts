// What each rule of the MachineDeletionRemediation table does: writes and events, in an order that a crash may cut anywhere.

import type { Action } from '../actions.ts';
import { type Condition, type ConditionStatus, findCondition, withConditions } from '../api/conditions.ts';
import { type Machine, type MachineApi, machineKind } from '../api/machine.ts';
import {
  ANNOTATION_DELETED_MACHINE,
  ANNOTATION_MACHINE_OWNER,
  MACHINE_DELETION_REMEDIATION,
  type MachineDeletionRemediation,
} from '../api/machine-deletion-remediation.ts';
import { CONDITION_PERMANENT_NODE_DELETION, CONDITION_PROCESSING, CONDITION_SUCCEEDED } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import { keyOf, keyString, type ObjectKey } from '../api/object.ts';
import type { DeletionRule } from './machine-deletion-remediation.states.ts';
import { medik8sEvent } from './medik8s-event.ts';
import { annotate, deleteObject, patchStatus } from './object-patches.ts';

/** What one remediation is about, as the view shows it. */
export interface DeletionScene {
  readonly machineApi: MachineApi;
  readonly request: MachineDeletionRemediation;
  readonly node: Node | undefined;
  /** The Machine that is meant; undefined where nothing names one. */
  readonly machineKey: ObjectKey | undefined;
  readonly machine: Machine | undefined;
  /** Once the deletion has begun. */
  readonly owner: { readonly kind: string; readonly key: ObjectKey } | undefined;
  readonly replicas: number | undefined;
  readonly nodes: number;
  readonly nowMs: number;
}

/** Provider ids of bare metal begin so: its nodes come back under their names. Source: machinedeletionremediation_controller.go. */
const BARE_METAL = 'baremetal';

/** @param isSaid the last look ended with this rule, too: its event is not recorded again. */
export function deletionActions(rule: DeletionRule, scene: DeletionScene, isSaid: boolean): readonly Action[] {
  const { request, machine } = scene;
  switch (rule) {
    case 'stopped-when-new':
    case 'stopped-while-searching':
    case 'stopped-while-replacing':
    case 'stopped-at-rest': {
      const status = verdict(scene, 'False', 'False', 'RemediationStoppedByNHC');
      return status.length === 0 ? [] : [...status, event(scene, 'Normal', 'RemediationStopped')];
    }
    case 'remediation-started':
      return verdict(scene, 'True', 'Unknown', 'RemediationStarted');
    case 'node-not-found':
      return cannotStart(scene, 'RemediationCannotStart', 'RemediationCannotStartNodeNotFound');
    case 'node-names-no-machine':
    case 'annotation-unreadable':
      return cannotStart(scene, 'RemediationFailed', 'RemediationFailed');
    case 'machine-not-found':
      return cannotStart(scene, 'RemediationCannotStartMachineNotFound', 'RemediationCannotStartMachineNotFound');
    case 'no-controller-owner':
      return cannotStart(scene, 'RemediationCannotStartNoControllerOwner', 'RemediationCannotStartNoControllerOwner');
    case 'machine-is-new-already':
    case 'owner-not-found':
      return isSaid ? [] : [event(scene, 'Warning', 'unableToVerifyNodesCount')];
    case 'node-name-told':
      return machine === undefined ? [] : tellNodeName(scene, machine);
    case 'machine-deleted':
      return machine === undefined ? [] : [annotateWith(request, machine), ...deletion(scene, machine)];
    case 'machine-deletion-repeated':
      return machine === undefined ? [] : deletion(scene, machine);
    case 'nodes-restored':
      return [...verdict(scene, 'False', 'True', 'MachineDeleted'), event(scene, 'Normal', 'RemediationFinished')];
    case 'machine-deleted-by-another':
    case 'several-owners':
    case 'waiting-for-machine-to-go':
    case 'waiting-for-nodes':
    case 'remediation-over':
      return [];
  }
}

function cannotStart(scene: DeletionScene, eventReason: keyof typeof MESSAGES, reason: string): readonly Action[] {
  return [event(scene, 'Warning', eventReason), ...verdict(scene, 'False', 'False', reason)];
}

/** Nothing where both conditions have these statuses: they keep their reason then. */
function verdict(
  scene: DeletionScene,
  processing: ConditionStatus,
  succeeded: ConditionStatus,
  reason: string,
): readonly Action[] {
  const old = scene.request.status?.conditions;
  const isSame =
    findCondition(old, CONDITION_PROCESSING)?.status === processing &&
    findCondition(old, CONDITION_SUCCEEDED)?.status === succeeded;
  if (isSame) return [];
  return writeConditions(scene, [
    { type: CONDITION_PROCESSING, status: processing, reason, message: '' },
    { type: CONDITION_SUCCEEDED, status: succeeded, reason, message: '' },
  ]);
}

function writeConditions(
  { request, nowMs }: DeletionScene,
  wanted: readonly Omit<Condition, 'lastTransitionTime'>[],
): readonly Action[] {
  const conditions = withConditions(request.status?.conditions, wanted, nowMs);
  return [patchStatus(MACHINE_DELETION_REMEDIATION, request, { conditions })];
}

export interface NodeNameVerdict {
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

/** Whether the Node's name is gone for good once its Machine is deleted: as the product guesses, from the provider id alone. */
export function nodeNameVerdict(machine: Machine): NodeNameVerdict {
  const providerId = machine.spec?.providerID ?? '';
  if (providerId === '') {
    return {
      status: 'Unknown',
      reason: 'MachineDeletionUndefinedNodeNameExpectation',
      message: 'The Machine has no provider id: nothing is known about the name of the next node',
    };
  }
  return providerId.startsWith(BARE_METAL)
    ? {
        status: 'False',
        reason: 'MachineDeletionOnBareMetalProviderKeepsNodeName',
        message: 'The Machine is bare metal: the next node is expected to have the same name',
      }
    : {
        status: 'True',
        reason: 'MachineDeletionOnCloudProviderCausesNewNodeName',
        message: "The Machine is a cloud provider's: the next node is expected to have another name",
      };
}

function tellNodeName(scene: DeletionScene, machine: Machine): readonly Action[] {
  const told = nodeNameVerdict(machine);
  return [
    ...writeConditions(scene, [{ type: CONDITION_PERMANENT_NODE_DELETION, ...told }]),
    medik8sEvent(scene.request, 'Normal', 'PermanentNodeDeletionExpected', `${told.message}.`),
  ];
}

/** What is deleted stands in the remediation before it is: its successor may have another name. */
function annotateWith(request: MachineDeletionRemediation, machine: Machine): Action {
  const [owner] = machine.metadata.ownerReferences ?? [];
  return annotate(MACHINE_DELETION_REMEDIATION, request, {
    [ANNOTATION_DELETED_MACHINE]: keyString(keyOf(machine)),
    [ANNOTATION_MACHINE_OWNER]: `${owner?.kind ?? ''}/${owner?.name ?? ''}`,
  });
}

function deletion(scene: DeletionScene, machine: Machine): readonly Action[] {
  return [deleteObject(machineKind(scene.machineApi), machine), event(scene, 'Normal', 'RemediationStarted')];
}

const MESSAGES = {
  RemediationStopped: 'The health check gave up on this remediation, and it stopped.',
  RemediationCannotStart: 'The remediation is for a node that does not exist.',
  RemediationCannotStartMachineNotFound: "The node's Machine does not exist.",
  RemediationCannotStartNoControllerOwner: 'The Machine has no controller that would replace it.',
  RemediationFailed: 'Which Machine the remediation is for cannot be read.',
  RemediationStarted: 'The Machine is deleted.',
  RemediationFinished: 'The nodes are there again.',
  unableToVerifyNodesCount: 'How many nodes there should be is not known.',
} as const;

function event({ request }: DeletionScene, type: 'Normal' | 'Warning', reason: keyof typeof MESSAGES): Action {
  return medik8sEvent(request, type, reason, MESSAGES[reason]);
}
