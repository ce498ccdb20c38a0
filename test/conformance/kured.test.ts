// kured, the neighbour that reboots hosts on purpose, in a whole world. Source of the case: kubereboot/kured 51220cc, and the
// incidents of section 4.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { DAEMON_SET } from '../../core/api/workload.ts';
import type { Lock } from '../../sim/people/kured-lock.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { tinyWorld } from '../kit/tiny-world.ts';
import { budget, node, WORLD_START_MS, workload } from '../kit/workload-objects.ts';

const NODES = ['node-a1', 'node-a2', 'node-b1', 'node-b2'];
const KEY = { namespace: 'kube-system', name: 'kured' };
const HOUR_MS = 3_600_000;

/** As the release installs it, with these flags. */
function kured(args: readonly string[], annotations: Readonly<Record<string, string>> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { ...KEY, uid: 'uid-kured', resourceVersion: '1', annotations },
    spec: {
      selector: { matchLabels: { name: 'kured' } },
      template: {
        metadata: { labels: { name: 'kured' } },
        spec: {
          containers: [
            {
              name: 'kured',
              image: 'ghcr.io/kubereboot/kured:1.16.0',
              command: ['/usr/bin/kured', ...args],
              env: [{ name: 'KURED_NODE_ID', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
            },
          ],
        },
      },
    },
  } as KubeObject;
}

interface Shape {
  readonly args?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly objects?: readonly KubeObject[];
  readonly script?: NonNullable<Parameters<typeof tinyWorld>[0]>['script'];
}

/** Four quiet hosts with kured on each. Boots take 100 s from power-on, shutdowns 20 s. */
function world({ args = ['--period=10m'], annotations, objects = [], script = [] }: Shape): World {
  const config = tinyWorld({
    startMs: WORLD_START_MS,
    objects: [...NODES.map((name) => node(name, 'rack')), kured(args, annotations), ...objects],
    script,
  });
  return startedRun(config, { name: 'none', objects: [] }, { replication: 1, record: false }).world;
}

function lockOf(running: World): Lock | undefined {
  const text = running.store.get(DAEMON_SET, KEY)?.metadata.annotations?.['weave.works/kured-node-lock'];
  return text === undefined ? undefined : (JSON.parse(text) as Lock);
}

function cordoned(running: World): readonly string[] {
  return running.store
    .list(NODE)
    .filter(({ spec }) => spec?.unschedulable === true)
    .map(({ metadata }) => metadata.name);
}

function boots(running: World): string {
  return running.fleet.hosts.map((host) => `${host.config.name} ${host.boots}`).join(', ');
}

/** The steps of all hosts in their order, with who holds the lock at that moment. */
function history(running: World): readonly string[] {
  const lines: string[] = [];
  running.kured?.observe({
    upgrade: (host, step) =>
      lines.push(`${running.fleet.host(host).config.name} ${step}, lock ${lockOf(running)?.nodeID}`),
  });
  return lines;
}

describe('kured', () => {
  test('case C235: concurrency 1: the second of two nodes waits for the lock, and takes it when the first is back', () => {
    const running = world({});
    const lines = history(running);
    running.kured?.requireReboot(0);
    running.kured?.requireReboot(2);
    running.kernel.runUntil(WORLD_START_MS + HOUR_MS);
    expect([...lines].sort()).toEqual(
      [
        'a1 draining, lock node-a1',
        'a1 rebooting, lock node-a1',
        'a1 done, lock undefined',
        'b1 draining, lock node-b1',
        'b1 rebooting, lock node-b1',
        'b1 done, lock undefined',
      ].sort(),
    );
    const first = lines[0]?.slice(0, 2);
    expect(lines.slice(0, 3).every((line) => line.startsWith(first ?? ''))).toBe(true);
    expect(boots(running)).toBe('a1 1, a2 0, b1 1, b2 0');
    expect([lockOf(running), cordoned(running)]).toEqual([undefined, []]);
  });

  test('a process looks for its own lock half a minute to one and a half after its start, and gives it back', () => {
    const waits = [0, 1, 2, 3].map((host) => {
      const running = world({});
      const at = { up: 0, done: 0 };
      running.fleet.onChange((changed) => {
        if (changed === host && running.fleet.host(host).boots === 1 && running.fleet.kubeletActs(host)) {
          at.up ||= running.kernel.nowMs;
        }
      });
      running.kured?.observe({
        upgrade: (_host, step) => {
          if (step === 'done') at.done = running.kernel.nowMs;
        },
      });
      running.kured?.requireReboot(host);
      running.kernel.runUntil(WORLD_START_MS + HOUR_MS);
      return (at.done - at.up) / 1000;
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(90);
    expect(new Set(waits).size).toBe(4);
  });

  const DEAD_HOLDER = JSON.stringify({
    nodeID: 'node-gone',
    metadata: { unschedulable: false },
    created: '2027-01-01T00:00:00Z',
    TTL: 0,
  });

  test('case C235: lock-ttl 0: the lock of a node that never comes back is never freed, and nobody reboots (incident I48)', () => {
    const running = world({ annotations: { 'weave.works/kured-node-lock': DEAD_HOLDER } });
    running.kured?.requireReboot(0);
    running.kernel.runUntil(WORLD_START_MS + 24 * HOUR_MS - 1);
    expect(lockOf(running)?.nodeID).toBe('node-gone');
    expect(boots(running)).toBe('a1 0, a2 0, b1 0, b2 0');
  });

  test('a lock that was taken without an end is judged by the flag of today', () => {
    const running = world({
      args: ['--period=10m', '--lock-ttl=30m'],
      annotations: { 'weave.works/kured-node-lock': DEAD_HOLDER },
    });
    running.kured?.requireReboot(0);
    running.kernel.runUntil(WORLD_START_MS + HOUR_MS);
    expect(boots(running)).toBe('a1 1, a2 0, b1 0, b2 0');
  });

  test('case C235: with a lock-ttl the lock of a node that dies while it reboots goes to the next one in time', () => {
    const running = world({
      args: ['--period=10m', '--lock-ttl=30m'],
      script: [{ name: 'board', atMs: 0, fault: 'hostDead', target: 'a2' }],
      annotations: {
        'weave.works/kured-node-lock': JSON.stringify({
          nodeID: 'node-a2',
          metadata: { unschedulable: false },
          created: new Date(WORLD_START_MS).toISOString(),
          TTL: 1_800_000_000_000,
        }),
      },
    });
    running.kured?.requireReboot(0);
    running.kernel.runUntil(WORLD_START_MS + 1_790_000);
    expect(lockOf(running)?.nodeID).toBe('node-a2');
    running.kernel.runUntil(WORLD_START_MS + HOUR_MS);
    expect(boots(running)).toContain('a1 1,');
    expect(lockOf(running)).toBeUndefined();
  });

  test('concurrency 2: two nodes hold the lock at once, and the third waits', () => {
    const running = world({ args: ['--period', '1m', '--concurrency=2'] });
    for (const host of [0, 1, 2]) running.kured?.requireReboot(host);
    let most = 0;
    running.fleet.onChange(() => {
      const text = running.store.get(DAEMON_SET, KEY)?.metadata.annotations?.['weave.works/kured-node-lock'] ?? '{}';
      const { locks = [] } = JSON.parse(text) as { locks?: readonly Lock[] };
      most = Math.max(most, locks.length);
    });
    running.kernel.runUntil(WORLD_START_MS + 2 * HOUR_MS);
    expect([boots(running), most]).toEqual(['a1 1, a2 1, b1 1, b2 0', 2]);
  });

  const STUCK = [...workload({ name: 'db', kind: 'Deployment', on: ['node-a1'] }), budget('db', { minAvailable: 1 })];

  test('a drain that a budget never allows holds the lock for ever; with drain-timeout it is given back (incident I49)', () => {
    const endless = world({ objects: STUCK });
    endless.kured?.requireReboot(0);
    endless.kured?.requireReboot(1);
    const bounded = world({ args: ['--period=10m', '--drain-timeout=5m'], objects: STUCK });
    bounded.kured?.requireReboot(0);
    bounded.kured?.requireReboot(1);
    for (const running of [endless, bounded]) running.kernel.runUntil(WORLD_START_MS + 6 * HOUR_MS);
    expect(lockOf(endless)?.nodeID).toBe('node-a1');
    expect(cordoned(endless)).toEqual(['node-a1']);
    expect(boots(bounded)).toBe('a1 0, a2 1, b1 0, b2 0');
  });

  test('a pod that fits a blocking selector keeps its node from rebooting, and from the lock', () => {
    const running = world({
      args: ['--period=10m', '--blocking-pod-selector=app in (db)'],
      objects: workload({ name: 'db', kind: 'Deployment', on: ['node-a1'] }),
    });
    running.kured?.requireReboot(0);
    running.kured?.requireReboot(1);
    running.kernel.runUntil(WORLD_START_MS + 6 * HOUR_MS);
    expect([boots(running), lockOf(running)]).toEqual(['a1 0, a2 1, b1 0, b2 0', undefined]);
  });

  test('reboots only in the window; a node that was cordoned before stays so', () => {
    const running = world({ args: ['--period=10m', '--reboot-days=sat', '--start-time=02:00', '--end-time=4:00'] });
    running.store.patch(
      NODE,
      { namespace: '', name: 'node-a1' },
      { spec: { unschedulable: true } },
      { subresource: 'main' },
    );
    const at: number[] = [];
    running.kured?.observe({ upgrade: (_, step) => (step === 'draining' ? at.push(running.kernel.nowMs) : 0) });
    running.kured?.requireReboot(0);
    running.kernel.runUntil(WORLD_START_MS + 24 * HOUR_MS);
    expect(new Date(WORLD_START_MS).toUTCString()).toBe('Fri, 15 Jan 2027 08:00:00 GMT');
    expect(at.map((ms) => new Date(ms).toISOString().slice(0, 12))).toEqual(['2027-01-16T0']);
    expect(new Date(at[0] ?? 0).getUTCHours()).toBeGreaterThanOrEqual(2);
    expect(new Date(at[0] ?? 0).getUTCHours()).toBeLessThan(4);
    expect([boots(running), cordoned(running)]).toEqual(['a1 1, a2 0, b1 0, b2 0', ['node-a1']]);
  });
});
