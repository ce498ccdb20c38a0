// What each rule of the NodeMaintenance table does. The Node is written in one exact patch where the product needs three.

import type { Action, MergePatch, RecordEventAction } from '../actions.ts';
import { isExcludedFromRemediation, LABEL_EXCLUDE_FROM_REMEDIATION } from '../api/medik8s.ts';
import { NODE, type Node, TAINT_UNSCHEDULABLE } from '../api/node.ts';
import { FINALIZER_NODE_MAINTENANCE, type NodeMaintenance } from '../api/node-maintenance.ts';
import type { KubeObject } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import type { Pod } from '../api/workload.ts';
import { assertNever } from '../assert.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { type LeaseAnswer, releaseNodeLease } from '../remediation/node-lease.ts';
import { addFinalizer, patchExactly, patchStatus, removeFinalizer } from '../remediation/object-patches.ts';
import { hasTaint, type PlainTaint, PODS_BY_NODE } from '../remediation/workload-release.ts';
import { type DrainPass, drainProblem, evictions, podsForDeletion } from './drain-pass.ts';
import type { MaintenanceRule } from './node-maintenance.states.ts';
import type { MaintenanceProduct } from './products.ts';

/** holderIdentity of the operator's leases. Source: medik8s/node-maintenance-operator 3a54cd15. */
export const MAINTENANCE_HOLDER = 'node-maintenance';

/** What one pass is about, as the view shows it. */
export interface MaintenanceScene {
  readonly product: MaintenanceProduct;
  readonly maintenance: NodeMaintenance;
  readonly nodeName: string;
  readonly node: Node | undefined;
  /** Undefined where the product takes none. */
  readonly lease: LeaseAnswer | undefined;
  readonly drain: DrainPass | undefined;
  readonly view: ClusterView;
  readonly nowMs: number;
}

/** The Node is unschedulable, tainted and, where the product does that, excluded from remediation. */
export function isMarked(node: Node, product: MaintenanceProduct): boolean {
  return (
    node.spec?.unschedulable === true &&
    taintsOf(product).every((wanted) => hasTaint(node, wanted)) &&
    (!product.excludesRemediation || isExcludedFromRemediation(node))
  );
}

/** The status says already what a pass that ends with these pods would write, but for the time. */
export function saysHeldBack({ maintenance: { status }, drain, view }: MaintenanceScene): boolean {
  if (drain === undefined || status?.phase !== 'Running' || leaseErrors({ status }) > 0) return false;
  const said = status.pendingPodsRefs ?? [];
  return (
    status.lastError === drainProblem(drain, view) &&
    said.length === drain.pods.length &&
    drain.pods.every(({ key }, index) => said[index]?.namespace === key.namespace && said[index]?.name === key.name)
  );
}

/** As a request for a Node that is not there says it. */
export function nodeNotFound(nodeName: string): string {
  return `nodes "${nodeName}" not found`;
}

export function actionsOf(rule: MaintenanceRule, scene: MaintenanceScene): readonly Action[] {
  const { product, maintenance, nodeName, drain, view } = scene;
  switch (rule) {
    case 'maintenance-over':
    case 'node-still-missing':
    case 'maintenance-failed':
    case 'under-maintenance':
    case 'drain-held-back':
    case 'waiting-for-pods':
      return [];
    case 'maintenance-ended':
      return [
        ...letGo(scene),
        removeFinalizer(product.kind, maintenance, FINALIZER_NODE_MAINTENANCE),
        ...events(scene, maintenance, 'Normal', 'RemovedMaintenance', 'Removed a node maintenance'),
      ];
    case 'finalizer-added':
      return [
        addFinalizer(product.kind, maintenance, FINALIZER_NODE_MAINTENANCE),
        ...events(scene, maintenance, 'Normal', 'BeginMaintenance', 'Begin a node maintenance'),
      ];
    case 'maintenance-began':
      return [setStatus(scene, beginning(scene))];
    case 'node-awaited':
      return [setStatus(scene, failure(scene, nodeNotFound(nodeName)))];
    case 'node-missing':
      return [
        setStatus(scene, { ...failure(scene, nodeNotFound(nodeName)), phase: 'Failed' }),
        ...events(scene, maintenance, 'Warning', 'FailedMaintenance', 'Failed a node maintenance'),
      ];
    case 'lease-lost-for-good':
      return [
        ...letGo(scene),
        setStatus(scene, {
          phase: 'Failed',
          lastError: `maintenance failed: lease could not be extended after ${leaseErrors(maintenance)} attempts`,
        }),
        ...events(scene, maintenance, 'Warning', 'FailedMaintenance', 'Failed a node maintenance'),
      ];
    case 'lease-lost':
      return [lostLease(scene)];
    case 'lease-held-by-another':
      return [
        setStatus(
          scene,
          failure(
            scene,
            `failed to obtain a lease that is not owned by us : ${heldBy(scene)} errorOnLeaseCount ${leaseErrors(maintenance)}`,
          ),
        ),
      ];
    case 'lease-requested':
      return request(scene.lease);
    case 'node-marked':
      return mark(scene);
    case 'node-drained':
      return [
        setStatus(scene, {
          phase: 'Succeeded',
          errorOnLeaseCount: null,
          pendingPods: null,
          ...(product.reports ? { drainProgress: 100, pendingPodsRefs: null } : {}),
        }),
        ...events(scene, maintenance, 'Normal', 'SucceedMaintenance', 'Node maintenance was succeeded'),
      ];
    case 'drain-not-finished':
      return drain === undefined
        ? []
        : [
            setStatus(scene, {
              ...failure(scene, drainProblem(drain, view)),
              phase: 'Running',
              errorOnLeaseCount: null,
            }),
          ];
    case 'pods-evicted':
      return drain === undefined ? [] : evictions(drain, view);
    default:
      return assertNever(rule);
  }
}

function taintsOf({ drainTaint }: MaintenanceProduct): readonly PlainTaint[] {
  return [
    { key: TAINT_UNSCHEDULABLE, effect: 'NoSchedule' },
    { key: drainTaint, effect: 'NoSchedule' },
  ];
}

function isSameTaint(one: PlainTaint, other: PlainTaint): boolean {
  return one.key === other.key && one.effect === other.effect;
}

/** The product's own taints come first in the list, as it writes them. */
function mark({ node, product }: MaintenanceScene): readonly Action[] {
  if (node === undefined) return [];
  const own = taintsOf(product);
  const others = (node.spec?.taints ?? []).filter((taint) => !own.some((mine) => isSameTaint(mine, taint)));
  return [
    patchExactly(NODE, node, 'main', {
      ...(product.excludesRemediation ? { metadata: { labels: { [LABEL_EXCLUDE_FROM_REMEDIATION]: 'true' } } } : {}),
      spec: { unschedulable: true, taints: [...own, ...others] },
    }),
  ];
}

/** Marks and lease go; what others put on the Node stays, and so does a lease of another. */
function letGo(scene: MaintenanceScene): readonly Action[] {
  const { node, nodeName, product, view } = scene;
  const release = product.excludesRemediation ? releaseNodeLease(nodeName, MAINTENANCE_HOLDER, view) : undefined;
  const released = release === undefined ? [] : [release];
  if (node === undefined) return released;
  return [...unmark(node, product), ...events(scene, node, 'Normal', 'UncordonNode', 'Uncordon a node'), ...released];
}

function unmark(node: Node, product: MaintenanceProduct): readonly Action[] {
  const own = taintsOf(product);
  const taints = node.spec?.taints ?? [];
  const kept = taints.filter((taint) => !own.some((mine) => isSameTaint(mine, taint)));
  const isTainted = kept.length < taints.length;
  const isLabelled = product.excludesRemediation && isExcludedFromRemediation(node);
  if (!isTainted && !isLabelled && node.spec?.unschedulable !== true) return [];
  return [
    patchExactly(NODE, node, 'main', {
      ...(isLabelled ? { metadata: { labels: { [LABEL_EXCLUDE_FROM_REMEDIATION]: null } } } : {}),
      spec: { unschedulable: null, ...(isTainted ? { taints: kept.length === 0 ? null : kept } : {}) },
    }),
  ];
}

function request(lease: LeaseAnswer | undefined): readonly Action[] {
  if (lease?.kind === 'free') return [lease.take];
  return lease?.kind === 'ours' && lease.renew !== undefined ? [lease.renew] : [];
}

function lostLease(scene: MaintenanceScene): Action {
  const count = leaseErrors(scene.maintenance) + 1;
  const message =
    'failed to extend a lease that used to be owned by us, incrementing error on lease count: ' +
    `${heldBy(scene)}, errorOnLeaseCount: ${count}`;
  return setStatus(scene, { ...failure(scene, message), errorOnLeaseCount: count });
}

function heldBy({ lease }: MaintenanceScene): string {
  return `can't update valid lease held by different owner: ${lease?.kind === 'other' ? lease.holder : ''}`;
}

export function leaseErrors({ status }: Pick<NodeMaintenance, 'status'>): number {
  return status?.errorOnLeaseCount ?? 0;
}

function beginning(scene: MaintenanceScene): MergePatch {
  const { nodeName, view, nowMs } = scene;
  const pods = podsForDeletion(nodeName, view, nowMs);
  return {
    phase: 'Running',
    ...pending(scene, pods),
    evictionPods: orAbsent(pods.length),
    totalpods: orAbsent(view.countByIndex(PODS_BY_NODE, nodeName)),
  };
}

/** What every failed pass writes: why, what is left, and how far the drain is. */
function failure(scene: MaintenanceScene, lastError: string): MergePatch {
  const { maintenance, nodeName, product, view, nowMs } = scene;
  const pods = podsForDeletion(nodeName, view, nowMs);
  const total = maintenance.status?.evictionPods ?? 0;
  const progress = total === 0 ? undefined : Math.trunc(((total - pods.length) * 100) / total);
  return {
    lastError,
    ...pending(scene, pods),
    ...(product.reports && progress !== undefined ? { drainProgress: orAbsent(progress) } : {}),
  };
}

function pending({ product }: MaintenanceScene, pods: readonly Pod[]): MergePatch {
  const references = pods.map(({ metadata: { namespace = '', name } }) => ({ namespace, name }));
  return {
    pendingPods: pods.length === 0 ? null : references.map(({ name }) => name),
    ...(product.reports ? { pendingPodsRefs: pods.length === 0 ? null : references } : {}),
  };
}

/** A number that is left out where it is 0. */
function orAbsent(count: number): number | null {
  return count === 0 ? null : count;
}

function setStatus({ product, maintenance, nowMs }: MaintenanceScene, status: MergePatch): Action {
  const lastUpdate = product.reports ? { lastUpdate: formatTime(nowMs) } : {};
  return patchStatus(product.kind, maintenance, { ...status, ...lastUpdate });
}

function events(
  { product }: MaintenanceScene,
  about: KubeObject,
  type: RecordEventAction['type'],
  reason: string,
  message: string,
): readonly Action[] {
  return product.reports ? [{ do: 'recordEvent', about, type, reason, message }] : [];
}
