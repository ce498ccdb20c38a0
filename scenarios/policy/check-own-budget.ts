// Our own RemediationBudget against the cluster: does anybody ask it, can its limits ever be met, do they limit anything, does the
// control plane keep its quorum, and is the storage there that it asks?

import { CEPH_CLUSTER } from '../../core/api/ceph-cluster.ts';
import { isControlPlaneNode, type Node } from '../../core/api/node.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { type CountAndPercent, REMEDIATION_BUDGET, type RemediationBudget } from '../../core/api/remediation-budget.ts';
import { BUDGET_DEFAULTS } from '../../core/api/remediation-defaults.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { allowedOf } from '../../core/budget/limits.ts';
import type { Problem } from '../problem.ts';
import { at, type PolicyContext, type Report, title } from './finding.ts';
import type { HealthCheck } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export function ownBudgetProblems(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Problem[] {
  if (kindKeyOf(manifest.object) !== REMEDIATION_BUDGET.key) return [];
  const budget = manifest.object as RemediationBudget;
  const report: Report = (path, finding) => at(manifest, path, finding, context);
  const asking = checks.filter(({ limit }) => limit.kind === 'budget' && limit.budget === budget);
  const pool = context.fleet.nodes.filter(({ metadata }) => matchesSelector(budget.spec?.selector, metadata.labels));
  if (asking.length === 0) {
    return [
      report(['kind'], {
        code: 'MT134',
        severity: 'warning',
        message: `no RemediationPolicy of this policy asks ${title(manifest)}`,
        remedy: 'name it in spec.budget of a RemediationPolicy, or take it out',
      }),
    ];
  }
  if (pool.length === 0) {
    return [
      report(['spec', 'selector'], {
        code: 'MT122',
        severity: 'error',
        message: `the selector of ${title(manifest)} matches none of the cluster's ${context.fleet.nodes.length} Nodes`,
        why: 'A percentage of no hosts allows only its floor, and the threshold sees nobody.',
        remedy: 'leave the selector out for all Nodes',
      }),
    ];
  }
  return [
    ...countProblems(manifest, budget, pool.length, report),
    ...domainProblems(manifest, budget, pool, report),
    ...controlPlaneProblems(manifest, budget, pool, report),
    ...storageProblems(budget, context, report),
  ];
}

function countProblems(
  manifest: Manifest,
  { spec = {} }: RemediationBudget,
  hosts: number,
  report: Report,
): readonly Problem[] {
  const fields = ['maxUnavailable', 'maxInFlight'] as const;
  const problems = fields.flatMap((field) => limitProblems(manifest, field, spec[field], hosts, report));
  const { maxInFlight, maxUnavailable } = spec;
  if (problems.length > 0 || maxInFlight === undefined || maxUnavailable === undefined) return problems;
  const [cap, threshold] = [allowedOf(maxInFlight, hosts), allowedOf(maxUnavailable, hosts)];
  if (cap <= threshold) return problems;
  return [
    report(['spec', 'maxInFlight'], {
      code: 'MT139',
      severity: 'warning',
      message: `${title(manifest)} allows ${cap} in flight and ${threshold} out of service: the cap is never reached`,
      why: 'A host that is remediated is out of service, and counts against maxUnavailable too.',
      remedy: `write maxInFlight: { count: ${threshold} } or less`,
    }),
  ];
}

function limitProblems(
  manifest: Manifest,
  field: string,
  limit: CountAndPercent | undefined,
  hosts: number,
  report: Report,
): readonly Problem[] {
  if (limit === undefined) return [];
  const allowed = allowedOf(limit, hosts);
  const path = ['spec', field];
  if (allowed === 0) {
    const rounded = limit.count !== 0 && limit.percent !== undefined;
    return [
      report(path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never grant anything: ${field} allows 0 of ${hosts} hosts`,
        why: rounded ? `${limit.percent}% of ${hosts} is rounded down, and its floor is 0.` : '0 stops everything new.',
        remedy: rounded ? 'leave floor out: it is 1' : 'write 1 or more',
      }),
    ];
  }
  if (limit.count === undefined || limit.count <= hosts) return [];
  return [
    report([...path, 'count'], {
      code: 'MT139',
      severity: 'warning',
      message: `${title(manifest)} has ${field} ${limit.count} for ${hosts} hosts: it limits nothing`,
    }),
  ];
}

function domainProblems(
  manifest: Manifest,
  { spec = {} }: RemediationBudget,
  pool: readonly Node[],
  report: Report,
): readonly Problem[] {
  return (spec.domains ?? []).flatMap(({ topologyKey, maxInFlight }, index) => {
    const path = ['spec', 'domains', index];
    if (maxInFlight === 0) {
      return [
        report([...path, 'maxInFlight'], {
          code: 'MT130',
          severity: 'error',
          message: `${title(manifest)} can never grant anything: 0 hosts in flight per ${topologyKey}`,
          remedy: 'write 1 or more',
        }),
      ];
    }
    const values = new Set(pool.flatMap(({ metadata }) => metadata.labels?.[topologyKey] ?? []));
    if (
      values.size === 1 &&
      pool.length > 1 &&
      pool.every(({ metadata }) => metadata.labels?.[topologyKey] !== undefined)
    ) {
      return [
        report([...path, 'topologyKey'], {
          code: 'MT156',
          severity: 'warning',
          message: `all ${pool.length} Nodes of the pool of ${title(manifest)} have one value of ${topologyKey}: the cap is one of the whole pool`,
          remedy: 'name a label that tells racks or power feeds apart, or write maxInFlight',
        }),
      ];
    }
    if (values.size > 0) return [];
    return [
      report([...path, 'topologyKey'], {
        code: 'MT139',
        severity: 'warning',
        message: `no Node of the pool of ${title(manifest)} has the label ${topologyKey}: the cap limits nothing`,
        why: 'A Node without the label is a domain of its own.',
        remedy: 'name a label that the Nodes of a rack or a power feed share',
      }),
    ];
  });
}

function controlPlaneProblems(
  manifest: Manifest,
  { spec = {} }: RemediationBudget,
  pool: readonly Node[],
  report: Report,
): readonly Problem[] {
  const masters = pool.filter(isControlPlaneNode).length;
  const {
    maxInFlight = BUDGET_DEFAULTS.controlPlane.maxInFlight,
    keepQuorum = BUDGET_DEFAULTS.controlPlane.keepQuorum,
  } = spec.controlPlane ?? {};
  if (masters === 0 || keepQuorum) return [];
  const spare = masters - (Math.floor(masters / 2) + 1);
  return [
    report(['spec', 'controlPlane', 'keepQuorum'], {
      code: 'MT131',
      severity: 'warning',
      message: `${title(manifest)} may take ${maxInFlight} of ${masters} control plane Nodes, whatever state the others are in; etcd can lose ${spare}`,
      remedy: 'leave keepQuorum out: it is true',
    }),
  ];
}

function storageProblems(
  { spec = {} }: RemediationBudget,
  { cluster }: PolicyContext,
  report: Report,
): readonly Problem[] {
  const there = cluster.input.list(CEPH_CLUSTER);
  return (spec.storage?.cephClusters ?? []).flatMap(({ namespace, name }, index) => {
    if (there.some(({ metadata }) => metadata.namespace === namespace && metadata.name === name)) return [];
    const known = there.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    return [
      report(['spec', 'storage', 'cephClusters', index, 'name'], {
        code: 'MT123',
        severity: 'error',
        message: `the cluster has no CephCluster ${namespace}/${name}`,
        why: 'A storage guard that cannot read a status forbids every start: nothing would be remediated.',
        remedy: known.length === 0 ? 'leave storage out' : `there is ${known.join(', ')}`,
      }),
    ];
  });
}
