// The lease on a node, by which the medik8s operators keep out of each other's way: a health check holds it while it remediates
// the node, a maintenance while it drains it. Asking is pure: the answer says whose the lease is now and which write would take,
// renew or release it.
//
// Whoever takes a lease goes on only when a later decision reads it back as its own: two parties that create it at the same
// time have the same owner, the Node, and so the runtime takes the loser's refusal for its own success.
// Source: medik8s/common pkg/lease/manager.go.
//
// Divergence from reality: LEASE_NAMESPACE is never set, so all leases are in the default namespace; that namespace is taken to
// exist, which the operators make when they start.

import type { Action } from '../actions.ts';
import { LEASE, type Lease } from '../api/lease.ts';
import { MEDIK8S_LEASE_NAMESPACE, nodeLeaseName } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import type { ObjectKey } from '../api/object.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { deleteObject, patchExactly } from './object-patches.ts';

/** Who asks. */
export interface LeaseParty {
  /** holderIdentity: `node-maintenance`, `NodeHealthCheck-<name>`. */
  readonly holder: string;
  /** Written in whole seconds, truncated. */
  readonly durationMs: number;
}

export type LeaseAnswer =
  /** Nobody's, or of a holder whose time is over: `take` makes it the asker's. */
  | { readonly kind: 'free'; readonly take: Action }
  /** The asker's, expired or not. `renew` makes it last the whole duration from now; absent where it does already. */
  | { readonly kind: 'ours'; readonly expiresAtMs: number; readonly renew: Action | undefined }
  /** Held by another; it can be taken from `expiresAtMs` on. */
  | { readonly kind: 'other'; readonly holder: string; readonly expiresAtMs: number };

/**
 * Whose the lease on `node` is, on the asker's clock: a lease is valid from its renewTime to the end of its duration. One that
 * was renewed in the asker's future, by a holder whose clock runs ahead, counts as expired, as it does in the product.
 */
export function requestNodeLease(node: Node, party: LeaseParty, view: ClusterView, nowMs: number): LeaseAnswer {
  const lease = leaseOn(node.metadata.name, view);
  if (lease === undefined) return { kind: 'free', take: create(node, party, nowMs) };
  const { holderIdentity } = lease.spec ?? {};
  const term = termOf(lease);
  if (holderIdentity === party.holder) {
    const isLongEnough = term !== undefined && term.endsAtMs >= nowMs + party.durationMs;
    const isOver = term === undefined || (term.endsAtMs < nowMs && lease.spec?.acquireTime === undefined);
    const renew = isLongEnough ? undefined : renewal(lease, { node, party, nowMs, isAcquired: isOver });
    return { kind: 'ours', expiresAtMs: (term?.endsAtMs ?? nowMs - 1) + 1, renew };
  }
  if (term !== undefined && term.beganAtMs <= nowMs && nowMs <= term.endsAtMs) {
    return { kind: 'other', holder: holderIdentity ?? '', expiresAtMs: term.endsAtMs + 1 };
  }
  return { kind: 'free', take: renewal(lease, { node, party, nowMs, isAcquired: true }) };
}

/** The write that gives the lease back; undefined where there is none, or another holds it, expired or not. */
export function releaseNodeLease(nodeName: string, holder: string, view: ClusterView): Action | undefined {
  const lease = leaseOn(nodeName, view);
  const { holderIdentity = holder } = lease?.spec ?? {};
  return lease === undefined || holderIdentity !== holder ? undefined : deleteObject(LEASE, lease);
}

/** Wakes `keysOf(node)` when the lease on a node is taken, renewed or released. */
export function nodeLeaseWatch(keysOf: (nodeName: string, view: ClusterView) => readonly ObjectKey[]): Watch {
  return {
    kind: LEASE,
    keysFor: ({ before, after }, view) => {
      const { namespace, name = '' } = (after ?? before)?.metadata ?? {};
      const isOnNode = namespace === MEDIK8S_LEASE_NAMESPACE && name.startsWith(PREFIX);
      return isOnNode ? keysOf(name.slice(PREFIX.length), view) : [];
    },
  };
}

const PREFIX = nodeLeaseName('');

function leaseOn(nodeName: string, view: ClusterView): Lease | undefined {
  return view.get(LEASE, { namespace: MEDIK8S_LEASE_NAMESPACE, name: nodeLeaseName(nodeName) });
}

/** From renewTime to the end of the duration, both included; undefined where either is missing. */
function termOf({ spec }: Lease): { readonly beganAtMs: number; readonly endsAtMs: number } | undefined {
  if (spec?.renewTime === undefined || spec.leaseDurationSeconds === undefined) return undefined;
  const beganAtMs = parseTime(spec.renewTime);
  if (Number.isNaN(beganAtMs)) return undefined;
  return { beganAtMs, endsAtMs: beganAtMs + spec.leaseDurationSeconds * 1000 };
}

function create(node: Node, { holder, durationMs }: LeaseParty, nowMs: number): Action {
  const now = formatMicroTime(nowMs);
  return {
    do: 'create',
    kind: LEASE,
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: nodeLeaseName(node.metadata.name),
        namespace: MEDIK8S_LEASE_NAMESPACE,
        ownerReferences: [ownerOf(node)],
      },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: Math.trunc(durationMs / 1000),
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      },
    },
  };
}

/** `isAcquired`: by a new holder, or by the old one that finds a lease which says too little. */
function renewal(
  lease: Lease,
  turn: { readonly node: Node; readonly party: LeaseParty; readonly nowMs: number; readonly isAcquired: boolean },
): Action {
  const { node, party, nowMs, isAcquired } = turn;
  const now = formatMicroTime(nowMs);
  const { leaseTransitions = 0 } = lease.spec ?? {};
  return patchExactly(LEASE, lease, 'main', {
    metadata: { ownerReferences: [ownerOf(node)] },
    spec: {
      holderIdentity: party.holder,
      leaseDurationSeconds: Math.trunc(party.durationMs / 1000),
      renewTime: now,
      ...(isAcquired ? { acquireTime: now, leaseTransitions: leaseTransitions + 1 } : {}),
    },
  });
}

function ownerOf({ metadata }: Node) {
  return { apiVersion: 'v1', kind: 'Node', name: metadata.name, uid: metadata.uid };
}
