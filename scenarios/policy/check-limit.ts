// The limit of a health check against what can be lost at once: can it ever be met, does it cover the control plane, what does
// the loss of a rack do to it, and which storage can be broken within it?

import { WIPING_ACTIONS } from '../../core/api/remediation-policy.fields.ts';
import type { PoolConfig } from '../../sim/config.ts';
import type { Problem } from '../problem.ts';
import { type PolicyContext, type Report, title } from './finding.ts';
import { largestRack, type Target } from './fleet.ts';
import { type HealthCheck, watchesNodes } from './health-check.ts';
import { resolvedLimit } from './limit.ts';

/** Of any limit, and only while nothing else guards the storage. */
export function storageProblems(
  check: HealthCheck,
  targets: readonly Target[],
  context: PolicyContext,
  report: Report,
): readonly Problem[] {
  return context.cluster.pools.flatMap((pool) => poolProblems(check, targets, pool, report));
}

export function limitProblems(
  check: HealthCheck,
  targets: readonly Target[],
  context: PolicyContext,
  report: Report,
): readonly Problem[] {
  const wrong = valueProblems(check, targets.length, report);
  if (wrong.length > 0) return [...wrong, ...controlPlaneProblems(check, targets, report)];
  return [
    ...controlPlaneProblems(check, targets, report),
    ...rackProblems(check, targets, report),
    ...storageProblems(check, targets, context, report),
  ];
}

function valueProblems(check: HealthCheck, total: number, report: Report): readonly Problem[] {
  const { limit, manifest, family } = check;
  if (limit.kind === 'none' || limit.kind === 'budget') return [];
  if (limit.kind === 'range') {
    if (limit.max >= limit.min && limit.min <= total) return [];
    return [
      report(limit.path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never remediate: no number of unhealthy Machines among ${total} lies in [${limit.min}-${limit.max}]`,
      }),
    ];
  }
  const allowed = resolvedLimit(limit, total);
  if (allowed === undefined) return [report(limit.path, unreadable(check, limit.value))];
  const noun = nounOf(check);
  if (family === 'medik8s' && limit.kind === 'max' && allowed > total) {
    return [
      report(limit.path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never remediate: maxUnhealthy ${limit.value} is more than its ${total} ${noun}, which the controller refuses`,
      }),
    ];
  }
  if (allowed <= 0) {
    const rounded =
      typeof limit.value === 'string' && limit.value.endsWith('%') && Number.parseInt(limit.value, 10) > 0;
    const written = limit.kind === 'min' ? `minHealthy ${limit.value}` : limit.value;
    return [
      report(limit.path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never remediate: ${written} of ${total} ${noun} allows 0 unhealthy ones`,
        ...(rounded ? { why: `Percentages are rounded ${limit.rule.rounding === 'floor' ? 'down' : 'up'}.` } : {}),
        remedy: `for "at most one at a time" write ${limit.kind === 'min' ? total - 1 : 1}`,
      }),
    ];
  }
  if (limit.kind === 'max' && typeof limit.value === 'number' && limit.value > total) {
    return [
      report(limit.path, {
        code: 'MT139',
        severity: 'warning',
        message: `${title(manifest)} allows ${limit.value} unhealthy ones and selects ${total}: it limits nothing`,
      }),
    ];
  }
  return [];
}

function unreadable({ family }: HealthCheck, value: number | string) {
  if (family === 'openshift' || !/^\d+$/.test(String(value))) {
    return {
      code: 'MT112',
      severity: 'error',
      message: `"${value}" is neither a number nor a percentage: the controller refuses it when it runs`,
      remedy: 'write for example 2 without quotes, or "40%"',
    } as const;
  }
  return {
    code: 'MT112',
    severity: 'error',
    message: `"${value}" is a text: ${family === 'medik8s' ? 'the API server' : 'Cluster API'} accepts it and ${family === 'medik8s' ? 'the controller' : 'then'} fails to read it`,
    remedy: `write ${value} without quotes`,
  } as const;
}

function nounOf(check: HealthCheck): string {
  return watchesNodes(check) ? 'Nodes' : 'Machines';
}

/** More than one member of a small etcd at once loses its quorum. */
function controlPlaneProblems(check: HealthCheck, targets: readonly Target[], report: Report): readonly Problem[] {
  const masters = targets.filter(({ controlPlane }) => controlPlane).length;
  if (masters === 0) return [];
  const ofNodes = check.family === 'medik8s';
  if (masters < targets.length) {
    return [
      report(['spec', 'selector'], {
        code: 'MT131',
        severity: 'warning',
        message: `${title(check.manifest)} selects ${masters} control plane ${nounOf(check)} together with ${targets.length - masters} others`,
        why: ofNodes
          ? 'One threshold then counts both: failing workers keep the control plane from being remediated, and the other way round.'
          : 'One limit then covers both, and a flood of failing workers can take the control plane with it.',
        remedy: 'give the control plane a health check of its own',
      }),
    ];
  }
  // A NodeHealthCheck treats the control plane one at a time, whatever its threshold.
  if (ofNodes) return [];
  const allowed = resolvedLimit(check.limit, masters) ?? masters;
  const spare = masters - (Math.floor(masters / 2) + 1);
  if (allowed <= Math.max(1, spare)) return [];
  return [
    report(check.limit.kind === 'none' ? ['spec'] : check.limit.path, {
      code: 'MT131',
      severity: 'warning',
      message: `${title(check.manifest)} allows ${allowed} of ${masters} control plane Machines at once; etcd can lose ${spare}`,
      remedy: 'write 1',
    }),
  ];
}

/** A rack that is lost at once, by its switch perhaps and with nothing wrong with its hosts, within the limit. */
function rackProblems(check: HealthCheck, targets: readonly Target[], report: Report): readonly Problem[] {
  const { limit } = check;
  const rack = largestRack(targets);
  if (rack === undefined || !wipesFirst(check)) return [];
  const allowed = resolvedLimit(limit, targets.length) ?? targets.length;
  if (rack.lost > allowed) return [];
  return [
    report(limit.kind === 'none' ? ['spec'] : limit.path, {
      code: 'MT137',
      severity: 'warning',
      message: `${title(check.manifest)} would reprovision all ${rack.lost} hosts of rack "${rack.name}" at once when its switch fails`,
      why: `It allows ${allowed} of ${targets.length} unhealthy ${nounOf(check)}, and a rack is within that.`,
      remedy: `allow less than ${rack.lost}, so that the loss of a rack stops it, or reboot first`,
    }),
  ];
}

/** Hosts of one pool that the limit lets be down, or be wiped, at the same time. */
function poolProblems(
  check: HealthCheck,
  targets: readonly Target[],
  pool: PoolConfig,
  report: Report,
): readonly Problem[] {
  const { limit } = check;
  const carrying = targets.flatMap(({ host }) =>
    host === undefined || pool.usedBytes[host.name] === undefined ? [] : [host],
  );
  const domains = new Set(carrying.map(({ rack, name }) => (pool.failureDomain === 'rack' ? rack : name))).size;
  // A budget of its own is asked by the 2019 operator only.
  if (limit.kind === 'none' && check.family === 'mro') return [];
  const atOnce = Math.min(resolvedLimit(limit, targets.length) ?? targets.length, domains);
  const place = limit.kind === 'none' ? ['spec'] : limit.path;
  const hosts = pool.failureDomain === 'rack' ? `hosts of ${atOnce} racks` : `${atOnce} hosts`;
  const keeps = `pool "${pool.name}" keeps ${pool.replicas} copies over ${pool.failureDomain}s`;
  if (wipesFirst(check) && atOnce >= pool.replicas) {
    return [
      report(place, {
        code: 'MT138',
        severity: 'warning',
        message: `${title(check.manifest)} lets ${hosts} be reprovisioned at once; ${keeps}`,
        why: 'Data whose copies all lie on them is lost.',
        remedy: `allow ${pool.replicas - pool.minSize} at once, or reboot first`,
      }),
    ];
  }
  if (atOnce <= pool.replicas - pool.minSize) return [];
  return [
    report(place, {
      code: 'MT138',
      severity: 'warning',
      message: `${title(check.manifest)} lets ${hosts} be down at once; ${keeps} and needs ${pool.minSize}`,
      why: 'Data with too few copies left stands still until they are back.',
      remedy: `allow ${pool.replicas - pool.minSize} at once`,
    }),
  ];
}

function wipesFirst({ action }: HealthCheck): boolean {
  if (action.kind === 'attempts') {
    const [first] = action.steps;
    return first !== undefined && action.mayWipe && WIPING_ACTIONS.includes(first.action);
  }
  if (action.kind !== 'steps') return action.kind === 'reprovision';
  return action.steps[0]?.remedy.kind === 'reprovision';
}
