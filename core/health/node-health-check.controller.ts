// Stand-in for NodeHealthCheck (remediation.medik8s.io/v1alpha1): finds unhealthy nodes by their conditions and asks the
// remediators for their remediation, step by step, unless too few are healthy. Everything here follows the order of the
// product's pass. Source: medik8s/node-healthcheck-operator dd444329; traps T1, T8, T14; cases C170 to C204, C239, C240;
// node-healthcheck-operator internal/controller/nodehealthcheck_controller.go.
//
// Divergence from reality. Events that the product repeats in every pass are recorded once per episode. The lease on a node is
// taken in one decision and the request made in the next; the product does both in one pass. Nodes are remediated in the order
// of their names; the product's cache lists in no fixed order. An instant that the product compares with "after" counts as
// reached. A pass that ended with an error is not repeated with back-off: it would end the same until something changes.
// Templates of a kind that no health check named when the operator started are not found. The topology of the control plane is
// taken to be supported; the namespace of the leases exists, which the product makes. It does not take over MachineHealthChecks (a feature gate of OpenShift).

import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import type { Node } from '../api/node.ts';
import { NODE_HEALTH_CHECK, requestKind, type TemplateKind, templateKind } from '../api/node-health-check.ts';
import type { Kind, KubeObject } from '../api/object.ts';
import { CLUSTER_VERSION } from '../api/openshift-cluster.ts';
import { ETCD_INDEXES } from '../cluster/etcd-guards.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { rulesOf } from '../state-table.ts';
import { NODE_LEASES_BY_HOLDER } from './node-health-check.leases.ts';
import { disablement, isLeftToTermination, isUpgrading } from './node-health-check.obstacles.ts';
import { deleteOrphans, recover, restartDelays } from './node-health-check.recovery.ts';
import { enterStarted, remedyAll } from './node-health-check.remedy.ts';
import { RequestBook, type RequestsByNode, requestsByNode } from './node-health-check.requests.ts';
import { type Memory, type Scene, Work } from './node-health-check.scene.ts';
import { StatusDraft } from './node-health-check.status.ts';
import { type Storm, storm } from './node-health-check.storm.ts';
import { conditionRules, NODES_TO_LOOK_AT, SELECTED_NODES } from './node-health-check.targets.ts';
import { minHealthyOf } from './node-health-check.threshold.ts';
import { checkWatches } from './node-health-check.watches.ts';
import { STORM_STATES } from './node-health-check-storm.states.ts';
import { nodeHealth, type Why } from './unhealthy.ts';
import { whyValues } from './why.ts';

export interface NodeHealthCheckOptions {
  readonly machineApi: 'openshift' | 'cluster-api';
  readonly lineage: Lineage;
  /** Templates whose kinds, and those of their requests, are watched. */
  readonly templates: readonly TemplateKind[];
}

/** Source: clusterUpgradeRequeueAfter in the product. */
const UPGRADE_LOOK_MS = 60_000;

const PRODUCT = 'NodeHealthCheck';

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'T8',
    product: PRODUCT,
    upstream:
      'Below minHealthy, in a storm and while paused nothing goes on: no running remediation gets its next step, and a pause also keeps the requests of recovered nodes.',
    hurts: 'A remediation that is stuck in its first step stays there for as long as other nodes are down.',
    corrected: 'Only nodes without a remediation wait; requests of recovered nodes are deleted while paused.',
  },
  {
    trap: 'T14',
    product: PRODUCT,
    upstream: 'The storm is looked at only while some node matches: if all recover, StormActive stays True.',
    hurts: 'The next single failure, hours later, waits a whole cool-down first.',
    corrected: 'The storm is looked at in every pass, so its cool-down begins when enough nodes are healthy.',
  },
  {
    trap: 'I32',
    product: PRODUCT,
    upstream: 'A node that is gone stays in unhealthyNodes when its remediator deleted the request itself.',
    hurts: 'The phase says Remediating for ever, and the webhook refuses every change of the check.',
    corrected: 'A node that is neither selected nor has requests is taken off the list.',
  },
  {
    trap: 'I36',
    product: PRODUCT,
    upstream: 'healthyDelay counts from the first time that the node seemed healthy, also when it failed again since.',
    hurts: 'A flapping node is declared healthy at its next good moment.',
    corrected: 'The delay starts anew when the node matches again.',
  },
  {
    trap: 'C186',
    product: PRODUCT,
    upstream:
      'A started remediation is known again by its kind: of two templates of one kind in an escalation the second is never entered in the status, and its lease takes the time of the first.',
    hurts: 'After the second step nothing comes: no further step, no NoTemplateLeft, and nodes later in the list wait.',
    corrected: 'It is known again by its uid.',
  },
];

export function nodeHealthCheck(options: NodeHealthCheckOptions): Controller<Memory> {
  const isOpenshift = options.machineApi === 'openshift';
  const requestKinds = uniqueKinds(options.templates.map(requestKind));
  const requests = new RequestBook(requestKinds);
  return {
    name: 'node-health-check',
    primary: NODE_HEALTH_CHECK,
    watches: checkWatches(requestKinds, uniqueKinds(options.templates.map(templateKind)), isOpenshift),
    indexes: [
      SELECTED_NODES,
      NODES_TO_LOOK_AT,
      NODE_LEASES_BY_HOLDER,
      ...requests.indexes,
      ...(isOpenshift ? ETCD_INDEXES : []),
    ],
    reads: [CLUSTER_VERSION],
    switches: SWITCHES,
    rules: {
      ...rulesOf(STORM_STATES),
      'check-gone': 'the health check does not exist',
      'machine-health-check-conflict': 'disabled: a MachineHealthCheck exists',
      'template-not-found': 'disabled: the remediation template {template} does not exist',
      'template-invalid': 'disabled: the remediation template {template} is not valid',
      'cluster-upgrading': 'the cluster is being upgraded: nothing is remediated',
      paused: 'paused by {by}: nothing is remediated',
      'all-healthy': '{healthy} of {expected} nodes are healthy',
      'waiting-for-timeout':
        '{healthy} of {expected} nodes are healthy; {soon} match an unhealthy condition, none for long enough',
      recovering: '{healthy} of {expected} nodes are healthy; requests of {recovering} that recovered are still there',
      'limit-unreadable': 'minHealthy or maxUnhealthy cannot be applied to {expected} nodes, so nothing is remediated',
      'too-few-healthy':
        '{healthy} of {expected} nodes are healthy, fewer than the {minHealthy} needed: nothing is remediated',
      remediate: '{nodes} unhealthy: {cause}; {healthy} of {expected} healthy, {minHealthy} needed',
    },
    decide: (input) => decide({ lineage: options.lineage, isOpenshift, requests }, input),
  };
}

function decide(
  setup: Pick<Scene, 'lineage' | 'isOpenshift' | 'requests'>,
  { view, key, nowMs, memory }: DecisionInput<Memory>,
): Decision<Memory> {
  const check = view.get(NODE_HEALTH_CHECK, key);
  if (check === undefined) {
    return { actions: [], memory: undefined, because: { rule: 'check-gone', values: {} } };
  }
  const status = new StatusDraft(check, nowMs);
  const scene: Scene = { ...setup, check, view, nowMs, status, work: new Work(check, memory) };
  const because = pass(scene);
  return scene.work.decision(status, because);
}

/** One pass, in the product's order: every early end leaves the later steps undone. */
function pass(scene: Scene): Because {
  const { check, work, lineage } = scene;
  const disabled = disablement(scene);
  if (disabled !== undefined) return disabled;
  const seen = classify(scene);
  if (seen.checkAtMs !== undefined) work.lookAgain(seen.checkAtMs);
  if (isUpgrading(nodesOf(seen), scene)) {
    work.tellOnce('Normal', 'RemediationSkipped', 'remediation waits: the cluster is being upgraded');
    work.lookAgainOnly(scene.nowMs + UPGRADE_LOOK_MS);
    return { rule: 'cluster-upgrading', values: { unhealthy: seen.matching.length } };
  }
  const pauses = check.spec?.pauseRequests ?? [];
  if (pauses.length > 0) {
    work.tellOnce('Normal', 'RemediationSkipped', 'remediation waits: it is paused');
    if (lineage === 'corrected') countAndRecover(seen, scene); // trap T8
    return { rule: 'paused', values: { by: pauses.join(', ') } };
  }
  return remediateUnlessBlocked(seen, countAndRecover(seen, scene), scene);
}

interface Seen {
  /** Selected nodes. */
  readonly expected: number;
  /** Those that an unhealthy condition matches for long enough. */
  readonly matching: readonly { readonly node: Node; readonly why: Why }[];
  /** Names of those that will match if nothing changes: neither healthy nor remediated (case C202). */
  readonly soon: ReadonlySet<string>;
  readonly checkAtMs: number | undefined;
}

function classify(scene: Scene): Seen {
  const { check, view, nowMs, status, work } = scene;
  const rules = conditionRules(check);
  const matching: { readonly node: Node; readonly why: Why }[] = [];
  const soon = new Set<string>();
  let checkAtMs = Number.POSITIVE_INFINITY;
  for (const node of view.byIndex(NODES_TO_LOOK_AT, check.metadata.name)) {
    const { name } = node.metadata;
    const health = nodeHealth(node, rules, nowMs);
    if (health.health === 'soon') {
      soon.add(name);
      checkAtMs = Math.min(checkAtMs, health.checkAtMs);
    } else if (health.health === 'unhealthy') {
      if (status.remediationsOf(name).length === 0) announce(name, health.why, work);
      if (!isLeftToTermination(node, scene)) matching.push({ node, why: health.why });
    }
  }
  return {
    expected: view.countByIndex(SELECTED_NODES, check.metadata.name),
    matching,
    soon,
    checkAtMs: checkAtMs === Number.POSITIVE_INFINITY ? undefined : checkAtMs,
  };
}

function announce(nodeName: string, why: Why, work: Work): void {
  const condition = why.cause === 'condition' ? `${why.type}=${why.status}` : why.cause;
  work.tellOnce('Normal', 'DetectedUnhealthy', `node ${nodeName} matches the unhealthy condition ${condition}`);
}

function nodesOf({ matching }: Seen): readonly Node[] {
  return matching.map(({ node }) => node);
}

/** Requests of gone and recovered nodes, and the counts: a node is healthy only when none of its requests is left. */
function countAndRecover({ expected, matching, soon }: Seen, scene: Scene): RequestsByNode {
  const { check, view, status } = scene;
  const own = scene.requests.ownedBy(check, view);
  const names = new Set(matching.map(({ node }) => node.metadata.name));
  const isSick = (nodeName: string): boolean => names.has(nodeName) || soon.has(nodeName);
  enterStarted(own, (nodeName) => names.has(nodeName), scene);
  deleteOrphans(own, scene);
  const recovering = recover(own, isSick, scene);
  restartDelays(own, isSick, scene);
  status.observedNodes = expected;
  status.healthyNodes = expected - matching.length - soon.size - recovering.size;
  return requestsByNode(own);
}

function remediateUnlessBlocked(seen: Seen, own: RequestsByNode, scene: Scene): Because {
  const { check, status, lineage } = scene;
  const { expected, matching } = seen;
  const minHealthy = minHealthyOf(check, expected);
  const healthy = status.healthyNodes;
  const counts = { expected, healthy, unhealthy: matching.length, minHealthy: minHealthy ?? 'unreadable' };
  const [first] = matching;
  if (first === undefined && (lineage === 'exact' || minHealthy === undefined)) return nobodyMatches(seen, healthy);
  if (minHealthy === undefined) return { rule: 'limit-unreadable', values: counts };
  const thresholdBroken = healthy < minHealthy;
  if (thresholdBroken && first !== undefined) tellTooFew(counts, scene);
  const storming = storm(scene, { matching: first !== undefined, thresholdBroken });
  if (storming?.isActive === true && !thresholdBroken && first !== undefined) {
    scene.work.tellOnce('Warning', 'RemediationSkipped', 'remediation waits: the storm is not over');
  }
  if (first === undefined) return nobodyMatches(seen, healthy);
  for (const { node } of matching) status.addUnhealthy(node.metadata.name);
  const blocked = thresholdBroken || storming?.isActive === true;
  remedyAll(
    nodesOf(seen).filter((node) => !blocked || goesOn(node, own, scene)),
    own,
    scene,
  );
  if (blocked) return blockedBy(storming, counts, scene);
  const nodes = matching.map(({ node }) => node.metadata.name).join(', ');
  return { rule: 'remediate', values: { ...counts, nodes, ...whyValues(first.why) } };
}

function nobodyMatches({ expected, soon }: Seen, healthy: number): Because {
  const values = { expected, healthy, soon: soon.size, recovering: expected - healthy - soon.size };
  if (soon.size > 0) return { rule: 'waiting-for-timeout', values };
  return { rule: values.recovering > 0 ? 'recovering' : 'all-healthy', values };
}

/** A remediation under way goes on when remediation is blocked: corrected only (trap T8). */
function goesOn({ metadata }: Node, own: RequestsByNode, { lineage }: Scene): boolean {
  return lineage === 'corrected' && own.has(metadata.name);
}

function blockedBy(storming: Storm | undefined, counts: Because['values'], { work }: Scene): Because {
  if (storming === undefined) return { rule: 'too-few-healthy', values: counts };
  work.decidedBy(storming.weighed);
  return { rule: storming.rule, values: { ...counts, cooldownMs: storming.cooldownMs } };
}

function tellTooFew(counts: { readonly healthy: number; readonly minHealthy: number | string }, { work }: Scene): void {
  const text = `remediation waits: ${counts.healthy} nodes are healthy, at least ${counts.minHealthy} are needed`;
  work.tellOnce('Warning', 'RemediationSkipped', text);
}

function uniqueKinds<T extends KubeObject>(kinds: readonly Kind<T>[]): readonly Kind<T>[] {
  return [...new Map(kinds.map((kind) => [kind.key, kind])).values()];
}
