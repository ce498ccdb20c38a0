// Copysets: how likely a loss of data is when 1 % of 5000 nodes do not come back, by the number of sets of three nodes that hold
// the copies of something. In Ceph those sets are the placement groups, here placed by CRUSH.

import { formatNumber } from '../../reports/format.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { type CrushMap, DEVICE_TYPE, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../sim/storage/crush/crush-placement.ts';
import { CrushTree, each, osd } from '../../test/kit/crush-tree.ts';
import type { PublishedItem } from './published-item.ts';

const RACKS = 100;
const NODES_PER_RACK = 50;
const NODES = RACKS * NODES_PER_RACK;
const GONE = NODES / 100;
const REPLICAS = 3;

export interface LossShare {
  readonly copysets: number;
  /** Draws of the nodes that do not come back, and how many of them lost something. */
  readonly draws: number;
  readonly lost: number;
  readonly share: number;
  readonly standardError: number;
  /** Were the sets drawn evenly from all of three nodes: 1 - (1 - C(50, 3) / C(5000, 3))^copysets. */
  readonly formula: number;
}

export function lossShare(copysets: number, draws: number): LossShare {
  const { first, others } = placed(copysets);
  const stream = new Draws(rootKey('copysets'), 0).stream('nodes', 'gone');
  const nodes = Int32Array.from({ length: NODES }, (_, node) => node);
  const isGone = new Uint8Array(NODES);
  let lost = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (let index = 0; index < GONE; index++) {
      const other = index + Math.floor(stream.at(draw * GONE + index) * (NODES - index));
      const node = nodes[other] ?? 0;
      nodes[other] = nodes[index] ?? 0;
      nodes[index] = node;
      isGone[node] = 1;
    }
    if (losesOne(nodes.subarray(0, GONE), isGone, { first, others })) lost++;
    for (const node of nodes.subarray(0, GONE)) isGone[node] = 0;
  }
  const share = lost / draws;
  return {
    copysets,
    draws,
    lost,
    share,
    standardError: Math.sqrt((share * (1 - share)) / draws),
    formula: shareByFormula(copysets),
  };
}

function shareByFormula(copysets: number): number {
  return -Math.expm1(copysets * Math.log1p(-choose3(GONE) / choose3(NODES)));
}

interface Placed {
  /** By node and one beyond the last: where its groups begin, of which it holds the first copy. */
  readonly first: Int32Array;
  /** The two other nodes of those groups. */
  readonly others: Int32Array;
}

function placed(groups: number): Placed {
  const placement = new CrushPlacement(crushMap());
  const reweights = new Float64Array(NODES).fill(WHOLE_WEIGHT);
  const homes = new Int32Array(groups * REPLICAS);
  const first = new Int32Array(NODES + 1);
  for (let group = 0; group < groups; group++) {
    const osds = placement.osdsOf(group, { rule: 0, size: REPLICAS, reweights });
    for (let replica = 0; replica < REPLICAS; replica++) homes[group * REPLICAS + replica] = osds[replica] ?? 0;
    first[(osds[0] ?? 0) + 1] = (first[(osds[0] ?? 0) + 1] ?? 0) + 1;
  }
  for (let node = 0; node < NODES; node++) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const next = first.slice();
  const others = new Int32Array(groups * 2);
  for (let group = 0; group < groups; group++) {
    const node = homes[group * REPLICAS] ?? 0;
    const at = next[node] ?? 0;
    next[node] = at + 1;
    others[at * 2] = homes[group * REPLICAS + 1] ?? 0;
    others[at * 2 + 1] = homes[group * REPLICAS + 2] ?? 0;
  }
  return { first, others };
}

function losesOne(gone: Int32Array, isGone: Uint8Array, { first, others }: Placed): boolean {
  for (const node of gone) {
    for (let at = first[node] ?? 0; at < (first[node + 1] ?? 0); at++) {
      if (isGone[others[at * 2] ?? 0] === 1 && isGone[others[at * 2 + 1] ?? 0] === 1) return true;
    }
  }
  return false;
}

/** Racks of nodes of one disk; copies on different nodes, whatever their racks. */
function crushMap(): CrushMap {
  const tree = new CrushTree();
  const racks = each(RACKS, (rack) =>
    tree.bucket(
      3,
      each(NODES_PER_RACK, (node) => osd(rack * NODES_PER_RACK + node)),
    ),
  );
  return tree.map(tree.bucket(10, racks), [{ mode: 'firstn', type: DEVICE_TYPE, leaf: false }]);
}

function choose3(n: number): number {
  return (n * (n - 1) * (n - 2)) / 6;
}

/** Random replication has so many sets that placing them takes minutes; its row is by the formula alone. */
const RANDOM_SETS = 10_000_000;

/** Copysets, what was published for them, and how often to draw for a standard error of a twentieth. */
export const COPYSET_ROWS = [
  { copysets: 1667, scheme: 'RAMCloud, copysets', published: 0.0015, text: '0.15 %', draws: 260_000 },
  {
    copysets: 8333,
    scheme: 'Facebook HDFS, copysets of scatter width 10',
    published: 0.0078,
    text: '0.78 %',
    draws: 60_000,
  },
  { copysets: 275_000, scheme: 'Facebook HDFS as it was', published: 0.228, text: '22.8 %', draws: 4_000 },
] as const;

export function copysetsItem(): PublishedItem {
  return {
    title: 'Copysets: when 1 % of 5000 nodes do not return',
    source: 'Cidon et al., "Copysets: reducing the frequency of data loss in cloud storage", USENIX ATC 2013.',
    how: `Three copies, 50 random nodes of 5000 gone. What counts is how many different sets of three nodes hold something: N/R for the smallest
copysets, N·S/((R−1)·R) for a scatter width of S = 10, N·C(11, 2) for a window of eleven nodes behind each, and some ten million for
random replication. Placement groups of Ceph are such sets; here CRUSH places as many groups as there are sets, and nodes are drawn
until the standard error is small. The number of placement groups of a pool is its number of copysets.`,
    rows: [
      ...COPYSET_ROWS.map(({ copysets, scheme, text, draws }) => {
        const { share, standardError, formula } = lossShare(copysets, draws);
        return {
          what: `${scheme}: ${formatNumber(copysets, 0)} sets`,
          published: text,
          ours: `${percent(share)} ± ${percent(standardError)} (formula ${percent(formula)})`,
        };
      }),
      {
        what: `RAMCloud, random replication: ${formatNumber(RANDOM_SETS, 0)} sets`,
        published: '99.99 %',
        ours: `formula ${percent(shareByFormula(RANDOM_SETS))}`,
      },
    ],
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share > 0.9 ? 5 : 3))} %`;
}
