// Whether anybody is heard at the moment of the strike. Kubernetes takes most of a minute to say that a node is silent, and until then an
// observer that has just lost its own link sees a cluster in which all is well. The leases of nodes tell sooner: a kubelet that lives
// renews its own every ten seconds. So a few of other nodes that are Ready are read past the cache, and when most of those are old,
// nothing is done to this one: it is the observer, or the network, that has failed (invariant S13).
//
// Divergence from reality: a lease is stamped by the clock of its node, and its age is told by ours. Clocks that are further apart than
// HEARD_WITHIN_MS make live nodes look silent; then nothing is struck, and the attempt says why.

import { LEASE, type Lease, NODE_LEASE_NAMESPACE } from '../api/lease.ts';
import { NODE, type Node } from '../api/node.ts';
import { type KubeObject, kindKeyOf, type ObjectKey } from '../api/object.ts';
import { parseTime } from '../api/time.ts';
import { ANY, SILENT_NODES } from './host-remediation.indexes.ts';
import type { Scene } from './host-remediation.scene.ts';
import type { HostRemediationRule } from './host-remediation.states.ts';
import { isWished } from './host-remediation.wishes.ts';

/** Assumption: of a cluster of which half is cut off these tell so every second time, and of one that is cut off whole always. */
const LISTENED_TO = 5;

/** A kubelet that lives has renewed its lease within this. Source: kubelet, nodeLeaseDurationSeconds 40, renewed at a quarter of it; two renewals, and a while for a slow one. */
const HEARD_WITHIN_MS = 25_000;

/** Rules that do the first thing to the host that harms. */
const STRIKES: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>(['held-off', 'self-fencing-asked-for']);

/** Leases that are read before a strike, of nodes all over the cluster that are said to be Ready. Whoever wishes for it has looked. */
export function leasesBefore(rule: HostRemediationRule, { view, nodeName, node }: Scene): readonly ObjectKey[] {
  if (!STRIKES.has(rule) || isWished(node)) return [];
  const nodes = view.list(NODE);
  const left = new Set([nodeName, ...view.byIndex(SILENT_NODES, ANY).map(({ metadata }) => metadata.name)]);
  const leftAt = [...left].flatMap((name) => positionOf(nodes, name)).sort((a, b) => a - b);
  const others = nodes.length - leftAt.length;
  const count = Math.min(LISTENED_TO, others);
  return Array.from({ length: count }, (_, at) => {
    let position = Math.floor(((at + 0.5) * others) / count);
    for (const one of leftAt) if (one <= position) position++;
    return nodes[position];
  }).flatMap((other) => (other === undefined ? [] : [{ namespace: NODE_LEASE_NAMESPACE, name: other.metadata.name }]));
}

/** Where a Node stands among all in key order, if it does. */
function positionOf(nodes: readonly Node[], name: string): readonly number[] {
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((nodes[middle]?.metadata.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return nodes[low]?.metadata.name === name ? [low] : [];
}

/** Of the leases that were read for this decision most are old: those nodes are as silent as this one, and nobody has said so yet. */
export function isNobodyHeard({ known, nowMs }: Scene): boolean {
  const renewals = known.read.flatMap((object) =>
    isNodeLease(object) ? [parseTime(object.spec?.renewTime ?? '')] : [],
  );
  const silent = renewals.filter((renewedMs) => !(nowMs - renewedMs <= HEARD_WITHIN_MS)).length;
  return silent * 2 > renewals.length;
}

function isNodeLease(object: KubeObject): object is Lease {
  return kindKeyOf(object) === LEASE.key && object.metadata.namespace === NODE_LEASE_NAMESPACE;
}
