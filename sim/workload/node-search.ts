// The search for a node: which nodes take a pod, and which of them is best. Filters: node name, taints (those of a cordon and
// of readiness among them), nodeSelector and required node affinity, hard rules between pods, local volumes, cpu, memory and
// number of pods. Score: fewest PreferNoSchedule taints that are not tolerated, then fewest pods of the same owner in the rack,
// then on the node, then the smallest share of cpu and memory requested, then the order of names. It ends early once enough nodes take the pod, and goes on there the next time.
// Source: kubernetes pkg/scheduler/apis/config/v1/default_plugins.go for which filters exist; schedule_one.go
// (findNodesThatPassFilters, numFeasibleNodesToFind).
//
// Divergence from reality: scores are compared one after another instead of added with weights; spreading over racks stands
// for what most workloads ask for; preferred affinity, ports and images are not weighed; no
// ReadWriteOncePod. As in the real scheduler, a ReadWriteOnce volume that is attached elsewhere does not keep a pod from being
// bound: it waits on its node for the attachment.

import { askedNode, matchesNode } from './node-affinity.ts';
import type { NodeRecord } from './node-table.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import { type TopologyRule, topologyRules } from './pod-topology.ts';
import { toleratesOne } from './toleration.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Never fewer than this are looked for. */
const FEASIBLE_MIN = 100;

/** Pods of the same owner by rack number and by node position. */
interface Spread {
  inRack: Int32Array;
  onNode: Int32Array;
}

export class NodeSearch {
  private readonly context: WorkloadContext;
  /** Where the next search through the nodes begins. */
  private nextStart = 0;
  private readonly spread: Spread = { inRack: new Int32Array(0), onNode: new Int32Array(0) };

  constructor(context: WorkloadContext) {
    this.context = context;
  }

  /** The node that a pod goes to, or undefined when none takes it. */
  bestNode(record: PodRecord): NodeRecord | undefined {
    const local = localNode(record, this.context) ?? askedNode(record.object.spec);
    if (local !== undefined) {
      const node = this.context.nodes.at(local);
      return fits(record, node) && this.rulesOf(record).every((allows) => allows(node)) ? node : undefined;
    }
    const spread = this.countSiblings(record, 1);
    const best = this.search(record, spread);
    this.countSiblings(record, -1);
    return best;
  }

  /** Adds or takes away the pods of the same owner in the counts by rack and by node, which are 0 between two searches. */
  private countSiblings(record: PodRecord, by: 1 | -1): Spread {
    const { nodes } = this.context;
    if (this.spread.inRack.length < nodes.rackCount) this.spread.inRack = new Int32Array(nodes.rackCount * 2);
    if (this.spread.onNode.length < nodes.list.length) this.spread.onNode = new Int32Array(nodes.list.length * 2);
    const { inRack, onNode } = this.spread;
    for (const sibling of record.control?.pods ?? []) {
      const { node } = sibling;
      if (node === undefined || isTerminating(sibling)) continue;
      inRack[node.rackIndex] = (inRack[node.rackIndex] as number) + by;
      onNode[node.index] = (onNode[node.index] as number) + by;
    }
    return this.spread;
  }

  private rulesOf({ object }: PodRecord): readonly TopologyRule[] {
    return topologyRules(object, this.context.store, this.context.nodes);
  }

  private search(record: PodRecord, { inRack, onNode }: Spread): NodeRecord | undefined {
    const nodes = this.context.nodes.list;
    const enough = feasibleNodesToFind(nodes.length);
    const rules = this.rulesOf(record);
    const first = this.nextStart % Math.max(1, nodes.length);
    let feasible = 0;
    let visited = 0;
    let best: NodeRecord | undefined;
    let bestShare = 0;
    let bestTaints = 0;
    for (; visited < nodes.length && feasible < enough; visited++) {
      const node = nodes[(first + visited) % nodes.length];
      if (node === undefined || !fits(record, node) || !allowedBy(rules, node)) continue;
      feasible += 1;
      const share = requestedShare(node);
      const taints = node.discouragingTaints.length === 0 ? 0 : untolerated(record, node);
      if (best !== undefined) {
        const rack = (inRack[node.rackIndex] as number) - (inRack[best.rackIndex] as number);
        const own = (onNode[node.index] as number) - (onNode[best.index] as number);
        const worse = taints - bestTaints || rack || own || share - bestShare || node.index - best.index;
        if (worse > 0) continue;
      }
      best = node;
      bestShare = share;
      bestTaints = taints;
    }
    // In small clusters all nodes are looked at, and the start does not matter.
    if (enough < nodes.length) this.nextStart = first + visited;
    return best;
  }
}

/**
 * How many nodes that take the pod are enough to choose from: 50 % less 1 % per 125 nodes, at least 5 % and 100 nodes.
 * Source: kubernetes pkg/scheduler/schedule_one.go (numFeasibleNodesToFind), percentageOfNodesToScore unset.
 */
function feasibleNodesToFind(nodes: number): number {
  if (nodes < FEASIBLE_MIN) return nodes;
  const percentage = Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(FEASIBLE_MIN, Math.floor((nodes * percentage) / 100));
}

function requestedShare(node: NodeRecord): number {
  const cpu = node.allocatableCpuMilli > 0 ? node.usedCpuMilli / node.allocatableCpuMilli : 0;
  const memory = node.allocatableBytes > 0 ? node.usedBytes / node.allocatableBytes : 0;
  return Math.max(cpu, memory);
}

/**
 * Whether a node takes the pod. A node without allocatable figures (generated clusters may leave them out) has room for
 * everything.
 */
function fits(record: PodRecord, node: NodeRecord): boolean {
  const { object } = node;
  if (object === undefined) return false;
  const spec = record.object.spec;
  if ((spec?.nodeSelector !== undefined || spec?.affinity !== undefined) && !matchesNode(spec, object)) return false;
  for (const taint of node.blockingTaints) if (!toleratesOne(spec?.tolerations, taint)) return false;
  if (!node.hasAllocatable) return true;
  if (node.podCount >= node.allocatablePods) return false;
  if (record.cpuMilli > 0 && node.usedCpuMilli + record.cpuMilli > node.allocatableCpuMilli) return false;
  return record.bytes === 0 || node.usedBytes + record.bytes <= node.allocatableBytes;
}

function untolerated({ object }: PodRecord, { discouragingTaints }: NodeRecord): number {
  let count = 0;
  for (const taint of discouragingTaints) if (!toleratesOne(object.spec?.tolerations, taint)) count += 1;
  return count;
}

function allowedBy(rules: readonly TopologyRule[], node: NodeRecord): boolean {
  for (let i = 0; i < rules.length; i++) if (rules[i]?.(node) === false) return false;
  return true;
}

function localNode(record: PodRecord, context: WorkloadContext): string | undefined {
  for (const volume of context.pods.volumesOf(record.object))
    if (volume.localNode !== undefined) return volume.localNode;
  return undefined;
}
