// Hard rules between pods: required affinity and anti-affinity, and topology spread constraints that do not allow another
// place. Made once per search for a node, from the pods that the rules select.
// Source: kubernetes pkg/scheduler/framework/plugins/interpodaffinity (filtering.go), podtopologyspread (filtering.go).
//
// Divergence from reality: anti-affinity of pods that run already does not keep others away (most of it is against pods of the
// same owner, which have it themselves); namespaces are named, never selected; preferred rules and ScheduleAnyway are not
// weighed; taints do not take a domain out of the count (nodeTaintsPolicy Ignore, as by default).

import type { LabelSelector } from '../../core/api/machine.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { POD, type Pod, type PodAffinityTerm, type TopologySpreadConstraint } from '../../core/api/workload.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { matchesNode } from './node-affinity.ts';
import type { NodeRecord, NodeTable } from './node-table.ts';

/** Pods under each of their labels, `namespace/key=value`. Added when the first pod with a hard rule is placed. */
const PODS_BY_LABEL: IndexSpec<Pod> = {
  name: 'pods-by-label',
  of: POD,
  part: (pod) => pod.metadata.labels,
  values(pod) {
    const namespace = pod.metadata.namespace ?? '';
    return Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => `${namespace}/${key}=${value}`);
  },
};

/** Whether a node's place in the topology is allowed. */
export type TopologyRule = (node: NodeRecord) => boolean;

/** The hard rules of a pod; empty for most pods. */
export function topologyRules(pod: Pod, store: ObjectStore, nodes: NodeTable): readonly TopologyRule[] {
  const { affinity, topologySpreadConstraints } = pod.spec ?? {};
  if (affinity === undefined && topologySpreadConstraints === undefined) return NONE;
  const against = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const towards = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...against.map((term) => apart(pod, term, store, nodes)),
    ...towards.map((term) => together(pod, term, store, nodes)),
    ...(topologySpreadConstraints ?? [])
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map((constraint) => spread(pod, constraint, store, nodes)),
  ];
}

const NONE: readonly TopologyRule[] = [];

function apart(pod: Pod, term: PodAffinityTerm, store: ObjectStore, nodes: NodeTable): TopologyRule {
  const taken = domainsOf(selected(pod, term, store), term.topologyKey, nodes);
  return (node) => !taken.has(domainOf(node, term.topologyKey) ?? '');
}

/** The first pod of a group that asks for its own kind may go anywhere. */
function together(pod: Pod, term: PodAffinityTerm, store: ObjectStore, nodes: NodeTable): TopologyRule {
  const there = domainsOf(selected(pod, term, store), term.topologyKey, nodes);
  const isFirst = there.size === 0 && isOwn(pod, term) && matchesSelector(term.labelSelector, pod.metadata.labels);
  return (node) => {
    const domain = domainOf(node, term.topologyKey);
    return domain !== undefined && (isFirst || there.has(domain));
  };
}

/** Pods of the domain, with this one, may be at most maxSkew more than in the emptiest domain that the pod could go to. */
function spread(pod: Pod, constraint: TopologySpreadConstraint, store: ObjectStore, nodes: NodeTable): TopologyRule {
  const { topologyKey, labelSelector, maxSkew } = constraint;
  const counts = new Map<string, number>();
  for (const node of nodes.list) {
    if (node.object === undefined || !matchesNode(pod.spec, node.object)) continue;
    const domain = domainOf(node, topologyKey);
    if (domain !== undefined) counts.set(domain, 0);
  }
  for (const one of selected(pod, { labelSelector }, store)) {
    if (one.metadata.deletionTimestamp !== undefined || one.spec?.nodeName === undefined) continue;
    const domain = domainOf(nodes.at(one.spec.nodeName), topologyKey);
    const known = domain === undefined ? undefined : counts.get(domain);
    if (domain !== undefined && known !== undefined) counts.set(domain, known + 1);
  }
  let fewest = Number.POSITIVE_INFINITY;
  for (const count of counts.values()) fewest = Math.min(fewest, count);
  const self = labelSelector !== undefined && matchesSelector(labelSelector, pod.metadata.labels) ? 1 : 0;
  return (node) => {
    const count = counts.get(domainOf(node, topologyKey) ?? '');
    return count !== undefined && count + self - fewest <= maxSkew;
  };
}

function selected(
  pod: Pod,
  {
    labelSelector,
    namespaces,
  }: { readonly labelSelector?: LabelSelector | undefined; readonly namespaces?: readonly string[] },
  store: ObjectStore,
): readonly Pod[] {
  if (labelSelector === undefined) return [];
  const found: Pod[] = [];
  for (const namespace of namespaces ?? [pod.metadata.namespace ?? '']) {
    for (const one of candidates(namespace, labelSelector, store)) {
      if (one.metadata.uid !== pod.metadata.uid && matchesSelector(labelSelector, one.metadata.labels)) found.push(one);
    }
  }
  return found;
}

function candidates(namespace: string, { matchLabels }: LabelSelector, store: ObjectStore): readonly Pod[] {
  for (const key in matchLabels) {
    store.addIndex(PODS_BY_LABEL);
    return store.byIndex(PODS_BY_LABEL, `${namespace}/${key}=${matchLabels[key]}`);
  }
  return store.select(POD, undefined, namespace);
}

function domainsOf(pods: readonly Pod[], topologyKey: string, nodes: NodeTable): ReadonlySet<string> {
  const domains = new Set<string>();
  for (const { spec } of pods) {
    if (spec?.nodeName === undefined) continue;
    const domain = domainOf(nodes.at(spec.nodeName), topologyKey);
    if (domain !== undefined) domains.add(domain);
  }
  return domains;
}

function domainOf(node: NodeRecord, topologyKey: string): string | undefined {
  return node.object?.metadata.labels?.[topologyKey];
}

function isOwn(pod: Pod, { namespaces }: PodAffinityTerm): boolean {
  return namespaces?.includes(pod.metadata.namespace ?? '') ?? true;
}
