// Closed-form answers that must come out of the simulator by configuring it: a scenario, a run, its story.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { KubeObject } from '../../core/api/object.ts';
import type { HostConfig, PoolConfig, SimConfig } from '../../sim/config.ts';
import { DEFAULT_KUBERNETES, DEFAULT_POOL } from '../../sim/defaults.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { simulate } from '../../sim/simulation.ts';
import { aHost, tinyWorld } from '../kit/tiny-world.ts';

const NOTHING = { name: 'nothing', objects: [] };

/** Node and BareMetalHost of every host, as a settled cluster has them. */
function objectsOf(hosts: readonly HostConfig[]): readonly KubeObject[] {
  return hosts.flatMap(({ namespace, name, nodeName }): readonly KubeObject[] => [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, uid: `node-${name}`, resourceVersion: '1' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    },
    {
      apiVersion: 'metal3.io/v1alpha1',
      kind: BARE_METAL_HOST.kind,
      metadata: { namespace, name, uid: `host-${name}`, resourceVersion: '1' },
      spec: { online: true, externallyProvisioned: true, consumerRef: { kind: 'Machine', name, namespace } },
      status: { poweredOn: true, provisioning: { state: 'externally provisioned' } },
    },
  ]);
}

describe('oracle D10: detection latency, heartbeat timestamps', () => {
  // Heartbeat every 10 s, grace 40 s from the beat's own stamp, checks every 5 s: X = 40 - U(0,10) + U(0,5).
  const hosts = Array.from({ length: 400 }, (_, i) => aHost(`h${i}`, `rack-${i % 20}`));
  const instants = new Draws(rootKey('D10'), 1).stream('silences', 'instant');
  const script = hosts.flatMap(({ name }, i) =>
    Array.from({ length: 10 }, (_, k) => ({
      name: `silence ${i}.${k}`,
      atMs: 1_200_000 * k + 100_000 + Math.floor(instants.at(10 * i + k) * 900_000),
      fault: 'selfHealingOutage' as const,
      target: name,
      forMs: 120_000,
    })),
  );
  const config: SimConfig = tinyWorld({
    hosts,
    objects: objectsOf(hosts),
    script,
    durationMs: 12_300_000,
    kubernetes: { ...DEFAULT_KUBERNETES, monitorGraceMs: 40_000, graceFrom: 'timestamp', leaseJitterShare: 0 },
  });
  const { recording } = simulate(config, NOTHING, { replication: 1, record: true });
  const latencies: number[] = [];
  const open = new Map<string, number>();
  for (const { topic, subject, text, atMs } of recording?.story ?? []) {
    if (topic === 'fault' && text.startsWith('selfHealingOutage, ')) open.set(`node-${subject}`, atMs);
    const sinceMs = open.get(subject);
    if (topic !== 'node' || text !== 'Ready=Unknown' || sinceMs === undefined) continue;
    latencies.push((atMs - sinceMs) / 1000);
    open.delete(subject);
  }
  latencies.sort((a, b) => a - b);
  const n = latencies.length;
  const mean = latencies.reduce((sum, x) => sum + x, 0) / n;
  const variance = latencies.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);

  test('every silence of two minutes is detected', () => {
    expect(n).toBe(4000);
  });

  test('mean 37.5 s within four standard errors, which are under 1 %', () => {
    const standardError = Math.sqrt(variance / n);
    expect(Math.abs(mean - 37.5)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.01 * 37.5);
  });

  test('variance 125/12, support [30, 45] s, quartiles and 95 % point', () => {
    // Standard error of the variance of this law: sqrt((m4 - s^4) / n), m4 = 227.0833 from its two uniform parts.
    expect(Math.abs(variance - 125 / 12)).toBeLessThanOrEqual(4 * Math.sqrt((227.0833 - (125 / 12) ** 2) / n));
    expect(latencies[0]).toBeGreaterThanOrEqual(30);
    expect(latencies[n - 1]).toBeLessThanOrEqual(45.001);
    const share = (limit: number): number => latencies.filter((x) => x <= limit).length / n;
    for (const [limit, expected] of [
      [35, 0.25],
      [40, 0.75],
      [42.763932, 0.95],
    ] as const) {
      expect(Math.abs(share(limit) - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / n));
    }
  });
});

describe('oracle D14: resync bandwidth sharing, 1 GB/s in all', () => {
  const GB = 1e9;
  // Each owing host has its own rack and switch; a long silence overruns a log of no length, so all its bytes are owed.
  const owing = ['a', 'b', 'c'];
  const hosts = [...owing, 'd', 'e', 'f'].map((name) => aHost(name, `rack-${name}`, { dataDisks: 1 }));
  const start = 1_000_000;

  /** Seconds from the first return to the end of each host's resync. */
  function doneAt(
    sizes: readonly number[],
    arrivals: readonly number[],
    perHostBytesPerSecond: number,
  ): readonly number[] {
    const pool: PoolConfig = {
      ...DEFAULT_POOL,
      name: 'pool',
      usedBytes: { ...Object.fromEntries(owing.map((name, i) => [name, (sizes[i] ?? 0) * GB])), d: GB, e: GB, f: GB },
      // A copy of every group on every host: the groups go on accepting writes while three hosts are away.
      replicas: 6,
      logWrites: 0,
      minSize: 1,
      downOutMs: 1e9,
      resyncBytesPerSecond: GB,
      resyncBytesPerSecondPerHost: perHostBytesPerSecond,
    };
    const config = tinyWorld({
      hosts,
      objects: objectsOf(hosts),
      pools: [pool],
      script: owing.map((name, i) => ({
        name: `switch of ${name}`,
        atMs: start - 600_000,
        fault: 'switchOutage' as const,
        target: `rack-${name}`,
        forMs: 600_000 + (arrivals[i] ?? 0) * 1000,
      })),
    });
    const { recording } = simulate(config, NOTHING, { replication: 1, record: true });
    return owing.map((name) => {
      const end = recording?.story.find(
        ({ topic, subject, text }) => topic === 'storage' && subject === name && text === 'resync of pool complete',
      );
      return ((end?.atMs ?? Number.NaN) - start) / 1000;
    });
  }

  test.each([
    { given: '(a) three at once', sizes: [100, 200, 400], arrivals: [0, 0, 0], cap: 1, done: [300, 500, 700] },
    { given: '(b) one after the other', sizes: [300, 100, 50], arrivals: [0, 100, 150], cap: 1, done: [450, 350, 300] },
    {
      given: '(c) a cap of 0.4 GB/s each',
      sizes: [100, 200, 400],
      arrivals: [0, 0, 0],
      cap: 0.4,
      done: [300, 550, 1050],
    },
  ])('$given: done at $done s', ({ sizes, arrivals, cap, done }) => {
    expect(doneAt(sizes, arrivals, cap * GB)).toEqual(done);
  });
});
