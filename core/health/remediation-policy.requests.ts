// What a policy writes about HostRemediations: it makes them, gives the waiting ones to the budget that it names, forgets those that
// are over for longer than `memory`, and takes a person's wish off a Node when it is done.

import type { Action, CreateAction } from '../actions.ts';
import { FINALIZER_HOST_HELD, HOST_REMEDIATION, type HostRemediation } from '../api/host-remediation.ts';
import { NODE, type Node } from '../api/node.ts';
import type { KubeObject } from '../api/object.ts';
import { ANNOTATION_REMEDIATE, OWN_API_VERSION, type RemediationPolicy } from '../api/remediation-policy.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { deleteObject, patchMain } from '../remediation/object-patches.ts';

export interface Request {
  readonly number: number;
  readonly budget: string;
  /** Why, in words that stand in `spec.reason`. */
  readonly reason: string;
  /** A person's annotation, where it is the reason. */
  readonly wish: string | undefined;
}

/** `NODE-N`: of two that are made from an old view the API server refuses the second. */
export function requestName(node: Node, { number }: Pick<Request, 'number'>): string {
  return `${node.metadata.name}-${number}`;
}

export function createRemediation(policy: RemediationPolicy, node: Node, request: Request): CreateAction {
  const { bootID, systemUUID } = node.status?.nodeInfo ?? {};
  const spec: HostRemediation['spec'] = {
    policy: policy.metadata.name,
    budget: request.budget,
    node: {
      name: node.metadata.name,
      uid: node.metadata.uid,
      ...(bootID === undefined ? {} : { bootID }),
      ...(systemUUID === undefined ? {} : { systemUUID }),
    },
    reason: request.reason,
  };
  return {
    do: 'create',
    kind: HOST_REMEDIATION,
    object: {
      apiVersion: OWN_API_VERSION,
      kind: HOST_REMEDIATION.kind,
      metadata: {
        name: requestName(node, request),
        // From the start, so that no write of its own is needed before the host is touched.
        finalizers: [FINALIZER_HOST_HELD],
        ownerReferences: [ownerOf(policy)],
        ...(request.wish === undefined ? {} : { annotations: { [ANNOTATION_REMEDIATE]: request.wish } }),
      },
      spec,
    },
  };
}

function ownerOf({ apiVersion, metadata }: RemediationPolicy) {
  return { apiVersion, kind: 'RemediationPolicy', name: metadata.name, uid: metadata.uid, controller: true };
}

/** The policy names another budget now: its open HostRemediations go with it, and that budget enters those in flight. */
export function moveTo(budget: string, remediation: HostRemediation): readonly Action[] {
  return remediation.spec?.budget === budget ? [] : [patchMain(HOST_REMEDIATION, remediation, { spec: { budget } })];
}

/** A wish is fulfilled when the HostRemediation that was made of it is over; it is taken off the Node first. */
export function isFulfilled(node: Node, last: HostRemediation | undefined): boolean {
  return wishIn(node) !== undefined && last !== undefined && wishIn(last) !== undefined;
}

export function takeOffWish(node: Node): Action {
  return patchMain(NODE, node, { metadata: { annotations: { [ANNOTATION_REMEDIATE]: null } } });
}

export interface Forgetting {
  readonly actions: readonly Action[];
  readonly nextAtMs: number;
}

/** Closed HostRemediations whose time is over are deleted; the mark of a wish goes when the Node has it no longer. */
export function forget(
  closed: readonly HostRemediation[],
  memoryMs: number,
  view: ClusterView,
  nowMs: number,
): Forgetting {
  const actions: Action[] = [];
  // Stamps of one form are in order as texts are.
  const overIfClosedBy = Number.isFinite(memoryMs) ? formatMicroTime(nowMs - memoryMs) : '';
  let oldest: string | undefined;
  for (const remediation of closed) {
    if (remediation.metadata.deletionTimestamp !== undefined) continue;
    const { closedAt } = remediation.status ?? {};
    if (closedAt !== undefined && closedAt <= overIfClosedBy) {
      actions.push(deleteObject(HOST_REMEDIATION, remediation));
      continue;
    }
    if (closedAt !== undefined && (oldest === undefined || closedAt < oldest)) oldest = closedAt;
    if (wishIn(remediation) === undefined) continue;
    const node = view.get(NODE, { namespace: '', name: remediation.spec?.node.name ?? '' });
    if (node === undefined || wishIn(node) === undefined) {
      actions.push(
        patchMain(HOST_REMEDIATION, remediation, { metadata: { annotations: { [ANNOTATION_REMEDIATE]: null } } }),
      );
    }
  }
  return { actions, nextAtMs: oldest === undefined ? Number.POSITIVE_INFINITY : parseTime(oldest) + memoryMs };
}

function wishIn({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[ANNOTATION_REMEDIATE];
}
