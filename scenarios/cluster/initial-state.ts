// How a host looks at the moment of the dump: what the API objects say, turned into the truth that a run starts from.
//
// Divergence from reality: objects are not the truth. A silent node may be dead, hung or cut off; which of them is assumed
// by the simulation. A host in the middle of provisioning counts as not provisioned.

import { LEASE, NODE_LEASE_NAMESPACE } from '../../core/api/lease.ts';
import { readyCondition } from '../../core/api/node.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import type { InitialHostState } from '../../sim/config.ts';
import type { LinkedHost } from './host-links.ts';
import type { ObjectSet } from './object-set.ts';

export interface StartingState {
  readonly initial: InitialHostState;
  /** What was assumed, in words; undefined when the objects say it. */
  readonly assumed?: string;
}

/** Nearly every host's. */
const SERVING: StartingState = { initial: { state: 'serving' } };

export function startingState(linked: LinkedHost, objects: ObjectSet, nowMs: number): StartingState {
  const { host, node } = linked;
  if (node === undefined) return withoutNode(linked);
  const off = host.status?.poweredOn === false;
  if (off) return { initial: { state: 'off' } };
  const ready = readyCondition(node);
  if (ready?.status === 'True') return SERVING;
  const lease = objects.get(LEASE, NODE_LEASE_NAMESPACE, node.metadata.name)?.spec?.renewTime;
  const lastSign = [lease, ready?.lastHeartbeatTime, ready?.lastTransitionTime].find(
    (stamp) => stamp !== undefined && !Number.isNaN(parseTime(stamp)),
  );
  const silentSinceMs = lastSign === undefined ? nowMs : Math.min(nowMs, parseTime(lastSign));
  const name = node.metadata.name;
  return {
    initial: { state: 'silent', silentSinceMs },
    assumed:
      ready?.status === 'False'
        ? `${name} says that it is not ready (${ready.reason ?? 'no reason'}); it is taken for silent since ${formatTime(silentSinceMs)}`
        : `${name} is silent since ${formatTime(silentSinceMs)}; what ails it is drawn anew in every replication`,
  };
}

function withoutNode({ host }: LinkedHost): StartingState {
  const state = host.status?.provisioning?.state ?? '';
  const poweredOn = host.status?.poweredOn === true;
  switch (state) {
    case 'available':
    case 'ready':
      return { initial: { state: 'unprovisioned', poweredOn } };
    case 'provisioned':
    case 'externally provisioned':
      return {
        initial: { state: 'off' },
        assumed: `${host.metadata.name} is ${state} but has no Node; it is taken for off`,
      };
    default:
      return {
        initial: { state: 'unprovisioned', poweredOn },
        assumed: `${host.metadata.name} is ${state === '' ? 'not registered yet' : state}; it is taken for not provisioned`,
      };
  }
}
