// SelfNodeRemediation (medik8s), the manager's part: an unhealthy node is asked to reboot itself, is held for rebooted after a
// safe time, and lets go of its workloads. A stand-in for medik8s/self-node-remediation; the reboot is the agent's, on the node.
// Level-triggered: its state is status.phase, timeAssumedRebooted, the finalizer and the two taints. Only its own requests
// wake it, as in the product; nodes, pods and volumes are looked at when the product looks.
//
// Divergence from reality
// - The operator's own namespace is not known: a configuration of the right name in any namespace counts.
// - What the product repeats at every failing pass (events, the flipping of conditions for a missing node) is said once.
// - A pass within the second after timeAssumedRebooted goes on in the product; here it waits for the second to end.
// - The ten-hour resync of controller-runtime does not take place.

import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { OPENSHIFT_MACHINE } from '../api/machine.ts';
import { ANNOTATION_TIMED_OUT, isExcludedFromRemediation, nodeNameOf } from '../api/medik8s.ts';
import { NODE, type Node, type Taint } from '../api/node.ts';
import {
  ANNOTATION_REBOOT_CAPABLE,
  FINALIZER_SELF_NODE_REMEDIATION,
  isSelfNodeRemediationAgent,
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_CONFIG,
  SELF_NODE_REMEDIATION_CONFIG_NAME,
  type SelfNodeRemediation,
  type SelfNodeRemediationConfig,
} from '../api/self-node-remediation.ts';
import { parseTime } from '../api/time.ts';
import { POD, type Pod } from '../api/workload.ts';
import { backoffMs } from '../backoff.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import { SELF_NODE_REBOOT_MARGIN_MS, SELF_NODE_RELEASE_POLL_MS, SELF_NODE_RELEASE_TIMEOUT_MS } from './defaults.ts';
import { remainsOn, TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE } from './drained-node.ts';
import { hasFinalizer } from './object-patches.ts';
import { actionsOf, type SelfNodeScene } from './self-node-remediation.actions.ts';
import {
  SELF_NODE_REMEDIATION_STATES,
  type SelfNodeGuard,
  type SelfNodeRule,
  type SelfNodeState,
} from './self-node-remediation.states.ts';
import { ALL_WORKERS, safeTimeOf, selfNodeSettings, WORKER_NODES } from './self-node-settings.ts';
import { OUT_OF_SERVICE, PODS_BY_NODE } from './workload-release.ts';

export interface SelfNodeRemediationOptions {
  readonly lineage: Lineage;
  /** Automatic means the out-of-service taint: clusters from Kubernetes 1.28 on. */
  readonly outOfServiceTaint: boolean;
}

/** Failing passes in a row: the product tries again with back-off. Lost at a crash, and then it begins anew. */
export interface SelfNodeMemory {
  readonly failures: number;
}

/** Agent pods by the node that they are bound to. */
export const AGENT_PODS_BY_NODE: IndexSpec<Pod> = {
  name: 'self-node-remediation-agents-by-node',
  of: POD,
  values: (pod) => (pod.spec?.nodeName === undefined || !isSelfNodeRemediationAgent(pod) ? [] : [pod.spec.nodeName]),
};

const LOOKUP = lookupOf(SELF_NODE_REMEDIATION_STATES);
/** Errors of the product: the next pass comes after the back-off. */
const FAILING: ReadonlySet<string> = new Set<SelfNodeRule>(['node-not-found', 'not-reboot-capable', 'release-overdue']);

export function selfNodeRemediationController(options: SelfNodeRemediationOptions): Controller<SelfNodeMemory> {
  return {
    name: 'self-node-remediation',
    primary: SELF_NODE_REMEDIATION,
    watches: [],
    indexes: [AGENT_PODS_BY_NODE, PODS_BY_NODE, TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE, WORKER_NODES],
    reads: [OPENSHIFT_MACHINE, SELF_NODE_REMEDIATION_CONFIG],
    switches: SWITCHES,
    rules: {
      ...rulesOf(SELF_NODE_REMEDIATION_STATES),
      gone: 'The request is gone.',
      'unknown-phase': 'Phase {phase} is none of the product: nothing is done.',
    },
    decide: (input) => decide(options, input),
  };
}

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'I16',
    product: 'SelfNodeRemediation with the out-of-service taint',
    upstream: 'Whether anything is left to release is asked in the instant in which the taint is put on.',
    hurts:
      'Where no pod terminates yet the taint is off again before Kubernetes has acted on it, and pods stay Terminating.',
    corrected: 'The taint stays at least one poll of 5 s.',
  },
  {
    trap: 'I40',
    product: 'SelfNodeRemediation, agents on the nodes',
    upstream:
      'The first peer that knows decides; the 30 s without an answer count from the last answer of any earlier time.',
    hurts:
      'One wrong peer reboots a healthy node or keeps a lost one; the first round without answers is the end of a node.',
    corrected:
      'All peers are asked and most of those that know decide; the 30 s count from the first unanswered round.',
  },
  {
    trap: 'I41',
    product: 'SelfNodeRemediation',
    upstream: 'A remediation that has its finalizer goes on to the end although its request is being deleted.',
    hurts: 'A node that recovered in time is tainted out-of-service all the same, and loses its workloads.',
    corrected: 'Until its workloads are released the remediation ends with the deletion of its request.',
  },
  {
    trap: 'I58',
    product: 'SelfNodeRemediation',
    upstream: 'Without its Node a pass ends before the finalizer is looked at.',
    hurts: 'When another step of an escalation has removed the Node, the request can never be deleted.',
    corrected: 'A request that is being deleted and has no Node gives up its finalizer.',
  },
];

function decide(
  options: SelfNodeRemediationOptions,
  { view, key, nowMs, memory }: DecisionInput<SelfNodeMemory>,
): Decision<SelfNodeMemory> {
  const request = view.get(SELF_NODE_REMEDIATION, key);
  if (request === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  const state = stateOf(request);
  if (state === undefined) {
    const because = { rule: 'unknown-phase', values: { phase: request.status?.phase ?? '' } };
    return { actions: [], memory: undefined, because };
  }
  const config = configurationOf(view);
  const scene = sceneOf(request, config, view, nowMs);
  const holds = guardsOf(options, scene, config, view);
  const { rule } = edgeOf(LOOKUP, state, holds);
  const failures = FAILING.has(rule) ? (memory?.failures ?? 0) + 1 : 0;
  const recheckAtMs = failures > 0 ? nowMs + backoffMs(failures) : recheckOf(rule, scene);
  return {
    actions: actionsOf(rule, scene, view),
    memory: failures > 0 ? { failures } : undefined,
    because: { rule, values: valuesOf(scene, view) },
    weighed: { table: SELF_NODE_REMEDIATION_STATES, state, holds },
    ...(recheckAtMs === undefined ? {} : { recheckAtMs }),
  };
}

function recheckOf(rule: SelfNodeRule, { request, node, nowMs }: SelfNodeScene): number | undefined {
  switch (rule) {
    case 'waiting-for-reboot':
      return assumedAtMs(request) + SELF_NODE_REBOOT_MARGIN_MS;
    // The product looks for what is left in the same pass; the Node with its taint comes back first.
    case 'node-tainted-out-of-service':
      return nowMs + 1;
    case 'waiting-for-taint-to-act':
      return Math.max(nowMs + 1, taintedAtMs(node) + SELF_NODE_RELEASE_POLL_MS);
    case 'waiting-for-release':
      return nowMs + SELF_NODE_RELEASE_POLL_MS;
    default:
      return undefined;
  }
}

/** Undefined for a phase that the product did not write. */
function stateOf({ status }: SelfNodeRemediation): SelfNodeState | undefined {
  const phase = status?.phase;
  switch (phase) {
    case undefined:
      return 'Fencing-Started';
    case 'Pre-Reboot-Completed':
    case 'Reboot-Completed':
    case 'Fencing-Completed':
      return phase;
    default:
      return undefined;
  }
}

/** The one that the operator obeys, wherever it lives. */
export function configurationOf(view: Pick<ClusterView, 'list'>): SelfNodeRemediationConfig | undefined {
  return view
    .list(SELF_NODE_REMEDIATION_CONFIG)
    .find(
      ({ metadata }) => metadata.name === SELF_NODE_REMEDIATION_CONFIG_NAME && metadata.deletionTimestamp === undefined,
    );
}

function sceneOf(
  request: SelfNodeRemediation,
  config: SelfNodeRemediationConfig | undefined,
  view: ClusterView,
  nowMs: number,
): SelfNodeScene {
  const target = targetOf(request, view);
  const node = target.name === '' ? undefined : view.get(NODE, { namespace: '', name: target.name });
  const settings = selfNodeSettings(config);
  const workers = view.countByIndex(WORKER_NODES, ALL_WORKERS);
  return {
    request,
    nodeName: target.name,
    node,
    missing: target.missing ?? `nodes "${target.name}" not found`,
    safeTime: safeTimeOf(settings, workers, node),
    nowMs,
  };
}

/** The node of a health check's request is in its annotation or name, that of a Machine's in the Machine. */
export function targetOf(
  request: SelfNodeRemediation,
  view: Pick<ClusterView, 'get'>,
): { readonly name: string; readonly missing?: string } {
  const { metadata } = request;
  const owners = metadata.ownerReferences ?? [];
  const machine = owners.find(({ kind }) => kind === 'Machine');
  if (machine === undefined || owners.some(({ kind }) => kind === 'NodeHealthCheck'))
    return { name: nodeNameOf(request) };
  const found = view.get(OPENSHIFT_MACHINE, { namespace: metadata.namespace ?? '', name: machine.name });
  if (found === undefined) return { name: '', missing: `machines.machine.openshift.io "${machine.name}" not found` };
  const name = found.status?.nodeRef?.name;
  return name === undefined ? { name: '', missing: 'nodeRef is nil' } : { name };
}

function guardsOf(
  { lineage, outOfServiceTaint }: SelfNodeRemediationOptions,
  { request, node, nodeName, nowMs }: SelfNodeScene,
  config: SelfNodeRemediationConfig | undefined,
  view: ClusterView,
): Holds<SelfNodeGuard> {
  const { metadata, spec } = request;
  const strategy = spec?.remediationStrategy ?? 'Automatic';
  const remains = remainsOn(nodeName, view);
  const assumedMs = assumedAtMs(request);
  return {
    configured: config !== undefined,
    timedOut: metadata.annotations?.[ANNOTATION_TIMED_OUT] !== undefined,
    deleting: metadata.deletionTimestamp !== undefined,
    nodeExists: node !== undefined,
    excluded: node !== undefined && isExcludedFromRemediation(node),
    rebootCapable:
      node?.metadata.annotations?.[ANNOTATION_REBOOT_CAPABLE] === 'true' &&
      view.countByIndex(AGENT_PODS_BY_NODE, nodeName) > 0,
    finalizer: hasFinalizer(request, FINALIZER_SELF_NODE_REMEDIATION),
    assumedRebooted: nowMs >= assumedMs + SELF_NODE_REBOOT_MARGIN_MS,
    taintMode: strategy === 'OutOfServiceTaint' || (strategy === 'Automatic' && outOfServiceTaint),
    tainted: outOfServiceOf(node) !== undefined,
    taintSettled: nowMs >= taintedAtMs(node) + SELF_NODE_RELEASE_POLL_MS,
    drained: remains.pods + remains.attachments === 0,
    releaseExpired: nowMs >= assumedMs + SELF_NODE_RELEASE_TIMEOUT_MS,
    corrected: lineage === 'corrected',
  };
}

/** A request without the time counts as one whose time is over, as in the product. */
function assumedAtMs({ status }: SelfNodeRemediation): number {
  const atMs = parseTime(status?.timeAssumedRebooted ?? '');
  return Number.isNaN(atMs) ? Number.NEGATIVE_INFINITY : atMs;
}

function outOfServiceOf(node: Node | undefined): Taint | undefined {
  return node?.spec?.taints?.find(({ key, effect }) => key === OUT_OF_SERVICE.key && effect === OUT_OF_SERVICE.effect);
}

function taintedAtMs(node: Node | undefined): number {
  const atMs = parseTime(outOfServiceOf(node)?.timeAdded ?? '');
  return Number.isNaN(atMs) ? Number.NEGATIVE_INFINITY : atMs;
}

function valuesOf(
  { request, nodeName, safeTime, nowMs }: SelfNodeScene,
  view: ClusterView,
): Readonly<Record<string, string | number>> {
  const assumedMs = assumedAtMs(request);
  const remains = remainsOn(nodeName, view);
  return {
    node: nodeName,
    safeTimeMs: safeTime.safeTimeMs,
    minimumMs: safeTime.minimumMs,
    ignoredMs: safeTime.ignoredMs ?? -1,
    leftMs: Number.isFinite(assumedMs) ? Math.max(0, assumedMs - nowMs) : 0,
    pods: remains.pods,
    attachments: remains.attachments,
    bound: view.countByIndex(PODS_BY_NODE, nodeName),
  };
}
