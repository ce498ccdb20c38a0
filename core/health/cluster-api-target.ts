// One Machine under Cluster API's health check: whether it counts at all, whether it is evaluated yet, how healthy it is,
// and what its HealthCheckSucceeded condition must say. Source: cluster-api internal/controllers/machinehealthcheck,
// machinehealthcheck_targets.go; cases C049 to C059.

import { type Cluster, controlPlaneReadiness, infrastructureReadiness, type Readiness } from '../api/cluster.ts';
import { type Condition, findCondition } from '../api/conditions.ts';
import { formatDuration } from '../api/duration.ts';
import {
  ANNOTATION_REMEDIATE_MACHINE,
  HEALTH_CHECK_SUCCEEDED,
  LABEL_CAPI_CONTROL_PLANE,
  type Machine,
} from '../api/machine.ts';
import { parseTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import { nodeOfMachine } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { CapiCheck } from './cluster-api-check.ts';
import {
  deadline,
  HEALTHY,
  type Health,
  machineHealth,
  nodeHealth,
  STARTUP_CHECK_OFF_MS,
  type Why,
} from './unhealthy.ts';

export const ANNOTATION_SKIP_REMEDIATION = 'cluster.x-k8s.io/skip-remediation';

export const EXTERNALLY_REMEDIATED = 'ExternallyRemediated';

/** How far a cluster has come; targets are not evaluated before it is ready. */
export interface ClusterStage {
  readonly infrastructure: Readiness;
  readonly controlPlane: Readiness;
}

/** Of a cluster whose Cluster object is not in the dump: taken as running, without stamps. */
export const RUNNING_CLUSTER: ClusterStage = {
  infrastructure: { is: true, condition: undefined },
  controlPlane: { is: true, condition: undefined },
};

export function stageOf(cluster: Cluster): ClusterStage {
  return { infrastructure: infrastructureReadiness(cluster), controlPlane: controlPlaneReadiness(cluster) };
}

export interface Target {
  readonly machine: Machine;
  readonly health: Health;
  /** False for one that is neither healthy nor unhealthy: deleting, without a node, or not evaluated yet. */
  readonly countsHealthy: boolean;
}

/** What a pass of the check looks with: the same for all its Machines. */
export interface TargetScene {
  readonly check: CapiCheck;
  readonly stage: ClusterStage;
  readonly view: ClusterView;
  readonly nowMs: number;
}

export function targetOf(machine: Machine, scene: TargetScene): Target {
  const health = healthOf(machine, scene);
  const isAlive = machine.metadata.deletionTimestamp === undefined;
  const countsHealthy = health.health === 'healthy' && isAlive && showsNode(machine, scene);
  return { machine, health, countsHealthy };
}

/** Before the control plane is up the product has no client for the workload cluster, hence sees no node. */
function showsNode(machine: Machine, { stage }: TargetScene): boolean {
  return stage.controlPlane.is && machine.status?.nodeRef !== undefined;
}

function healthOf(machine: Machine, scene: TargetScene): Health {
  const { check, stage, nowMs } = scene;
  if (machine.metadata.annotations?.[ANNOTATION_REMEDIATE_MACHINE] !== undefined) {
    return { health: 'unhealthy', why: { cause: 'requested' } };
  }
  const isControlPlane = machine.metadata.labels?.[LABEL_CAPI_CONTROL_PLANE] !== undefined;
  if (!stage.infrastructure.is || (!stage.controlPlane.is && !isControlPlane)) return HEALTHY;
  // The Machine's own conditions first: where both speak, it is the Machine that is unhealthy.
  return worse(machineHealth(machine, check.machineRules, nowMs), healthOfNode(machine, scene));
}

function healthOfNode(machine: Machine, scene: TargetScene): Health {
  if (!showsNode(machine, scene)) return startupHealth(machine, scene);
  const node = nodeOfMachine(machine, scene.view);
  if (node !== undefined) return nodeHealth(node, scene.check.rules, scene.nowMs);
  return { health: 'unhealthy', why: { cause: 'node-gone', node: machine.status?.nodeRef?.name ?? '' } };
}

/** The first that is unhealthy, else the one to look at earlier. */
function worse(a: Health, b: Health): Health {
  if (a.health === 'unhealthy' || b.health === 'healthy') return a;
  if (b.health === 'unhealthy' || a.health === 'healthy') return b;
  return a.checkAtMs <= b.checkAtMs ? a : b;
}

/** The clock of a Machine without a node runs from the latest of four stamps (case C050). */
function startupHealth(machine: Machine, { check, stage, nowMs }: TargetScene): Health {
  const timeoutMs = check.nodeStartupTimeoutMs;
  if (timeoutMs === STARTUP_CHECK_OFF_MS) return HEALTHY;
  const machineReady = findCondition(machine.status?.conditions, 'InfrastructureReady');
  const sinceMs = Math.max(
    stampMs(machine.metadata.creationTimestamp),
    stampMs(stage.controlPlane.condition?.lastTransitionTime),
    stampMs(stage.infrastructure.condition?.lastTransitionTime),
    machineReady?.status === 'True' ? stampMs(machineReady.lastTransitionTime) : 0,
  );
  const due = deadline(sinceMs, timeoutMs, nowMs);
  return due.passed
    ? { health: 'unhealthy', why: { cause: 'no-node', sinceMs, timeoutMs } }
    : { health: 'soon', checkAtMs: due.checkAtMs };
}

function stampMs(text: string | undefined): number {
  return text === undefined ? 0 : parseTime(text);
}

/** What HealthCheckSucceeded must say; undefined leaves it as it is. */
export function wantedCondition(target: Target): Omit<Condition, 'lastTransitionTime'> | undefined {
  if (target.health.health === 'unhealthy') {
    return { type: HEALTH_CHECK_SUCCEEDED, status: 'False', ...reasonOf(target.health.why) };
  }
  if (!target.countsHealthy) return undefined;
  return { type: HEALTH_CHECK_SUCCEEDED, status: 'True', reason: HEALTH_CHECK_SUCCEEDED, message: '' };
}

function reasonOf(why: Why): { readonly reason: string; readonly message: string } {
  switch (why.cause) {
    case 'requested':
      return {
        reason: 'HasRemediateAnnotation',
        message: `Health check failed: marked for remediation via ${ANNOTATION_REMEDIATE_MACHINE} annotation`,
      };
    case 'node-gone':
      return { reason: 'NodeDeleted', message: `Health check failed: Node ${why.node} has been deleted` };
    case 'no-node':
      return {
        reason: 'NodeStartupTimeout',
        message: `Health check failed: Node failed to report startup in ${formatDuration(why.timeoutMs)}`,
      };
    case 'condition':
      return {
        reason: 'UnhealthyNode',
        message: `Health check failed: Condition ${why.type} on Node is reporting status ${why.status} for more than ${formatDuration(why.timeoutMs)}`,
      };
    case 'machine-condition':
      return {
        reason: 'UnhealthyMachine',
        message: `Health check failed: Condition ${why.type} on Machine is reporting status ${why.status} for more than ${formatDuration(why.timeoutMs)}`,
      };
    case 'failed':
      return { reason: 'UnhealthyMachine', message: 'Health check failed: the Machine has failed' };
    default:
      return assertNever(why);
  }
}
