// What wakes a policy: nodes that it selects or that are in the pool of its budget, its HostRemediations, its budget, and others who
// take a host in hand or let it go. Never a heartbeat.

import { haveConditionsMoved } from '../api/conditions.ts';
import { HOST_REMEDIATION, type HostRemediation, isClosed } from '../api/host-remediation.ts';
import type { MachineApi } from '../api/machine.ts';
import { isExcludedFromRemediation } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { isDoubted, LABEL_EXCLUDE, REMEDIATION_POLICY, type RemediationPolicy } from '../api/remediation-policy.ts';
import { isInPool } from '../budget/pool.ts';
import { otherRemediationWatches } from '../cluster/other-remediations.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { nodeLeaseWatch } from '../remediation/node-lease.ts';
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
    before.metadata.labels !== after.metadata.labels ||
    isExcluded(before) !== isExcluded(after) ||
    wishFor(before) !== wishFor(after) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
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
    if (after !== undefined && isAsWanted(before, after, view.get(REMEDIATION_POLICY, own))) return [];
    const others = policiesOfNode(node, view).filter(({ name }) => name !== own.name);
    return [own, ...others];
  },
};

/**
 * It is made, as its policy wanted it, or begins to act: its node is in hand as before. Only a doubt is the less for it. What a policy
 * that the view does not have, or has otherwise, would say is asked for.
 */
function isAsWanted(
  before: HostRemediation | undefined,
  after: HostRemediation,
  policy: RemediationPolicy | undefined,
): boolean {
  if (policy === undefined || isClosed(after) || after.metadata.deletionTimestamp !== undefined) return false;
  if (before === undefined) return !isActing(after) && after.spec?.budget === policy.spec?.budget;
  return !isActing(before) && isActing(after) && before.spec === after.spec && !isDoubted(policy);
}

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
