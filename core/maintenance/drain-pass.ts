// One pass of a drain, as kubectl's library does it: the pods of the node are chosen once, all are evicted at the same time, a
// refusal is tried again every 5 s, and a pass ends when every pod is gone or has failed, or at its time-out.
// Source: kubernetes staging/src/k8s.io/kubectl/pkg/drain (RunNodeDrain, evictPods, waitForDelete).
//
// Divergence from reality
// - A DaemonSet that the cache does not hold is taken to exist: absence proves nothing there, and dumps seldom hold all kinds.
//   `--force` would evict its pods.
// - Whether a pod is gone is seen in the cache; the product asks the API server. Errors are listed in the order of the pods'
//   keys, not in that of their arrival.
// - Evictions that budgets have refused for a whole pass are not tried again before something changes in their namespaces:
//   then at the instant at which the product would try.

import type { Action } from '../actions.ts';
import { keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { POD, type Pod } from '../api/workload.ts';
import type { Fact } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { PODS_BY_NODE } from '../remediation/workload-release.ts';
import { DRAIN_POLL_MS, DRAIN_TIMEOUT_MS, EVICTION_RETRY_MS } from './defaults.ts';
import { ALL_ALLOWED, drainVerdict } from './drain-filters.ts';

interface DrainedPod {
  readonly key: ObjectKey;
  readonly uid: string;
  /** Why its eviction is not tried again in this pass. */
  readonly problem?: string;
}

export interface DrainPass {
  readonly startedAtMs: number;
  /** Not yet seen to be gone, in key order. */
  readonly pods: readonly DrainedPod[];
  /** Evictions were last asked for; absent: not yet. */
  readonly askedAtMs?: number;
  /** A pod was last seen to be gone. */
  readonly goneAtMs?: number;
  /** Something has changed since evictions were last asked for: they may be granted now. */
  readonly isStirred?: boolean;
  /** Nothing is tried until something changes, or until then at the latest. */
  readonly quietUntilMs?: number;
  /** Nothing is left to wait for: the pass ends then, at the poll that finds the last pod gone. */
  readonly settledAtMs?: number;
}

export type DrainState =
  /** Every pod is gone. */
  | 'drained'
  /** It ends without that: `drainProblem` says why. */
  | 'over'
  /** Evictions are due: `evictions`. */
  | 'asking'
  | 'waiting';

/** Pods of a node that a drain is to evict, in key order. */
export function podsForDeletion(nodeName: string, view: ClusterView, nowMs: number): readonly Pod[] {
  const around = { nowMs, daemonSetIsGone: () => false };
  return view.byIndex(PODS_BY_NODE, nodeName).filter((pod) => drainVerdict(pod, ALL_ALLOWED, around) === 'evict');
}

export function beginDrain(nodeName: string, view: ClusterView, nowMs: number): DrainPass {
  const pods = podsForDeletion(nodeName, view, nowMs).map((pod) => ({ key: keyOf(pod), uid: pod.metadata.uid }));
  return { startedAtMs: nowMs, pods };
}

/** True where nothing but budgets keeps the pods that are left, and nothing has changed since they were asked. */
export function isHeldBack(pass: DrainPass, view: ClusterView): boolean {
  return pass.isStirred !== true && pass.pods.length > 0 && unasked(pass, view).length === pass.pods.length;
}

/** The passes that follow would find the same: they are left out. */
export function quietDrain({ startedAtMs }: DrainPass, quietUntilMs: number): DrainPass {
  return { startedAtMs: startedAtMs + DRAIN_TIMEOUT_MS, pods: [], quietUntilMs };
}

/** The pass in which the product is now, after passes that were left out: each begins when the one before has timed out. */
export function resumedDrain(
  { startedAtMs }: DrainPass,
  nodeName: string,
  view: ClusterView,
  nowMs: number,
): DrainPass {
  const passes = Math.floor((nowMs - startedAtMs) / DRAIN_TIMEOUT_MS);
  const beganAtMs = startedAtMs + passes * DRAIN_TIMEOUT_MS;
  const asked = Math.floor((nowMs - beganAtMs) / EVICTION_RETRY_MS);
  return {
    ...beginDrain(nodeName, view, nowMs),
    startedAtMs: beganAtMs,
    askedAtMs: beganAtMs + asked * EVICTION_RETRY_MS,
    isStirred: true,
  };
}

/** The pass with what has become known since: pods that are gone, and evictions that the API server refused for good. */
export function continueDrain(pass: DrainPass, view: ClusterView, facts: readonly Fact[], nowMs: number): DrainPass {
  const problems = problemsIn(facts);
  const pods = pass.pods
    .filter(({ key, uid }) => view.get(POD, key)?.metadata.uid === uid)
    .map((pod) => {
      const problem = pod.problem ?? problems.get(keyString(pod.key));
      return problem === undefined ? pod : { ...pod, problem };
    });
  const goneAtMs = pods.length < pass.pods.length ? nowMs : pass.goneAtMs;
  const next: DrainPass = { ...pass, pods, ...(goneAtMs === undefined ? {} : { goneAtMs }) };
  if (pass.settledAtMs !== undefined || pods.some(({ problem }) => problem === undefined)) return next;
  return { ...next, settledAtMs: goneAtMs === undefined ? nowMs : pollAtOrAfter(pass.startedAtMs, goneAtMs, nowMs) };
}

export function drainState(pass: DrainPass, view: ClusterView, nowMs: number): DrainState {
  const { startedAtMs, pods, settledAtMs } = pass;
  if (settledAtMs !== undefined && nowMs >= settledAtMs) return pods.length === 0 ? 'drained' : 'over';
  if (nowMs >= startedAtMs + DRAIN_TIMEOUT_MS) return 'over';
  return nowMs >= nextAskingMs(pass) && unasked(pass, view).length > 0 ? 'asking' : 'waiting';
}

/** The earliest instant after now at which the state can differ by itself. */
export function drainRecheckMs(pass: DrainPass, view: ClusterView, nowMs: number): number {
  const { startedAtMs, settledAtMs, quietUntilMs } = pass;
  if (quietUntilMs !== undefined) return quietUntilMs;
  if (settledAtMs !== undefined) return settledAtMs;
  const endsAtMs = startedAtMs + DRAIN_TIMEOUT_MS;
  const askAtMs = unasked(pass, view).length === 0 ? endsAtMs : nextAskingMs(pass);
  return Math.min(endsAtMs, askAtMs > nowMs ? askAtMs : nowMs + EVICTION_RETRY_MS);
}

/** An independent set: each pod may be refused for itself. */
export function evictions(pass: DrainPass, view: ClusterView): readonly Action[] {
  return unasked(pass, view).map(({ key, uid }) => ({ do: 'evict', key, onlyIf: { uid } }));
}

/** Why a pass that is over has not drained the node, as the product's error prints it. */
export function drainProblem({ pods }: DrainPass, view: ClusterView): string {
  const problems = pods.map(({ key, problem }) => problem ?? timedOut(key, view));
  return problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
}

function timedOut(key: ObjectKey, view: ClusterView): string {
  const timeout = `global timeout reached: ${DRAIN_TIMEOUT_MS / 1000}s`;
  const { namespace, name } = key;
  return view.get(POD, key)?.metadata.deletionTimestamp === undefined
    ? `error when evicting pods/"${name}" -n "${namespace}": ${timeout}`
    : `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${timeout}`;
}

function unasked({ pods }: DrainPass, view: ClusterView): readonly DrainedPod[] {
  return pods.filter(
    ({ key, problem }) => problem === undefined && view.get(POD, key)?.metadata.deletionTimestamp === undefined,
  );
}

function nextAskingMs({ startedAtMs, askedAtMs }: DrainPass): number {
  return askedAtMs === undefined ? startedAtMs : askedAtMs + EVICTION_RETRY_MS;
}

/** The poll that finds what has happened at `atMs`, and not before now. */
function pollAtOrAfter(startedAtMs: number, atMs: number, nowMs: number): number {
  return Math.max(nowMs, startedAtMs + Math.ceil((atMs - startedAtMs) / DRAIN_POLL_MS) * DRAIN_POLL_MS);
}

/** By pod. 429 is asked again, a budget's as the throttling of the API server; 404 and 409 mean that the pod is gone. */
function problemsIn(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const fact of facts) {
    if (fact.fact !== 'outcome' || fact.outcome.kind !== 'refused' || !fact.action.startsWith(EVICT)) continue;
    const { code, message } = fact.outcome;
    if (code === 429 || code === 404 || code === 409) continue;
    const key = fact.action.slice(EVICT.length);
    const slash = key.indexOf('/');
    problems.set(key, `error when evicting pods/"${key.slice(slash + 1)}" -n "${key.slice(0, slash)}": ${message}`);
  }
  return problems;
}

/** How an eviction is named in the fact of its outcome. */
const EVICT = 'evict ';
