// What people and other controllers may do in the middle of a remediation, at any moment: deletions, edits, swaps, pauses,
// maintenance, holds of their own, and faults that pass.

import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { type Kind, keyOf, type ObjectKey } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY, type RemediationPolicy } from '../../../core/api/remediation-policy.ts';
import type { World } from '../../../sim/world.ts';
import { BUDGET_KEY, POLICY_KEY } from './crash-cluster.ts';
import type { Meanwhile } from './struck-run.ts';

const MINUTE_MS = 60_000;
const MAIN = { subresource: 'main' } as const;

type Patch = Readonly<Record<string, unknown>>;
type PolicySpec = Partial<NonNullable<RemediationPolicy['spec']>>;

/** Every HostRemediation is deleted. */
export const DELETE_REQUESTS: Meanwhile = {
  by: ({ store }) => {
    for (const request of store.list(HOST_REMEDIATION)) store.delete(HOST_REMEDIATION, keyOf(request));
  },
};

/** The policy is deleted, and somebody applies it again ten minutes later. */
export const POLICY_AWAY: Meanwhile = { by: (world) => away(world, REMEDIATION_POLICY, POLICY_KEY) };

/** The same of the budget. */
export const BUDGET_AWAY: Meanwhile = { by: (world) => away(world, REMEDIATION_BUDGET, BUDGET_KEY) };

/** Another policy takes the place of the one that made the request. */
export const POLICY_SWAPPED: Meanwhile = {
  by: ({ store }) => {
    const old = store.get(REMEDIATION_POLICY, POLICY_KEY);
    if (old === undefined) return;
    store.delete(REMEDIATION_POLICY, POLICY_KEY);
    const { apiVersion, kind, spec } = old;
    const conditions = [{ type: 'Ready', status: 'Unknown', duration: '90s' }];
    store.create(REMEDIATION_POLICY, {
      ...{ apiVersion, kind, metadata: { name: 'successor' } },
      spec: { ...spec, unhealthyConditions: conditions },
    });
  },
};

/** Fields of the policy become others. */
export function policyEdited(spec: PolicySpec): Meanwhile {
  return { by: (world) => patch(world, REMEDIATION_POLICY, POLICY_KEY, { spec }) };
}

/** Fields of the policy become others, and back ten minutes later. */
export function policyForTenMinutes(spec: PolicySpec, back: PolicySpec): Meanwhile {
  return {
    by: (world) => forTenMinutes(world, REMEDIATION_POLICY, POLICY_KEY, { now: { spec }, later: { spec: back } }),
  };
}

/** The cap on hosts in flight becomes another. */
export function capBecomes(count: number): Meanwhile {
  return { by: (world) => patch(world, REMEDIATION_BUDGET, BUDGET_KEY, { spec: { maxInFlight: { count } } }) };
}

/** Nobody may start anything for ten minutes. */
export const CAP_NONE: Meanwhile = {
  by: (world) =>
    forTenMinutes(world, REMEDIATION_BUDGET, BUDGET_KEY, {
      now: { spec: { maxInFlight: { count: 0 } } },
      later: { spec: { maxInFlight: { count: 1 } } },
    }),
};

/** A maintenance operator works on the node for a quarter of an hour. */
export const MAINTENANCE: Meanwhile = {
  by: ({ store, kernel }) => {
    const { apiVersion, kind } = { apiVersion: 'nodemaintenance.medik8s.io/v1beta1', kind: 'NodeMaintenance' };
    const metadata = { name: 'work-on-worker-1' };
    store.create(NODE_MAINTENANCE, {
      apiVersion,
      kind,
      metadata,
      spec: { nodeName: 'worker-1', reason: 'disks' },
    });
    kernel.call(kernel.nowMs + 15 * MINUTE_MS, () => {
      store.delete(NODE_MAINTENANCE, { namespace: '', ...metadata });
    });
  },
};

/** What hangs on the node goes on by itself. */
export function passesByItself(node: string): Meanwhile {
  return {
    by: ({ fleet }) => {
      for (const { active, config } of fleet.hosts) {
        if (config.nodeName === node) for (const fault of active) fleet.endByItself(fault);
      }
    },
    heals: [node],
  };
}

interface NowAndLater {
  readonly now: Patch;
  readonly later: Patch;
}

function forTenMinutes(world: World, kind: Kind, key: ObjectKey, { now, later }: NowAndLater): void {
  const { kernel } = world;
  patch(world, kind, key, now);
  kernel.call(kernel.nowMs + 10 * MINUTE_MS, () => patch(world, kind, key, later));
}

function patch({ store }: World, kind: Kind, key: ObjectKey, change: Patch): void {
  store.patch(kind, key, change, MAIN);
}

function away({ store, kernel }: World, kind: Kind, key: ObjectKey): void {
  const old = store.get(kind, key);
  if (old === undefined) return;
  store.delete(kind, key);
  kernel.call(kernel.nowMs + 10 * MINUTE_MS, () => {
    const { apiVersion, spec } = old;
    store.create(kind, { apiVersion, kind: old.kind, metadata: { name: key.name }, spec });
  });
}
