// What simulators of the node lifecycle controller get wrong easily, against the whole world.

import { describe, expect, test } from 'vitest';
import { findCondition, withCondition } from '../../../core/api/conditions.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import type { KubernetesConfig } from '../../../sim/config.ts';
import { type Silence, SilentNodes } from '../../kit/silent-nodes.ts';
import { node, pod } from '../../kit/workload-objects.ts';

const NO_SCHEDULE = 'unreachable:NoSchedule';
const NO_EXECUTE = 'unreachable:NoExecute';
const FOREVER_S = 80_000;

function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(2, '0')}`);
}

/** Nodes of a zone, as objects. */
function zoned(names: readonly string[], zone: string, labels: Readonly<Record<string, string>> = {}): KubeObject[] {
  return names.map((name) => {
    const object = node(name, 'rack');
    const own = { ...object.metadata.labels, 'topology.kubernetes.io/zone': zone, ...labels };
    return { ...object, metadata: { ...object.metadata, labels: own } };
  });
}

function silent(nodes: readonly string[], fromS: number, toS = FOREVER_S): Silence {
  return { nodes, fromS, toS };
}

const MODES: readonly KubernetesConfig['heartbeats'][] = ['lazy', 'explicit'];

describe.each(MODES)('a restart of the controller, heartbeats %s', (heartbeats) => {
  const names = named('n', 4);

  test('counts every silence anew: 40 s of silence before it do not count', () => {
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 100)], kubernetes: { heartbeats } });
    nodes.until(141);
    nodes.world.lifecycle.restartController();
    nodes.until(300);
    expect(nodes.timesOf('Ready=Unknown', names)).toEqual([191]);
  });

  test('sees nothing while it is down', () => {
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 100)], kubernetes: { heartbeats } });
    nodes.until(141);
    nodes.world.lifecycle.restartController(60_000);
    nodes.until(400);
    expect(nodes.timesOf('Ready=Unknown', names)).toEqual([251]);
    expect(nodes.timesOf(NO_EXECUTE, names)).toEqual([256]);
  });

  test('takes NoExecute off nodes that are down, and puts it on again at the rate of the zone', () => {
    const nodes = new SilentNodes({
      names: named('n', 8),
      silences: [silent(['n00', 'n01'], 100)],
      kubernetes: { heartbeats },
    });
    nodes.until(400);
    nodes.world.lifecycle.restartController();
    nodes.until(500);
    expect(nodes.timesOf(`no ${NO_EXECUTE}`, names)).toEqual([400, 400]);
    expect(nodes.timesOf(NO_EXECUTE, names).slice(2)).toEqual([400, 410]);
  });
});

describe('what becomes of a silent node', () => {
  const names = named('n', 4);

  test('four conditions turn Unknown, NetworkUnavailable stays; a condition that nobody posted was never updated', () => {
    const posted = (type: string, status: 'True' | 'False', reason: string) => ({ type, status, reason });
    const given: KubeObject = {
      ...node('n00', 'rack'),
      status: {
        conditions: [
          posted('NetworkUnavailable', 'False', 'RouteCreated'),
          posted('Ready', 'True', 'KubeletReady'),
          posted('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        ],
      },
    };
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 100)], objects: [given] });
    nodes.until(200);
    expect(nodes.node('n00')?.status?.conditions?.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['NetworkUnavailable', 'False', 'RouteCreated'],
      ['Ready', 'Unknown', 'NodeStatusUnknown'],
      ['DiskPressure', 'Unknown', 'NodeStatusUnknown'],
      ['MemoryPressure', 'Unknown', 'NodeStatusNeverUpdated'],
      ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
    ]);
  });

  test('its pods are not Ready at once, reason kept; one event for the node, one per Ready pod', () => {
    const pods = ['p0', 'p1'].map((name) => pod(name, undefined, {}, {}, 'n00'));
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 100)], objects: pods });
    nodes.until(200);
    const [unknownS] = nodes.timesOf('Ready=Unknown', names);
    expect(nodes.events).toEqual([
      `+${unknownS} n00 NodeNotReady`,
      `+${unknownS} p0 NodeNotReady`,
      `+${unknownS} p1 NodeNotReady`,
    ]);
    const ready = nodes.world.store.list(POD).map(({ status }) => findCondition(status?.conditions, 'Ready')?.status);
    expect(ready).toEqual(['False', 'False']);
  });

  test('a Node that nobody ever posted status for has 60 s from its creation', () => {
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 100)] });
    nodes.until(400);
    nodes.world.store.delete(NODE, { namespace: '', name: 'n00' });
    nodes.until(401);
    const { status: _dropped, ...bare } = node('n00', 'rack');
    nodes.world.store.create(NODE, bare);
    nodes.until(600);
    expect(nodes.timesOf('Ready=Unknown', names).at(-1)).toBe(465);
    expect(nodes.node('n00')?.status?.conditions?.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Ready NodeStatusNeverUpdated',
      'MemoryPressure NodeStatusNeverUpdated',
      'DiskPressure NodeStatusNeverUpdated',
      'PIDPressure NodeStatusNeverUpdated',
    ]);
    expect(nodes.taints(['n00'])).toEqual([[NO_SCHEDULE, NO_EXECUTE]]);
  });

  test('a lease alone keeps a node alive: without status nothing is written', () => {
    const nodes = new SilentNodes({ names, silences: [] });
    const key = { namespace: '', name: 'outside' };
    const { status: _dropped, ...bare } = node('outside', 'rack');
    nodes.world.store.create(NODE, bare);
    const version = nodes.world.store.get(NODE, key)?.metadata.resourceVersion;
    nodes.until(86_000);
    expect(nodes.world.store.get(NODE, key)?.metadata.resourceVersion).toBe(version);
  });
});

describe('taints follow conditions and the cordon', () => {
  const names = named('n', 4);

  function post(nodes: SilentNodes, type: string, status: 'True' | 'False' | 'Unknown'): void {
    nodes.world.store.update<Node>(NODE, { namespace: '', name: 'n00' }, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        conditions: withCondition(current.status?.conditions, { type, status }, nodes.world.kernel.nowMs),
      },
    }));
  }

  test.each([
    ['MemoryPressure', ['memory-pressure:NoSchedule']],
    ['DiskPressure', ['disk-pressure:NoSchedule']],
    ['PIDPressure', ['pid-pressure:NoSchedule']],
    ['NetworkUnavailable', ['network-unavailable:NoSchedule']],
  ])('%s', (type, expected) => {
    const nodes = new SilentNodes({ names, silences: [] });
    post(nodes, type, 'True');
    const on = nodes.taints(['n00']);
    post(nodes, type, 'False');
    expect([on, nodes.taints(['n00'])]).toEqual([[expected], [[]]]);
  });

  test('a cordoned node is unschedulable by taint, too', () => {
    const nodes = new SilentNodes({ names, silences: [] });
    nodes.world.workload.drain('n00', { timeoutMs: 1000 }, () => undefined);
    const on = nodes.taints(['n00']);
    nodes.world.workload.uncordon('n00');
    expect([on, nodes.taints(['n00'])]).toEqual([[['unschedulable:NoSchedule']], [[]]]);
  });

  test('a kubelet that says not Ready: NoSchedule at once, NoExecute from the next pass; swapped when it falls silent', () => {
    const nodes = new SilentNodes({ names, silences: [silent(['n00'], 115)] });
    nodes.until(101);
    post(nodes, 'Ready', 'False');
    const atOnce = nodes.taints(['n00']);
    nodes.until(105);
    const queued = nodes.taints(['n00']);
    nodes.until(170);
    const unknownS = nodes.timesOf('Ready=Unknown', ['n00'])[0] ?? Number.NaN;
    expect([atOnce, queued]).toEqual([[['not-ready:NoSchedule']], [['not-ready:NoSchedule', 'not-ready:NoExecute']]]);
    nodes.until(unknownS + 5);
    expect(nodes.taints(['n00'])).toEqual([[NO_SCHEDULE, NO_EXECUTE]]);
    expect(nodes.timesOf(NO_EXECUTE, ['n00'])).toEqual([unknownS + 5]);
  });
});

describe('zones', () => {
  const A = named('a', 4);
  const B = named('b', 4);

  test('one zone down while another lives: the normal rate', () => {
    const nodes = new SilentNodes({
      names: [...A, ...B],
      objects: [...zoned(A, 'za'), ...zoned(B, 'zb')],
      silences: [silent(A, 100)],
      seed: 'one',
    });
    nodes.until(300);
    const times = nodes.timesOf(NO_EXECUTE, A);
    expect(times.map((atS) => atS - (times[0] ?? 0))).toEqual([0, 10, 20, 30]);
  });

  test('55 % of a zone of more than 50: one taint in 100 s', () => {
    const big = named('n', 60);
    const nodes = new SilentNodes({ names: big, silences: [silent(big.slice(0, 40), 100)], seed: 'one' });
    nodes.until(550);
    const times = nodes.timesOf(NO_EXECUTE, big);
    const partialS = nodes.timesOf('Ready=Unknown', big)[32] ?? Number.NaN;
    expect(times.filter((atS) => atS > partialS + 5).map((atS, index, list) => atS - (list[index - 1] ?? atS))).toEqual(
      [0, 100, 100, 100],
    );
  });

  test('excluded nodes do not count: six of ten that count are 60 %, whatever the others do', () => {
    const counted = named('c', 10);
    const excluded = named('x', 10);
    const label = { 'node.kubernetes.io/exclude-disruption': '' };
    const stopped = (objects: readonly KubeObject[]) => {
      const nodes = new SilentNodes({
        names: [...counted, ...excluded],
        objects,
        silences: [silent(counted.slice(0, 6), 100)],
        seed: 'one',
      });
      nodes.until(400);
      return nodes.timesOf(NO_EXECUTE, counted).length;
    };
    expect([stopped([]), stopped(zoned(excluded, '', label))]).toEqual([6, 0]);
  });

  test('all zones down: no NoExecute at all; one node back: the others are queued, the first after 10 s', () => {
    const nodes = new SilentNodes({
      names: A,
      silences: [silent(A.slice(0, 1), 100), silent(A.slice(1, 2), 100, 400), silent(A.slice(2), 100, 400)],
      seed: 'one',
    });
    nodes.until(399);
    const during = nodes.taints(A);
    nodes.until(500);
    expect(during).toEqual([[NO_SCHEDULE], [NO_SCHEDULE], [NO_SCHEDULE], [NO_SCHEDULE]]);
    const backS = Math.ceil((nodes.timesOf('Ready=True', A)[0] ?? 0) / 5) * 5;
    expect(nodes.timesOf(NO_EXECUTE, A).filter((atS) => atS > 400)).toEqual([backS + 10]);
  });

  test('leaving full disruption gives every node a full grace, also one that does not count', () => {
    const nodes = new SilentNodes({
      names: [...A, 'x'],
      objects: zoned(['x'], '', { 'node.kubernetes.io/exclude-disruption': '' }),
      silences: [silent(A, 100, 400), silent(['x'], 380)],
      seed: 'one',
    });
    nodes.until(600);
    const leftS = Math.ceil((nodes.timesOf('Ready=True', A)[0] ?? 0) / 5) * 5;
    expect(nodes.timesOf('Ready=Unknown', ['x'])).toEqual([leftS + 50]);
  });
});
