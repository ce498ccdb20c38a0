// What wakes a policy: nodes that it selects or that are in the pool of its budget, its HostRemediations, its budget, and others who
// take a host in hand or let it go. Never a heartbeat.

import type { Condition } from '../api/conditions.ts';
import { HOST_REMEDIATION, type HostRemediation, isClosed } from '../api/host-remediation.ts';
import { isExcludedFromRemediation } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { LABEL_EXCLUDE, REMEDIATION_POLICY, type RemediationPolicy } from '../api/remediation-policy.ts';
import { isInPool, isOut } from '../budget/pool.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { nodeLeaseWatch } from '../remediation/node-lease.ts';
import { type MachineApi, otherRemediationWatches } from './other-remediations.ts';
import { isActing } from './remediation-policy.history.ts';
import { policiesSelecting, selectsNode, wishFor } from './remediation-policy.targets.ts';

export function policyWatches(machineApi: MachineApi): readonly Watch[] {
  return [
    NODE_WATCH,
    REMEDIATION_WATCH,
    BUDGET_WATCH,
    nodeLeaseWatch(policiesOfNode),
    ...otherRemediationWatches(machineApi, REMEDIATION_POLICY),
  ];
}

function policiesOfNode(nodeName: string, view: ClusterView): readonly ObjectKey[] {
  const node = view.get(NODE, { namespace: '', name: nodeName });
  return node === undefined ? [] : policiesSelecting(node, view).map(keyOf);
}

const NODE_WATCH: Watch = {
  kind: NODE,
  keysFor: ({ before, after }: ChangeOf<Node>, view) => {
    const [one, other] = [before ?? after, after ?? before];
    if (one === undefined || other === undefined || !nodeChangeMatters(before, after)) return [];
    const concerns = (policy: RemediationPolicy): boolean => {
      if (selectsNode(policy, one) || selectsNode(policy, other)) return true;
      const budget = view.get(REMEDIATION_BUDGET, { namespace: '', name: policy.spec?.budget ?? '' });
      return budget !== undefined && (isInPool(budget, one) || isInPool(budget, other));
    };
    return view.list(REMEDIATION_POLICY).filter(concerns).map(keyOf);
  },
};

function nodeChangeMatters(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return (
    haveConditionsMoved(before.status?.conditions, after.status?.conditions) ||
    isOut(before) !== isOut(after) ||
    before.metadata.labels !== after.metadata.labels ||
    isExcluded(before) !== isExcluded(after) ||
    wishFor(before) !== wishFor(after) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}

/** By type, status and stamp; beats move none of them. */
function haveConditionsMoved(before: readonly Condition[] = [], after: readonly Condition[] = []): boolean {
  if (before === after) return false;
  if (before.length !== after.length) return true;
  return before.some((old, at) => {
    const now = after[at];
    return old.type !== now?.type || old.status !== now.status || old.lastTransitionTime !== now.lastTransitionTime;
  });
}

/** By our own label or by that of the medik8s operators. */
export function isExcluded(node: Node): boolean {
  return node.metadata.labels?.[LABEL_EXCLUDE] !== undefined || isExcludedFromRemediation(node);
}

/** Of the node's policies as well: a node that another policy had in hand is free now. */
const REMEDIATION_WATCH: Watch = {
  kind: HOST_REMEDIATION,
  keysFor: ({ before, after }: ChangeOf<HostRemediation>, view) => {
    const remediation = after ?? before;
    if (remediation === undefined || (before !== undefined && after !== undefined && isSame(before, after))) return [];
    const node = remediation.spec?.node.name ?? '';
    const own = { namespace: '', name: remediation.spec?.policy ?? '' };
    const others = policiesOfNode(node, view).filter(({ name }) => name !== own.name);
    return [own, ...others];
  },
};

function isSame(before: HostRemediation, after: HostRemediation): boolean {
  return (
    isClosed(before) === isClosed(after) &&
    isActing(before) === isActing(after) &&
    before.spec === after.spec &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    before.metadata.annotations === after.metadata.annotations
  );
}

/** Its limits, and whether it is there; not its ledger. */
const BUDGET_WATCH: Watch = {
  kind: REMEDIATION_BUDGET,
  keysFor: ({ before, after }: ChangeOf<RemediationBudget>, view) => {
    if (before !== undefined && after !== undefined && before.spec === after.spec) return [];
    const name = (after ?? before)?.metadata.name;
    return view
      .list(REMEDIATION_POLICY)
      .filter(({ spec }) => spec?.budget === name)
      .map(keyOf);
  },
};
