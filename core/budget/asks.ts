// Which HostRemediations ask for an attempt, and what keeps one from starting whatever the budget has left: its policy, its node, a
// maintenance, an upgrade.

import { KUBEADM_CONTROL_PLANE, type KubeadmControlPlane } from '../api/cluster.ts';
import { type HostRemediation, hasTouched, isClosed } from '../api/host-remediation.ts';
import type { MachineApi } from '../api/machine.ts';
import { isControlPlaneNode, NODE, type Node, readyCondition } from '../api/node.ts';
import type { Grant, RemediationBudget } from '../api/remediation-budget.ts';
import { ANNOTATION_REMEDIATE, isDoubted, REMEDIATION_POLICY } from '../api/remediation-policy.ts';
import { parseTime } from '../api/time.ts';
import { etcdSpares } from '../cluster/etcd-guards.ts';
import { isInMaintenance } from '../cluster/maintenance.ts';
import { isChangingConfig, isVersionProgressing } from '../cluster/upgrades.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Ask, Hold } from './allocator.ts';
import { actionOf, domainsOf, REMEDIATIONS_BY_BUDGET } from './ledger.ts';
import type { Limits } from './limits.ts';

export interface AskScene {
  readonly budget: RemediationBudget;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly limits: Limits;
  readonly machineApi: MachineApi;
  readonly view: ClusterView;
}

export function asksOf(scene: AskScene): readonly Ask[] {
  const { budget, view } = scene;
  const asks: Ask[] = [];
  for (const remediation of view.byIndex(REMEDIATIONS_BY_BUDGET, budget.metadata.name)) {
    const ask = askOf(remediation, scene);
    if (ask !== undefined) asks.push(ask);
  }
  return asks;
}

/** Undefined where it does not wait, or has the grant that it asks for, or an older one stands in its name. */
function askOf({ metadata, spec, status = {} }: HostRemediation, scene: AskScene): Ask | undefined {
  const { phase = 'Waiting', waitingSince, step = 0, attempt = 1 } = status;
  if (phase !== 'Waiting' || waitingSince === undefined || spec === undefined) return undefined;
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const waitingSinceMs = parseTime(waitingSince);
  const granted = scene.grants.get(metadata.name);
  if (granted !== undefined && !isNewer(metadata.uid, waitingSinceMs, granted)) return undefined;
  const node = scene.view.get(NODE, { namespace: '', name: spec.node.name });
  return {
    name: metadata.name,
    uid: metadata.uid,
    node: spec.node.name,
    step,
    action: actionOf(spec.policy, step, scene.view),
    attempt,
    impact: status.impact ?? DEFAULT_IMPACT,
    waitingSinceMs,
    requestedAt: waitingSince,
    notBeforeMs: status.notBefore === undefined ? Number.NEGATIVE_INFINITY : parseTime(status.notBefore),
    domains: domainsOf(node?.metadata.labels, scene.limits.domains),
    controlPlane: granted?.controlPlane ?? (node !== undefined && isControlPlaneNode(node)),
    wasTouched: hasTouched(status.attempts ?? []),
    failedSinceMs: node === undefined ? Number.NEGATIVE_INFINITY : failedSinceMs(node),
    hold: node === undefined && granted === undefined ? 'NodeGone' : holdOf(spec, node, scene),
    etcdAtRisk: isEtcdAtRisk(node, scene),
  };
}

/** Assumption: a host about which nothing is known yet is like most others. */
const DEFAULT_IMPACT = 2;

function failedSinceMs(node: Node): number | undefined {
  const ready = readyCondition(node);
  return ready === undefined || ready.status === 'True' ? undefined : parseTime(ready.lastTransitionTime ?? '');
}

/** The same HostRemediation has asked anew since it got this grant. */
function isNewer(uid: string, waitingSinceMs: number, granted: Grant): boolean {
  return granted.uid === uid && waitingSinceMs > parseTime(granted.requestedAt ?? granted.grantedAt);
}

function holdOf(
  spec: NonNullable<HostRemediation['spec']>,
  node: Node | undefined,
  { limits, machineApi, view }: AskScene,
): Hold | undefined {
  if (limits.invalid.length > 0) return 'InvalidLimit';
  const policy = view.get(REMEDIATION_POLICY, { namespace: '', name: spec.policy });
  if (policy === undefined || policy.metadata.deletionTimestamp !== undefined) return 'PolicyGone';
  if ((policy.spec?.pauseRequests?.length ?? 0) > 0 || policy.spec?.dryRun === true) return 'PolicyPaused';
  // A person who asks for it has looked.
  const isAskedFor = node?.metadata.annotations?.[ANNOTATION_REMEDIATE] !== undefined;
  if (isDoubted(policy) && !isAskedFor) return 'Doubtful';
  if (node !== undefined && isInMaintenance(spec.node.name, node, view)) return 'Maintenance';
  return limits.waitForUpgrades && isUpgrading(node, machineApi, view) ? 'Upgrading' : undefined;
}

/** This node gets another configuration, or all of the cluster another version. */
function isUpgrading(node: Node | undefined, machineApi: MachineApi, view: ClusterView): boolean {
  if (machineApi === 'openshift') return (node !== undefined && isChangingConfig(node)) || isVersionProgressing(view);
  return view.list(KUBEADM_CONTROL_PLANE).some(isBetweenVersions);
}

export function isBetweenVersions({ spec, status }: KubeadmControlPlane): boolean {
  return spec?.version !== undefined && status?.version !== undefined && spec.version !== status.version;
}

function isEtcdAtRisk(node: Node | undefined, { limits, machineApi, view }: AskScene): boolean {
  if (machineApi !== 'openshift' || !limits.controlPlane.keepQuorum) return false;
  return node !== undefined && isControlPlaneNode(node) && !etcdSpares(node, view);
}

/** What a phase is to a budget: all in which something is done are one. */
function standing(remediation: HostRemediation): string {
  const { phase = 'Waiting' } = remediation.status ?? {};
  return phase === 'Waiting' || phase === 'Person' || isClosed(remediation) ? phase : 'InFlight';
}

/** It waited, and something is done now. */
export function beginsToAct(before: HostRemediation, after: HostRemediation): boolean {
  return standing(before) === 'Waiting' && standing(after) === 'InFlight';
}

/** Whether a change of a HostRemediation can concern its budget. */
export function remediationChangeMatters(
  before: HostRemediation | undefined,
  after: HostRemediation | undefined,
): boolean {
  if (before === undefined || after === undefined) return true;
  const [old, now] = [before.status, after.status];
  return (
    before.spec?.budget !== after.spec?.budget ||
    standing(before) !== standing(after) ||
    old?.step !== now?.step ||
    old?.attempt !== now?.attempt ||
    old?.impact !== now?.impact ||
    old?.waitingSince !== now?.waitingSince ||
    old?.notBefore !== now?.notBefore ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}
