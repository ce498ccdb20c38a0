// NodeMaintenance: somebody wants to work on a node. Cordons, taints and drains it under the lease of the node, and takes all
// of that back when the request is deleted. A stand-in for the node maintenance operator, of medik8s or of KubeVirt.
//
// The product works in passes of its reconcile function, and what it waits for within one (pods that go, up to 30 s) it waits
// for in place. Here a pass is memory: where it is, and when the next one is due. It is lost at a crash, and the successor
// begins a new pass at once, as the product's does; whoever forgets it before every decision begins a pass with each of them.
// Between two passes nothing is looked at: a lease that is released by another is found at the next try.
//
// Divergence from reality
// - The product has one worker: a second maintenance waits while the first drains, up to 30 s each time. Here each has its own.
// - No resync of all objects every 10 h, which renews the leases of finished maintenances for an hour.
// - A run begins as if the operator had just started: a finished maintenance is looked at once more, and its lease renewed.
// - Woken by its own status, the product tells SucceedMaintenance a second time; here it is told once.
// - The owner reference to the Node that the product sets in memory never reaches the API, as it writes the status only.
// - While nothing but budgets holds the pods back, passes that would change only `lastUpdate` are left out, and the lease is
//   renewed at half its time instead of every 30 s.
// - Other errors of a lease request than its being held are retried and not counted.

import { NODE } from '../api/node.ts';
import { FINALIZER_NODE_MAINTENANCE, type NodeMaintenance } from '../api/node-maintenance.ts';
import { backoffMs } from '../backoff.ts';
import type { Fact } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { type LeaseAnswer, requestNodeLease } from '../remediation/node-lease.ts';
import { hasFinalizer } from '../remediation/object-patches.ts';
import { PODS_BY_NODE } from '../remediation/workload-release.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import { DRAIN_REQUEUE_MS, LEASE_ERRORS_MAX, MAINTENANCE_LEASE_MS } from './defaults.ts';
import {
  beginDrain,
  continueDrain,
  type DrainPass,
  drainRecheckMs,
  drainState,
  isHeldBack,
  podsForDeletion,
  quietDrain,
  resumedDrain,
} from './drain-pass.ts';
import { maintenanceWatches } from './maintenance-watches.ts';
import {
  actionsOf,
  isMarked,
  leaseErrors,
  MAINTENANCE_HOLDER,
  type MaintenanceScene,
  nodeNotFound,
  saysHeldBack,
} from './node-maintenance.actions.ts';
import { type MaintenanceGuard, type MaintenanceRule, NODE_MAINTENANCE_STATES } from './node-maintenance.states.ts';
import type { MaintenanceProduct } from './products.ts';

/** Where the product's reconcile function is, or when it is called next. */
interface MaintenanceMemory {
  /** resourceVersion at the beginning of the last pass: another one wakes the product. */
  readonly version: string;
  /** Passes in a row that ended with an error. */
  readonly failures: number;
  /** Of the last decision: it stands until the next pass. */
  readonly because: Because;
  /** Absent: between two passes. */
  readonly pass?: Pass;
  /** Between two passes: the next one begins then, if nothing wakes the product before. */
  readonly dueAtMs?: number;
}

interface Pass {
  readonly isLeaseRequested: boolean;
  readonly drain?: DrainPass;
}

/** What a rule means for the pass: on with it, or its end, and what follows that. */
type Course = 'goes-on' | 'at-rest' | 'failed' | 'requeued';

const COURSES: Readonly<Record<MaintenanceRule, Course>> = {
  'maintenance-ended': 'goes-on',
  'maintenance-over': 'at-rest',
  'finalizer-added': 'goes-on',
  'maintenance-began': 'goes-on',
  'node-still-missing': 'at-rest',
  'node-missing': 'at-rest',
  'node-awaited': 'failed',
  'lease-lost-for-good': 'at-rest',
  'maintenance-failed': 'at-rest',
  'lease-lost': 'failed',
  'lease-held-by-another': 'failed',
  'lease-requested': 'goes-on',
  'node-marked': 'goes-on',
  'under-maintenance': 'at-rest',
  'node-drained': 'at-rest',
  'drain-held-back': 'goes-on',
  'drain-not-finished': 'requeued',
  'pods-evicted': 'goes-on',
  'waiting-for-pods': 'goes-on',
};

const LOOKUP = lookupOf(NODE_MAINTENANCE_STATES);

export function nodeMaintenanceController(product: MaintenanceProduct): Controller<MaintenanceMemory> {
  const { watches, indexes } = maintenanceWatches(product);
  return {
    name: product.name,
    primary: product.kind,
    watches,
    indexes,
    rules: {
      ...rulesOf(NODE_MAINTENANCE_STATES),
      gone: 'The request is gone.',
    },
    decide: (input) => decide(product, input),
  };
}

function decide(
  product: MaintenanceProduct,
  { view, key, nowMs, memory, facts }: DecisionInput<MaintenanceMemory>,
): Decision<MaintenanceMemory> {
  const maintenance = view.get(product.kind, key);
  if (maintenance === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  if (memory !== undefined && !isPassDue(product, maintenance, memory, facts, nowMs)) {
    const { dueAtMs, because } = memory;
    return { actions: [], memory, because, ...(dueAtMs === undefined ? {} : { recheckAtMs: dueAtMs }) };
  }
  const running = resumed(memory?.pass, maintenance, view, nowMs);
  const pass = running ?? { isLeaseRequested: false };
  const begun = {
    version: running === undefined || memory === undefined ? maintenance.metadata.resourceVersion : memory.version,
    failures: memory?.failures ?? 0,
  };
  return step(sceneOf({ product, maintenance, pass, view, facts, nowMs }), pass, begun);
}

function isPassDue(
  { wokenByUpdates }: MaintenanceProduct,
  { metadata }: NodeMaintenance,
  { pass, version, dueAtMs }: MaintenanceMemory,
  facts: readonly Fact[],
  nowMs: number,
): boolean {
  if (pass !== undefined || facts.length > 0 || (dueAtMs !== undefined && nowMs >= dueAtMs)) return true;
  return metadata.resourceVersion !== version && (wokenByUpdates || metadata.deletionTimestamp !== undefined);
}

/** Where passes were left out: the one in which the product is now; undefined when it is time for a new one, with its lease. */
function resumed(
  pass: Pass | undefined,
  { spec }: NodeMaintenance,
  view: ClusterView,
  nowMs: number,
): Pass | undefined {
  const { drain } = pass ?? {};
  if (pass === undefined || drain?.quietUntilMs === undefined) return pass;
  return nowMs >= drain.quietUntilMs
    ? undefined
    : { ...pass, drain: resumedDrain(drain, spec?.nodeName ?? '', view, nowMs) };
}

interface SceneInput extends Pick<MaintenanceScene, 'product' | 'maintenance' | 'view' | 'nowMs'> {
  readonly pass: Pass;
  readonly facts: readonly Fact[];
}

function sceneOf({ product, maintenance, pass, view, facts, nowMs }: SceneInput): MaintenanceScene {
  const nodeName = maintenance.spec?.nodeName ?? '';
  const node = view.get(NODE, { namespace: '', name: nodeName });
  const party = { holder: MAINTENANCE_HOLDER, durationMs: MAINTENANCE_LEASE_MS };
  const lease =
    product.excludesRemediation && node !== undefined ? requestNodeLease(node, party, view, nowMs) : undefined;
  const mayDrain = node !== undefined && isMarked(node, product) && isLeaseInHand(lease, pass, nowMs);
  const drain = pass.drain ?? (mayDrain ? beginDrain(nodeName, view, nowMs) : undefined);
  return {
    product,
    maintenance,
    nodeName,
    node,
    lease,
    drain: drain === undefined ? undefined : continueDrain(drain, view, facts, nowMs),
    view,
    nowMs,
  };
}

/** Ours, and renewed as far as one pass does that. */
function isLeaseInHand(lease: LeaseAnswer | undefined, { isLeaseRequested }: Pass, nowMs: number): boolean {
  if (lease === undefined) return true;
  return lease.kind === 'ours' && (lease.renew === undefined || (isLeaseRequested && nowMs < lease.expiresAtMs));
}

function step(
  scene: MaintenanceScene,
  pass: Pass,
  begun: Pick<MaintenanceMemory, 'version' | 'failures'>,
): Decision<MaintenanceMemory> {
  const { maintenance, view, nowMs } = scene;
  const state = maintenance.status?.phase ?? 'New';
  const holds = guardsOf(scene, pass);
  const { rule } = edgeOf(LOOKUP, state, holds);
  const course = COURSES[rule];
  const failures = course === 'failed' ? begun.failures + 1 : 0;
  const waitMs = course === 'failed' ? backoffMs(failures) : course === 'requeued' ? DRAIN_REQUEUE_MS : undefined;
  const because = { rule, values: valuesOf(scene, waitMs ?? 0) };
  const told = {
    actions: actionsOf(rule, scene),
    because,
    weighed: { table: NODE_MAINTENANCE_STATES, state, holds },
  };
  if (course !== 'goes-on') {
    const dueAtMs = waitMs === undefined ? {} : { dueAtMs: nowMs + waitMs };
    const recheckAtMs = waitMs === undefined ? {} : { recheckAtMs: nowMs + waitMs };
    return { ...told, memory: { ...begun, failures, because, ...dueAtMs }, ...recheckAtMs };
  }
  const drain = drainAfter(scene, pass, rule);
  const next: Pass = {
    isLeaseRequested: pass.isLeaseRequested || rule === 'lease-requested',
    ...(drain === undefined ? {} : { drain }),
  };
  const recheckAtMs = drain === undefined ? {} : { recheckAtMs: drainRecheckMs(drain, view, nowMs) };
  return { ...told, memory: { ...begun, because, pass: next }, ...recheckAtMs };
}

/** The drain of a pass begins when the edge that is taken is one of the drain. */
function drainAfter({ drain, nowMs }: MaintenanceScene, pass: Pass, rule: MaintenanceRule): DrainPass | undefined {
  if (drain === undefined || (pass.drain === undefined && rule !== 'pods-evicted' && rule !== 'waiting-for-pods')) {
    return undefined;
  }
  if (rule === 'drain-held-back') return quietDrain(drain, nowMs + MAINTENANCE_LEASE_MS / 2);
  // A decision that finds nothing due was caused by a change.
  return rule === 'pods-evicted' ? { ...drain, askedAtMs: nowMs, isStirred: false } : { ...drain, isStirred: true };
}

function guardsOf(scene: MaintenanceScene, pass: Pass): Holds<MaintenanceGuard> {
  const { product, maintenance, nodeName, node, lease, drain, view, nowMs } = scene;
  const { metadata, status } = maintenance;
  const state = drain === undefined ? 'waiting' : drainState(drain, view, nowMs);
  const errors = leaseErrors(maintenance);
  return {
    deleting: metadata.deletionTimestamp !== undefined && pass.drain === undefined,
    finalizer: hasFinalizer(maintenance, FINALIZER_NODE_MAINTENANCE),
    nodeExists: node !== undefined,
    failsWithoutNode: product.failsWithoutNode,
    saysNodeMissing: status?.lastError === nodeNotFound(nodeName),
    leaseExhausted: errors > LEASE_ERRORS_MAX,
    leaseOfAnother: lease?.kind === 'other' && pass.drain === undefined,
    progressed: (status?.drainProgress ?? 0) > 0,
    leaseInHand: pass.drain !== undefined || isLeaseInHand(lease, pass, nowMs),
    marked: pass.drain !== undefined || (node !== undefined && isMarked(node, product)),
    drained: state === 'drained',
    passOver: state === 'over',
    heldBack: drain !== undefined && metadata.deletionTimestamp === undefined && isQuiet(scene, drain),
    evictionsDue: state === 'asking',
    leaseErrors: errors > 0,
  };
}

function isQuiet(scene: MaintenanceScene, drain: DrainPass): boolean {
  const { lease, view } = scene;
  return (lease === undefined || lease.kind === 'ours') && isHeldBack(drain, view) && saysHeldBack(scene);
}

function valuesOf(
  { maintenance, nodeName, lease, drain, view, nowMs }: MaintenanceScene,
  waitMs: number,
): Readonly<Record<string, string | number>> {
  return {
    node: nodeName,
    holder: lease?.kind === 'other' ? lease.holder : '',
    leaseErrors: leaseErrors(maintenance),
    leaseErrorsMax: LEASE_ERRORS_MAX,
    leaseMs: MAINTENANCE_LEASE_MS,
    backoffMs: waitMs,
    pods: drain?.pods.length ?? podsForDeletion(nodeName, view, nowMs).length,
    totalPods: view.countByIndex(PODS_BY_NODE, nodeName),
    elapsedMs: drain === undefined ? 0 : nowMs - drain.startedAtMs,
  };
}
