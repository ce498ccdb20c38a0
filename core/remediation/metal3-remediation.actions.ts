// What each rule of the Metal3Remediation table does: writes only, in an order that a crash may cut anywhere.

import type { Action } from '../actions.ts';
import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { withCondition } from '../api/conditions.ts';
import type { Lineage } from '../api/lineage.ts';
import { CAPI_MACHINE, type Machine, type MachineApi, OPENSHIFT_MACHINE, OWNER_REMEDIATED } from '../api/machine.ts';
import { NODE, type Node, TAINT_OUT_OF_SERVICE } from '../api/node.ts';
import { METAL3_REMEDIATION, type Metal3Remediation } from '../api/remediation.ts';
import { formatTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import type { Metal3Rule } from './metal3-remediation.states.ts';
import {
  ANNOTATION_NODE_ANNOTATIONS_BACKUP,
  ANNOTATION_NODE_LABELS_BACKUP,
  ANNOTATION_UNHEALTHY_HOST,
  FINALIZER_METAL3_REMEDIATION,
  REBOOT_HARD,
  UNHEALTHY_HOST,
} from './names.ts';
import { backupText, parseBackup, restoreByMerge } from './node-restore.ts';
import {
  addFinalizer,
  annotate,
  deleteObject,
  finalizersWithout,
  patchExactly,
  patchMain,
  patchStatus,
  removeFinalizer,
} from './object-patches.ts';
import { canReprovision } from './reprovisionable.ts';
import { addTaint, OUT_OF_SERVICE } from './workload-release.ts';

/** What one request is about, as the view shows it. */
export interface Metal3Scene {
  readonly machineApi: MachineApi;
  readonly taintMode: boolean;
  readonly lineage: Lineage;
  readonly request: Metal3Remediation;
  readonly machine: Machine;
  readonly host: BareMetalHost;
  readonly node: Node | undefined;
  /** This request's reboot annotation on the host. */
  readonly powerOff: string;
  readonly nowMs: number;
}

export function actionsOf(rule: Metal3Rule, scene: Metal3Scene): readonly Action[] {
  const { request, host, node, nowMs } = scene;
  switch (rule) {
    case 'waiting-for-power-off':
    case 'waiting-for-taint-to-act':
    case 'waiting-for-drain':
    case 'waiting-for-node-deletion':
    case 'waiting-for-power-on':
    case 'waiting-for-healthy-node':
    case 'left-to-the-owner':
    case 'remediation-failed':
      return [];
    case 'host-is-offline':
    case 'host-went-offline':
    case 'host-offline-while-waiting':
    case 'host-offline-at-the-end':
      return [patchStatus(METAL3_REMEDIATION, request, { phase: 'Failed' })];
    case 'remediation-started':
      return [patchStatus(METAL3_REMEDIATION, request, { phase: 'Running', lastRemediated: formatTime(nowMs) })];
    case 'finalizer-added':
      return [addFinalizer(METAL3_REMEDIATION, request, FINALIZER_METAL3_REMEDIATION)];
    case 'power-off-requested':
      return [annotate(BARE_METAL_HOST, host, { [scene.powerOff]: REBOOT_HARD })];
    case 'node-tainted-out-of-service':
      return node === undefined ? [] : [addTaint(node, OUT_OF_SERVICE, nowMs)];
    case 'node-backed-up':
      return node === undefined ? [] : [backUp(request, node)];
    case 'node-deleted':
      return node === undefined ? [] : [deleteObject(NODE, node)];
    case 'node-out-of-service':
      return [patchStatus(METAL3_REMEDIATION, request, { phase: 'Waiting' })];
    case 'power-on-requested':
      return [annotate(BARE_METAL_HOST, host, { [scene.powerOff]: null })];
    case 'node-restored':
      return node === undefined ? [] : restore(scene, node);
    case 'power-off-timed-out':
    case 'retrying': {
      const retryCount = (request.status?.retryCount ?? 0) + 1;
      return [
        patchStatus(METAL3_REMEDIATION, request, { phase: 'Running', lastRemediated: formatTime(nowMs), retryCount }),
      ];
    }
    case 'retry-limit-reached':
      return giveUp(scene);
    case 'finalizer-given-up':
      return [removeFinalizer(METAL3_REMEDIATION, request, FINALIZER_METAL3_REMEDIATION)];
    default:
      return assertNever(rule);
  }
}

function backUp(request: Metal3Remediation, node: Node): Action {
  return annotate(METAL3_REMEDIATION, request, {
    [ANNOTATION_NODE_ANNOTATIONS_BACKUP]: backupText(node.metadata.annotations),
    [ANNOTATION_NODE_LABELS_BACKUP]: backupText(node.metadata.labels),
  });
}

/** The Node first, the finalizer last: until then the request cannot go away. */
function restore(scene: Metal3Scene, node: Node): readonly Action[] {
  const { request, taintMode } = scene;
  if (taintMode) {
    const taints = node.spec?.taints ?? [];
    const kept = taints.filter(({ key }) => key !== TAINT_OUT_OF_SERVICE);
    const untaint = kept.length === taints.length ? [] : [patchExactly(NODE, node, 'main', { spec: { taints: kept } })];
    return [...untaint, removeFinalizer(METAL3_REMEDIATION, request, FINALIZER_METAL3_REMEDIATION)];
  }
  const { annotations } = request.metadata;
  const restored = restoreByMerge(node, {
    labels: parseBackup(annotations?.[ANNOTATION_NODE_LABELS_BACKUP]),
    annotations: parseBackup(annotations?.[ANNOTATION_NODE_ANNOTATIONS_BACKUP]),
  });
  const finalizers = finalizersWithout(request, FINALIZER_METAL3_REMEDIATION);
  const noBackups = { [ANNOTATION_NODE_ANNOTATIONS_BACKUP]: null, [ANNOTATION_NODE_LABELS_BACKUP]: null };
  return [
    patchMain(NODE, node, { metadata: restored }),
    patchExactly(METAL3_REMEDIATION, request, 'main', { metadata: { finalizers, annotations: noBackups } }),
  ];
}

/** Cluster API leaves the Machine to its owner by a condition; OpenShift deletes it where it can be provisioned anew. */
function giveUp(scene: Metal3Scene): readonly Action[] {
  const { request, machine, host, machineApi } = scene;
  const marked = host.metadata.annotations?.[ANNOTATION_UNHEALTHY_HOST] === UNHEALTHY_HOST;
  const mark = marked ? [] : [annotate(BARE_METAL_HOST, host, { [ANNOTATION_UNHEALTHY_HOST]: UNHEALTHY_HOST })];
  const done = patchStatus(METAL3_REMEDIATION, request, { phase: 'Deleting machine' });
  if (machineApi === 'cluster-api') return [...askOwner(scene), ...mark, done];
  return canReprovision(machine, host) ? [...mark, deleteObject(OPENSHIFT_MACHINE, machine), done] : [...mark, done];
}

function askOwner({ machine, nowMs }: Metal3Scene): readonly Action[] {
  const isOld = machine.apiVersion.endsWith('/v1beta1');
  const conditions = withCondition(
    machine.status?.conditions,
    {
      type: OWNER_REMEDIATED,
      status: 'False',
      reason: 'WaitingForRemediation',
      ...(isOld ? { severity: 'Warning' } : {}),
    },
    nowMs,
  );
  if (conditions === machine.status?.conditions) return [];
  return [patchExactly(CAPI_MACHINE, machine, 'status', { status: { conditions } })];
}
