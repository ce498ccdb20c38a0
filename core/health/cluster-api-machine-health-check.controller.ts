// Stand-in for Cluster API's MachineHealthCheck (cluster.x-k8s.io, v1beta1 and v1beta2): marks Machines, and asks their owner
// (OwnerRemediated=False) or a remediation request made from a template to act. It deletes no Machine itself.
// Source: kubernetes-sigs/cluster-api ae7ff047, internal/controllers/machinehealthcheck; cases C038 to C064.
//
// Lineage `exact` keeps trap T5: the pass ends at the first unhealthy Machine whose request exists already, so later ones
// wait; `corrected` asks for all of them.
//
// Divergence from reality. Conditions are written in the v1beta2 form (no severity) whatever the object's apiVersion, but for
// the two about external remediation, which only v1beta1 has. MachineMarkedUnhealthy, which the product repeats in every pass,
// is recorded once per episode. status.targets is written anew only when a Machine came, went or needs a look. The product
// (2026) looks at one check at most every 15 s, and puts its Cluster's name and an owner reference on it; here neither. A missing
// template is waited for, not asked for again with back-off. After the first write that fails the rest of the pass waits for
// the next one; the product goes on with the other targets.

import type { Action } from '../actions.ts';
import { ANNOTATION_CAPI_PAUSED, CAPI_CLUSTER, type Cluster } from '../api/cluster.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { requestKind, type TemplateReference } from '../api/node-health-check.ts';
import { keyOf, keyString } from '../api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, type CapiMachineHealthCheck, METAL3_REMEDIATION } from '../api/remediation.ts';
import type { Fact } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { type CapiCheck, capiTemplateOf, readCapiCheck, type Verdict, verdictOf } from './cluster-api-check.ts';
import {
  type CheckCounts,
  capiStatusPatch,
  type ExternalFailure,
  pausedPatch,
  restrictedEvent,
} from './cluster-api-check-status.ts';
import { markAndRemedy, markOnly } from './cluster-api-remedy.ts';
import { type ClusterStage, RUNNING_CLUSTER, stageOf, type Target, targetOf } from './cluster-api-target.ts';
import { CAPI_TARGETS, CLUSTER_WATCH } from './cluster-api-targets.ts';
import { refusedWrites } from './refused-writes.ts';
import { templateWatch } from './remediation-request.ts';
import { whyValues } from './why.ts';

export interface CapiMachineHealthCheckOptions {
  /** `exact`: as the product, trap T5 included; `corrected`: without it. */
  readonly lineage: Lineage;
  /** What a check does whose Cluster object is not there: the product refuses; a partial dump may lack it. */
  readonly withoutCluster: 'refuse' | 'assume-running';
}

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'T5',
    product: 'Cluster API MachineHealthCheck with a remediation template',
    upstream: 'The pass ends at the first unhealthy Machine whose remediation request exists already.',
    hurts: 'Later Machines of the list get no request until that one is gone: one dead host holds up all others.',
    corrected: 'Every unhealthy Machine gets its request in the same pass.',
  },
];

interface Pass {
  readonly object: CapiMachineHealthCheck;
  readonly check: CapiCheck;
  /** Targets that are not plainly healthy, in key order. */
  readonly targets: readonly Target[];
  readonly counts: CheckCounts;
  readonly verdict: Verdict;
}

export function capiMachineHealthCheck(options: CapiMachineHealthCheckOptions): Controller<undefined> {
  return {
    name: 'machine-health-check.cluster-api',
    primary: CAPI_MACHINE_HEALTH_CHECK,
    watches: [...CAPI_TARGETS.watches, CLUSTER_WATCH, templateWatch(CAPI_MACHINE_HEALTH_CHECK, capiTemplateOf)],
    indexes: CAPI_TARGETS.indexes,
    reads: [METAL3_REMEDIATION],
    switches: SWITCHES,
    rules: {
      'health-check-gone': 'the health check does not exist',
      'cluster-missing': 'the Cluster {cluster} does not exist, so nothing is checked',
      paused: 'the health check or its Cluster is paused',
      'limit-unreadable': '{problem} cannot be read, so nothing is remediated',
      'too-many-unhealthy': '{unhealthy} of {expected} machines are not healthy, more than the limit {limit}',
      'outside-range': '{unhealthy} of {expected} machines are not healthy, outside the range {limit}',
      'template-missing': 'the remediation template {template} does not exist',
      'all-healthy': 'all {expected} machines are healthy',
      'waiting-for-timeout': '{unhealthy} of {expected} machines are not healthy, none for long enough',
      remediate: '{machines} unhealthy: {cause}; {unhealthy} of {expected} not healthy, limit {limit}',
    },
    decide: (input) => decide(input, options),
  };
}

function decide(
  { view, key, nowMs, facts }: DecisionInput<undefined>,
  options: CapiMachineHealthCheckOptions,
): Decision<undefined> {
  const object = view.get(CAPI_MACHINE_HEALTH_CHECK, key);
  if (object === undefined) return rest('health-check-gone', {}, []);
  const clusterName = object.spec?.clusterName ?? '';
  const cluster = view.get(CAPI_CLUSTER, { namespace: key.namespace, name: clusterName });
  if (cluster === undefined && options.withoutCluster === 'refuse') {
    return rest('cluster-missing', { cluster: clusterName }, []);
  }
  const pauses = whoPauses(object, cluster);
  if (pauses.length > 0) return rest('paused', {}, pausedPatch(object, pauses.join(', '), nowMs));
  const check = readCapiCheck(object);
  const stage = cluster === undefined ? RUNNING_CLUSTER : stageOf(cluster);
  const pass = look(object, check, stage, view, nowMs);
  if (pass.verdict.allowed !== true) return refuse(pass, view, nowMs);
  return remediate(pass, view, nowMs, options, creationFailure(check, facts));
}

/** As the condition Paused words it. */
function whoPauses(object: CapiMachineHealthCheck, cluster: Cluster | undefined): readonly string[] {
  return [
    ...(cluster?.spec?.paused === true ? ['Cluster spec.paused is set to true'] : []),
    ...(object.metadata.annotations?.[ANNOTATION_CAPI_PAUSED] === undefined
      ? []
      : [`MachineHealthCheck has the ${ANNOTATION_CAPI_PAUSED} annotation`]),
  ];
}

/** A request that could not be made is said on the check. */
function creationFailure({ template }: CapiCheck, facts: readonly Fact[]): ExternalFailure | undefined {
  if (template === undefined) return undefined;
  const refused = refusedWrites(facts, requestKind(template)).find(({ verb }) => verb === 'create');
  if (refused === undefined) return undefined;
  return {
    type: 'ExternalRemediationRequestAvailable',
    reason: 'ExternalRemediationRequestCreationFailed',
    message: refused.message,
  };
}

function rest(rule: string, values: Because['values'], actions: readonly Action[]): Decision<undefined> {
  return { actions, memory: undefined, because: { rule, values } };
}

function look(
  object: CapiMachineHealthCheck,
  check: CapiCheck,
  stage: ClusterStage,
  view: ClusterView,
  nowMs: number,
): Pass {
  const value = keyString(keyOf(object));
  const expected = view.countByIndex(CAPI_TARGETS.targets, value);
  // Until the control plane is up nothing counts as healthy, so all targets are looked at. That is once in a cluster's life.
  const index = stage.controlPlane.is ? CAPI_TARGETS.attention : CAPI_TARGETS.targets;
  const scene = { check, stage, view, nowMs };
  const targets = view.byIndex(index, value).map((machine) => targetOf(machine, scene));
  let notHealthy = 0;
  let failing = 0;
  for (const target of targets) {
    if (!target.countsHealthy) notHealthy++;
    if (target.health.health === 'unhealthy') failing++;
  }
  const counts = { expected, currentHealthy: expected - notHealthy, failing };
  const verdict: Verdict =
    check.problem === undefined ? verdictOf(check.limit, expected, notHealthy) : { allowed: 'unreadable' };
  return { object, check, targets, counts, verdict };
}

/** Too many are unhealthy, or nobody can tell how many are too many. */
function refuse(pass: Pass, view: ClusterView, nowMs: number): Decision<undefined> {
  const { object, check, counts, verdict } = pass;
  const written = statusOf(pass, undefined, view, nowMs);
  if (verdict.allowed === 'unreadable') {
    return rest('limit-unreadable', { problem: check.problem ?? limitText(check) }, written);
  }
  const restricted = written.length > 0 && counts.failing > 0 ? [restrictedEvent(object, check, counts)] : [];
  const rule = check.limit.limit === 'range' ? 'outside-range' : 'too-many-unhealthy';
  return rest(rule, valuesOf(pass), [...written, ...restricted, ...markOnly(pass.targets, nowMs)]);
}

function remediate(
  pass: Pass,
  view: ClusterView,
  nowMs: number,
  { lineage }: CapiMachineHealthCheckOptions,
  creationFailed: ExternalFailure | undefined,
): Decision<undefined> {
  const { object, check, targets } = pass;
  const { actions, missing } = markAndRemedy(view, object, check, targets, { lineage, nowMs });
  let recheckAtMs = Number.POSITIVE_INFINITY;
  for (const { health } of pass.targets) {
    if (health.health === 'soon') recheckAtMs = Math.min(recheckAtMs, health.checkAtMs);
  }
  const failure = missing === undefined ? creationFailed : templateMissing(object, missing);
  const { rule, values } =
    missing === undefined ? because(pass) : { rule: 'template-missing', values: { template: missing.name } };
  return {
    ...rest(rule, values, [...statusOf(pass, failure, view, nowMs), ...actions]),
    ...(recheckAtMs === Number.POSITIVE_INFINITY ? {} : { recheckAtMs }),
  };
}

function statusOf(
  pass: Pass,
  failure: ExternalFailure | undefined,
  view: ClusterView,
  nowMs: number,
): readonly Action[] {
  const { object, check, counts, verdict } = pass;
  return capiStatusPatch(object, check, { counts, verdict, targets: changedTargets(pass, view), failure }, nowMs);
}

function templateMissing({ metadata }: CapiMachineHealthCheck, { kind, name }: TemplateReference): ExternalFailure {
  const message = `${kind} ${metadata.namespace ?? ''}/${name} not found`;
  return { type: 'ExternalRemediationTemplateAvailable', reason: 'ExternalRemediationTemplateNotFound', message };
}

/** The sorted names for status.targets; undefined while the list there still holds. */
function changedTargets({ object, counts, targets }: Pass, view: ClusterView): readonly string[] | undefined {
  const listed = object.status?.targets;
  const isListed =
    listed?.length === counts.expected && targets.every(({ machine }) => has(listed, machine.metadata.name));
  if (isListed) return undefined;
  return view.byIndex(CAPI_TARGETS.targets, keyString(keyOf(object))).map(({ metadata }) => metadata.name);
}

/** Binary search in a sorted list. */
function has(sorted: readonly string[], name: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === name;
}

function because(pass: Pass): Because {
  const { targets, counts } = pass;
  const values = valuesOf(pass);
  if (counts.currentHealthy === counts.expected) return { rule: 'all-healthy', values };
  const failing = targets.filter(({ health }) => health.health === 'unhealthy');
  const [first] = failing;
  if (first === undefined || first.health.health !== 'unhealthy') return { rule: 'waiting-for-timeout', values };
  const machines = failing.map(({ machine }) => machine.metadata.name).join(', ');
  return { rule: 'remediate', values: { ...values, machines, ...whyValues(first.health.why) } };
}

function valuesOf({ check, counts }: Pass): Because['values'] {
  const { expected, currentHealthy } = counts;
  return { expected, unhealthy: expected - currentHealthy, limit: limitText(check) };
}

function limitText({ limit }: CapiCheck): string | number {
  return limit.limit === 'range' ? limit.text : limit.value;
}
