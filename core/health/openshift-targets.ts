// Which Machines OpenShift's health checks select, which need a look (see machine-targets.ts), and how healthy one is.
// Source: openshift/machine-api-operator 95119612, pkg/controller/machinehealthcheck; cases C018 to C036.

import { hasAnyCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import {
  ANNOTATION_EXTERNAL_REMEDIATION,
  isExternallyRemediated,
  type Machine,
  OPENSHIFT_MACHINE,
} from '../api/machine.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK, type OpenshiftMachineHealthCheck } from '../api/remediation.ts';
import { matchesSelector } from '../api/selector.ts';
import { parseTime } from '../api/time.ts';
import { nodeOfMachine } from '../cluster/machine-links.ts';
import { machineTargets } from '../cluster/machine-targets.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import {
  type ConditionRule,
  deadline,
  HEALTHY,
  type Health,
  nodeHealth,
  ruleReader,
  STARTUP_CHECK_OFF_MS,
  type Why,
} from './unhealthy.ts';

/** Source: CRD default of spec.nodeStartupTimeout. */
const NODE_STARTUP_TIMEOUT = '10m';

export const OPENSHIFT_TARGETS = machineTargets<OpenshiftMachineHealthCheck>({
  name: 'machine-health-check.openshift',
  policy: OPENSHIFT_MACHINE_HEALTH_CHECK,
  machine: OPENSHIFT_MACHINE,
  // An empty selector selects every Machine of the namespace (case C035).
  selects: (check, machine) => matchesSelector(check.spec?.selector, machine.metadata.labels),
  // All of these count against currentHealthy (trap T13).
  needsLook: (check, machine, node) =>
    node === undefined ||
    machine.status?.phase === 'Failed' ||
    machine.metadata.deletionTimestamp !== undefined ||
    isExternallyRemediated(machine) ||
    hasAnyCondition(node.status?.conditions, check.spec?.unhealthyConditions ?? []),
  annotations: [ANNOTATION_EXTERNAL_REMEDIATION],
  sameForPolicy: (before, after) =>
    before.status?.phase === after.status?.phase &&
    (after.status?.nodeRef !== undefined || before.status?.lastUpdated === after.status?.lastUpdated),
});

type WrittenConditions = NonNullable<NonNullable<OpenshiftMachineHealthCheck['spec']>['unhealthyConditions']>;

const rulesOf = ruleReader<WrittenConditions[number]>(({ timeout }) => timeout);
const NO_CONDITIONS: WrittenConditions = [];

export function openshiftConditionRules({ spec }: OpenshiftMachineHealthCheck): readonly ConditionRule[] {
  return rulesOf(spec?.unhealthyConditions ?? NO_CONDITIONS);
}

/** What a health check asks of each of its targets, read once for all. */
export interface OpenshiftRules {
  readonly conditions: readonly ConditionRule[];
  readonly startupTimeoutMs: number;
}

export function openshiftStartupTimeoutMs({ spec }: OpenshiftMachineHealthCheck): number {
  return parseDuration(spec?.nodeStartupTimeout ?? NODE_STARTUP_TIMEOUT) ?? STARTUP_CHECK_OFF_MS;
}

export function openshiftHealth(
  machine: Machine,
  { conditions, startupTimeoutMs }: OpenshiftRules,
  view: ClusterView,
  nowMs: number,
): Health {
  if (machine.status?.phase === 'Failed') return unhealthy({ cause: 'failed' });
  const node = nodeOfMachine(machine, view);
  if (node !== undefined) return nodeHealth(node, conditions, nowMs);
  const nodeRef = machine.status?.nodeRef;
  if (nodeRef !== undefined) return unhealthy({ cause: 'node-gone', node: nodeRef.name });
  if (startupTimeoutMs === STARTUP_CHECK_OFF_MS) return HEALTHY;
  const { lastUpdated } = machine.status ?? {};
  if (lastUpdated === undefined) return { health: 'soon', checkAtMs: nowMs + startupTimeoutMs };
  const sinceMs = parseTime(lastUpdated);
  const due = deadline(sinceMs, startupTimeoutMs, nowMs);
  return due.passed
    ? unhealthy({ cause: 'no-node', sinceMs, timeoutMs: startupTimeoutMs })
    : { health: 'soon', checkAtMs: due.checkAtMs };
}

function unhealthy(why: Why): Health {
  return { health: 'unhealthy', why };
}
