// The lease on a node that a health check holds while it remediates it, so that no maintenance and no other check acts on the
// same node. Taken before the request is made, renewed while it lasts, given back when the node is healthy, and given up when
// it is overdue: the time of the step three times over, and that of all steps before it.
// Source: node-healthcheck-operator internal/controller/resources/lease.go; cases C198 to C200.

import type { Action } from '../actions.ts';
import { LEASE, type Lease } from '../api/lease.ts';
import { MEDIK8S_LEASE_NAMESPACE, nodeLeaseName } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import { NODE_HEALTH_CHECK, type NodeHealthCheck } from '../api/node-health-check.ts';
import { type ChangeOf, keyOf } from '../api/object.ts';
import { parseTime } from '../api/time.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { type LeaseAnswer, releaseNodeLease, requestNodeLease } from '../remediation/node-lease.ts';
import type { Scene } from './node-health-check.scene.ts';

/** A lease lasts this much longer than it is needed. Source: LeaseBuffer in the product. */
const BUFFER_MS = 60_000;
/** The time of a step, twice extended. Source: maxTimesToExtendLease in the product, and the first term. */
const TERMS_MAX = 3;
const HOLDER_PREFIX = 'NodeHealthCheck-';
const NODE_PREFIX = nodeLeaseName('');

/** How long a step may take, and all steps before it. */
export interface Durations {
  readonly currentMs: number;
  readonly previousMs: number;
}

/** Leases on nodes by who holds them. */
export const NODE_LEASES_BY_HOLDER: IndexSpec<Lease> = {
  name: 'node-health-check/leases-by-holder',
  of: LEASE,
  values: ({ metadata, spec }) =>
    metadata.namespace === MEDIK8S_LEASE_NAMESPACE && spec?.holderIdentity !== undefined ? [spec.holderIdentity] : [],
};

/** A check that has taken a lease goes on when it sees it. Leases of others are looked at once a minute, as the product does. */
export const OWN_LEASE_WATCH: Watch = {
  kind: LEASE,
  keysFor: ({ before, after }: ChangeOf<Lease>, view) => {
    const holder = after?.spec?.holderIdentity ?? '';
    // A renewal is no news.
    if (before?.spec?.holderIdentity === holder) return [];
    if (after?.metadata.namespace !== MEDIK8S_LEASE_NAMESPACE || !holder.startsWith(HOLDER_PREFIX)) return [];
    const check = view.get(NODE_HEALTH_CHECK, { namespace: '', name: holder.slice(HOLDER_PREFIX.length) });
    return check === undefined ? [] : [keyOf(check)];
  },
};

function holderOf({ metadata }: NodeHealthCheck): string {
  return `${HOLDER_PREFIX}${metadata.name}`;
}

/** Nodes whose lease the check holds. */
export function leasedNodes(check: NodeHealthCheck, view: ClusterView): readonly string[] {
  return view
    .byIndex(NODE_LEASES_BY_HOLDER, holderOf(check))
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(NODE_PREFIX))
    .map((name) => name.slice(NODE_PREFIX.length));
}

export function askForLease(node: Node, { currentMs }: Durations, { check, view, nowMs }: Scene): LeaseAnswer {
  return requestNodeLease(node, { holder: holderOf(check), durationMs: currentMs + BUFFER_MS }, view, nowMs);
}

/** The write that gives the node's lease back; undefined where it is not the check's. */
export function giveBackLease(nodeName: string, { check, view }: Scene): Action | undefined {
  return releaseNodeLease(nodeName, holderOf(check), view);
}

/** The check's lease while a request lasts. */
export type Upkeep =
  /** None, or another's. */
  | { readonly kind: 'none' }
  | { readonly kind: 'overdue' }
  | { readonly kind: 'kept'; readonly renew: Action | undefined; readonly lookAtMs: number };

export function upkeepOf(node: Node, durations: Durations, scene: Scene): Upkeep {
  const { view, nowMs } = scene;
  const lease = view.get(LEASE, { namespace: MEDIK8S_LEASE_NAMESPACE, name: nodeLeaseName(node.metadata.name) });
  if (lease?.spec?.holderIdentity !== holderOf(scene.check)) return { kind: 'none' };
  const { acquireTime } = lease.spec;
  const { currentMs, previousMs } = durations;
  const overdueAtMs =
    acquireTime === undefined ? Number.POSITIVE_INFINITY : parseTime(acquireTime) + TERMS_MAX * currentMs + previousMs;
  if (nowMs >= overdueAtMs) return { kind: 'overdue' };
  const answer = askForLease(node, durations, scene);
  const isShort = answer.kind === 'ours' && answer.expiresAtMs <= nowMs + currentMs;
  return {
    kind: 'kept',
    renew: isShort ? answer.renew : undefined,
    lookAtMs: Math.min(nowMs + currentMs, overdueAtMs),
  };
}
