// What becomes known through our own policy: an attempt on a host is a remediation under way; a HostRemediation that goes to a person
// pages one, and so does a policy that has doubted what it sees for too long, for every node that it sees failed. What a budget
// spends is added up as it spends it: a budget that is made again, or weighs otherwise later, changes nothing of that.

import { findCondition } from '../../core/api/conditions.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../../core/api/host-remediation.ts';
import { isReady, NODE } from '../../core/api/node.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../core/api/remediation-budget.ts';
import { STEP_ACTIONS } from '../../core/api/remediation-policy.fields.ts';
import { CONDITION_DOUBTFUL, REMEDIATION_POLICY, type RemediationPolicy } from '../../core/api/remediation-policy.ts';
import { limitsOf } from '../../core/budget/limits.ts';
import { selectsNode } from '../../core/health/remediation-policy.targets.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { EscalationParts } from './escalations.ts';

export function watchOwnRemediations({ store, fleet, observer, page }: EscalationParts): void {
  store.tap(
    (change) => {
      if (!isOf(change, HOST_REMEDIATION) || change.after === undefined) return;
      const { before, after } = change;
      const host = fleet.indexOfNode(after.spec?.node.name ?? '');
      if (host < 0) return;
      if (isUnderWay(after) && !isUnderWay(before)) observer.remediationAsked(host);
      if (isWithPerson(after) && !isWithPerson(before))
        page(host, `HostRemediation ${after.metadata.name} needs a person`);
    },
    [HOST_REMEDIATION],
  );
  store.tap(
    (change) => {
      if (isOf(change, REMEDIATION_BUDGET)) observer.remediationCost += spentBy(change.before, change.after);
    },
    [REMEDIATION_BUDGET],
  );
  store.tap(
    (change) => {
      if (!isOf(change, REMEDIATION_POLICY) || change.after === undefined) return;
      const policy = change.after;
      if (!callsPerson(policy) || callsPerson(change.before)) return;
      // A person is called once in a long doubt: that is the one scan of all nodes.
      for (const node of store.list(NODE)) {
        const host = isReady(node) || !selectsNode(policy, node) ? -1 : fleet.indexOfNode(node.metadata.name);
        if (host >= 0) page(host, `RemediationPolicy ${policy.metadata.name} doubts what it sees`);
      }
    },
    [REMEDIATION_POLICY],
  );
}

/** Cost of what was granted between two versions of a budget. */
function spentBy(before: RemediationBudget | undefined, after: RemediationBudget | undefined): number {
  const [old, now] = [before?.status?.spent ?? {}, after?.status?.spent ?? {}];
  if (after === undefined || before?.status?.spent === after.status?.spent) return 0;
  const { costs } = limitsOf(after);
  let cost = 0;
  for (const action of STEP_ACTIONS) cost += Math.max(0, (now[action] ?? 0) - (old[action] ?? 0)) * costs[action];
  return cost;
}

function isUnderWay(remediation: HostRemediation | undefined): boolean {
  const { phase = 'Waiting' } = remediation?.status ?? {};
  return remediation !== undefined && phase !== 'Waiting' && phase !== 'Cancelled' && !isWithPerson(remediation);
}

function isWithPerson(remediation: HostRemediation | undefined): boolean {
  return remediation?.status?.phase === 'Person';
}

function callsPerson(policy: RemediationPolicy | undefined): boolean {
  const condition = findCondition(policy?.status?.conditions, CONDITION_DOUBTFUL);
  return condition?.status === 'True' && condition.reason === 'PersonCalled';
}
