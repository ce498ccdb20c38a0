// Objects of our own policy for tests of single controllers. A HostRemediation that asks is written as its own controller would.

import type { Condition } from '../../core/api/conditions.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../../core/api/host-remediation.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../core/api/remediation-budget.ts';
import { OWN_API_VERSION, REMEDIATION_POLICY, type RemediationPolicy } from '../../core/api/remediation-policy.ts';
import { formatMicroTime } from '../../core/api/time.ts';
import type { CoreBench } from './core-bench.ts';
import { meta, NOW_MS } from './machine-objects.ts';

export const WORKERS = { pool: 'workers' };

export function aPolicy(spec: RemediationPolicy['spec'] = {}, name = 'workers'): RemediationPolicy {
  return {
    apiVersion: OWN_API_VERSION,
    kind: REMEDIATION_POLICY.kind,
    metadata: meta(name, { generation: 1 }),
    spec: { selector: { matchLabels: WORKERS }, budget: 'workers', ...spec },
  };
}

export function aBudget(spec: RemediationBudget['spec'] = {}, name = 'workers'): RemediationBudget {
  return {
    apiVersion: OWN_API_VERSION,
    kind: REMEDIATION_BUDGET.kind,
    metadata: meta(name, { generation: 1 }),
    spec: { selector: { matchLabels: WORKERS }, ...spec },
  };
}

/** One for `node` that has asked since `agoMs` before NOW_MS. */
export function aRequest(
  node: string,
  status: Partial<NonNullable<HostRemediation['status']>> = {},
  agoMs = 0,
): HostRemediation {
  return {
    apiVersion: OWN_API_VERSION,
    kind: HOST_REMEDIATION.kind,
    metadata: meta(`${node}-1`),
    spec: { policy: 'workers', budget: 'workers', node: { name: node, uid: `uid-${node}` }, reason: 'Ready=Unknown' },
    status: {
      phase: 'Waiting',
      step: 0,
      attempt: 1,
      impact: 2,
      waitingSince: formatMicroTime(NOW_MS - agoMs),
      ...status,
    },
  };
}

export function changeStatus(
  bench: CoreBench,
  name: string,
  status: Partial<NonNullable<HostRemediation['status']>>,
): void {
  bench.update(HOST_REMEDIATION, name, 'status', (remediation) => ({
    ...remediation,
    status: { ...remediation.status, ...status },
  }));
}

/** Names and instants of grants, in ms after NOW_MS, in the order in which they were given. */
export function grantsOf(bench: CoreBench): readonly string[] {
  return bench.events
    .filter(({ reason }) => reason === 'AttemptGranted')
    .map(({ about, atMs }) => `${about} ${(atMs - NOW_MS) / 1_000} s`);
}

/** `Type=Status Reason`, of conditions that are True. */
export function trueConditions(conditions: readonly Condition[] | undefined): readonly string[] {
  return (conditions ?? [])
    .filter(({ status }) => status === 'True')
    .map(({ type, reason }) => `${type} ${reason ?? ''}`);
}
