// Which Machines Cluster API's health checks select, and which need a look: see machine-targets.ts.

import { ANNOTATION_CAPI_PAUSED, CAPI_CLUSTER, LABEL_CAPI_CLUSTER } from '../api/cluster.ts';
import { findCondition, hasAnyCondition } from '../api/conditions.ts';
import {
  ANNOTATION_REMEDIATE_MACHINE,
  CAPI_MACHINE,
  HEALTH_CHECK_SUCCEEDED,
  type Machine,
  OWNER_REMEDIATED,
} from '../api/machine.ts';
import { type KubeObject, keyOf } from '../api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, type CapiMachineHealthCheck } from '../api/remediation.ts';
import { isEmptySelector, matchesSelector } from '../api/selector.ts';
import { machineTargets } from '../cluster/machine-targets.ts';
import type { Watch } from '../ports/reconciler.ts';
import { ANNOTATION_SKIP_REMEDIATION } from './cluster-api-target.ts';

/** Conditions of a Machine that a decision reads. */
const READ_CONDITIONS: readonly string[] = [HEALTH_CHECK_SUCCEEDED, OWNER_REMEDIATED, 'InfrastructureReady'];

export const CAPI_TARGETS = machineTargets<CapiMachineHealthCheck>({
  name: 'machine-health-check.cluster-api',
  policy: CAPI_MACHINE_HEALTH_CHECK,
  machine: CAPI_MACHINE,
  selects: isCapiTarget,
  needsLook: (check, machine, node) =>
    node === undefined ||
    machine.metadata.deletionTimestamp !== undefined ||
    machine.metadata.annotations?.[ANNOTATION_REMEDIATE_MACHINE] !== undefined ||
    findCondition(machine.status?.conditions, HEALTH_CHECK_SUCCEEDED)?.status !== 'True' ||
    hasAnyCondition(
      node.status?.conditions,
      check.spec?.checks?.unhealthyNodeConditions ?? check.spec?.unhealthyConditions ?? [],
    ) ||
    hasAnyCondition(machine.status?.conditions, check.spec?.checks?.unhealthyMachineConditions ?? []),
  sameForPolicy: ({ status: before }, { status: after }, view) => {
    if (before?.conditions === after?.conditions) return true;
    const isSame = (type: string): boolean =>
      findCondition(before?.conditions, type) === findCondition(after?.conditions, type);
    return READ_CONDITIONS.every(isSame) && view.list(CAPI_MACHINE_HEALTH_CHECK).flatMap(askedConditions).every(isSame);
  },
});

/** Conditions of Machines that a check asks for. */
function askedConditions({ spec }: CapiMachineHealthCheck): readonly string[] {
  return (spec?.checks?.unhealthyMachineConditions ?? []).map(({ type }) => type);
}

/** An empty selector selects nothing: the webhook refuses it. Skipped and paused Machines leave the counts (case C058). */
export function isCapiTarget(check: CapiMachineHealthCheck, machine: Machine): boolean {
  const { labels, annotations } = machine.metadata;
  const clusterName = machine.spec?.clusterName ?? labels?.[LABEL_CAPI_CLUSTER];
  return (
    clusterName === check.spec?.clusterName &&
    !isEmptySelector(check.spec?.selector) &&
    matchesSelector(check.spec?.selector, labels) &&
    annotations?.[ANNOTATION_SKIP_REMEDIATION] === undefined &&
    annotations?.[ANNOTATION_CAPI_PAUSED] === undefined
  );
}

/** A Cluster that has come further, or was paused or resumed, concerns all its health checks. */
export const CLUSTER_WATCH: Watch = {
  kind: CAPI_CLUSTER,
  keysFor: ({ before, after }, view) => {
    const cluster: KubeObject | undefined = after ?? before;
    return view
      .list(CAPI_MACHINE_HEALTH_CHECK)
      .filter(
        ({ metadata, spec }) =>
          metadata.namespace === cluster?.metadata.namespace && spec?.clusterName === cluster?.metadata.name,
      )
      .map(keyOf);
  },
};
