// What Kubernetes' own loops do to the pods and volumes of nodes that nobody fences: node lifecycle and attach-detach, in worlds
// of their own. Source of the cases: kubernetes 1.32.

import { describe, expect, test } from 'vitest';
import type { KubernetesConfig } from '../../sim/config.ts';
import { SilentNodes } from '../kit/silent-nodes.ts';
import { node, workload } from '../kit/workload-objects.ts';
import { WorkloadWorld } from '../kit/workload-world.ts';

const RACK_LABEL: Partial<KubernetesConfig> = { zoneLabel: 'topology.example.com/rack' };
const DOWN_S = 100;
const DAY_S = 86_400;

function zone(name: string, size: number): readonly string[] {
  return Array.from({ length: size }, (_, index) => `${name}${String(index).padStart(2, '0')}`);
}

/** Seconds between the evictions from one node and the next, of a zone in which so many are down. */
function evictionGaps(size: number, down: number, untilS: number): readonly number[] {
  const sick = zone('a', size);
  const names = [...sick, ...zone('b', 60), ...zone('c', 60)];
  const nodes = new SilentNodes({
    names,
    silences: [{ nodes: sick.slice(0, down), fromS: DOWN_S, toS: DAY_S }],
    objects: names.map((name) => node(name, name.slice(0, 1))),
    kubernetes: RACK_LABEL,
  });
  nodes.until(untilS);
  const times = [...nodes.timesOf('unreachable:NoExecute', sick)].sort((a, b) => a - b);
  return times.slice(1).map((atS, index) => Math.round(atS - (times[index] ?? 0)));
}

describe('eviction from a zone of a cluster of three, the others well', () => {
  test('case C236: all 60 nodes down: one node every 10 s', () => {
    const gaps = evictionGaps(60, 60, DOWN_S + 900);
    expect(gaps).toHaveLength(59);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(10, 0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
  });

  test('case C236: 55 % or more of more than 50 nodes down: one node every 100 s', () => {
    const gaps = evictionGaps(60, 34, DOWN_S + 1_100);
    const late = gaps.slice(2);
    expect(late.length).toBeGreaterThanOrEqual(6);
    for (const gap of late) expect(gap).toBeGreaterThanOrEqual(95);
    for (const gap of late) expect(gap).toBeLessThanOrEqual(105);
  });

  test('case C236: less than 55 % down: one node every 10 s', () => {
    expect(evictionGaps(60, 30, DOWN_S + 900)).toHaveLength(29);
  });

  test('case C236: 55 % or more of at most 50 nodes down: no more evictions', () => {
    expect(evictionGaps(50, 30, DOWN_S + 7_200).length).toBeLessThanOrEqual(1);
  });
});

describe('the volume of a pod on a node that was shut down, without the out-of-service taint', () => {
  const SHOP = workload({ kind: 'Deployment', name: 'shop', on: ['a1'], volume: true });
  const DOWN_AT_S = 10;
  const DELETED_AT_S = 1_000;

  /** `known`: node lifecycle has found the node not Ready. The pod is deleted by force at 1000 s. */
  function world(known: boolean): WorkloadWorld {
    const running = new WorkloadWorld(SHOP);
    running.until(DOWN_AT_S);
    running.truth.die('a1');
    running.until(60);
    if (known) running.markUnreachable('a1');
    running.until(DELETED_AT_S);
    running.forceDelete('shop-7d4b9-0');
    return running;
  }

  test('case C238: the node is not Ready: detached by force 6 min after the pod is gone', () => {
    const running = world(true);
    running.until(DELETED_AT_S + 359);
    expect(running.attachedTo()).toEqual(['a1']);
    running.until(DELETED_AT_S + 361);
    expect(running.attachedTo()).not.toContain('a1');
  });

  test('case C238: the node still counts as Ready: the volume stays attached', () => {
    const running = world(false);
    running.until(DELETED_AT_S + 7_200);
    expect(running.attachedTo()).toEqual(['a1']);
  });

  test('case C238: while the pod object is there, terminating, the volume stays attached whatever the node is', () => {
    const running = new WorkloadWorld(SHOP);
    running.until(DOWN_AT_S);
    running.truth.die('a1');
    running.until(60);
    running.markUnreachable('a1');
    running.until(DAY_S);
    expect(running.pods('shop')).toEqual(['a1 Terminating', 'a2 Pending']);
    expect(running.attachedTo()).toEqual(['a1']);
  });
});
