// The lazy monitor must tell exactly the story of the explicit one, which schedules every beat and every pass; and oracle D10
// must come out of it by configuration alone.

import { describe, expect, test } from 'vitest';
import type { KubernetesConfig } from '../../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../../sim/defaults.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { ExplicitNodeMonitor } from '../../../sim/node/explicit-node-monitor.ts';
import { detectionAtMs, HeartbeatGrid } from '../../../sim/node/heartbeats.ts';
import { LazyNodeMonitor, type MonitorEvents } from '../../../sim/node/node-monitor.ts';
import { fc } from '../../kit/property.ts';

interface Change {
  readonly host: number;
  readonly atMs: number;
  readonly what: 'stops' | 'returns' | 'restarts';
}

/** Alternates each host between beating and silent at the given instants. */
function changesOf(
  instants: readonly { host: number; atMs: number; restart: boolean }[],
  hosts: number,
): readonly Change[] {
  const beating = Array.from({ length: hosts }, () => true);
  const taken = new Set<string>();
  return [...instants]
    .sort((a, b) => a.atMs - b.atMs || a.host - b.host)
    .filter(({ host, atMs }) => !taken.has(`${host}@${atMs}`) && taken.add(`${host}@${atMs}`))
    .map(({ host, atMs, restart }) => {
      const was = beating[host] === true;
      beating[host] = !was;
      return { host, atMs, what: was ? ('stops' as const) : restart ? ('restarts' as const) : ('returns' as const) };
    });
}

function historyOf(
  mode: 'lazy' | 'explicit',
  config: KubernetesConfig,
  hosts: number,
  changes: readonly Change[],
  untilMs: number,
) {
  const kernel = new Kernel();
  const draws = new Draws(rootKey('monitor'), 1);
  const log: string[] = [];
  const known = Array.from({ length: hosts }, () => 'True');
  const events: MonitorEvents = {
    stale: (host) => {
      if (known[host] === 'Unknown') return;
      known[host] = 'Unknown';
      log.push(`${kernel.nowMs} host ${host} Unknown`);
    },
    beat: (host) => {
      if (known[host] === 'True') return;
      known[host] = 'True';
      log.push(`${kernel.nowMs} host ${host} True`);
    },
    wantsBeat: (host) => known[host] !== 'True',
  };
  const grids = Array.from({ length: hosts }, (_, host) => {
    const phaseMs = Math.floor(draws.stream(`host ${host}`, 'phase').at(0) * config.leaseRenewMs);
    return new HeartbeatGrid(
      { periodMs: config.leaseRenewMs, jitterShare: config.leaseJitterShare },
      -phaseMs,
      draws.stream(`host ${host}`, 'jitter'),
    );
  });
  const monitor =
    mode === 'lazy'
      ? new LazyNodeMonitor(kernel, config, grids, events)
      : new ExplicitNodeMonitor(kernel, config, grids, events);
  monitor.start(() => undefined);
  for (const { host, atMs, what } of changes) {
    kernel.call(atMs, () => (what === 'stops' ? monitor.stopped(host) : monitor.returned(host, what === 'restarts')));
  }
  kernel.runUntil(untilMs);
  return { log, processed: kernel.processed };
}

describe('node monitor', () => {
  test.each(['observation', 'timestamp'] as const)(
    'lazy and explicit histories are equal, grace from %s',
    (graceFrom) => {
      const config = { ...DEFAULT_KUBERNETES, graceFrom };
      fc.assert(
        fc.property(
          fc.array(fc.record({ host: fc.nat(2), atMs: fc.nat(400_000), restart: fc.boolean() }), { maxLength: 40 }),
          (instants) => {
            const changes = changesOf(instants, 3);
            const lazy = historyOf('lazy', config, 3, changes, 600_000);
            const explicit = historyOf('explicit', config, 3, changes, 600_000);
            expect(lazy.log).toEqual(explicit.log);
          },
        ),
        { numRuns: 400 },
      );
    },
  );

  test('a healthy fleet costs no event, however long', () => {
    expect(historyOf('lazy', DEFAULT_KUBERNETES, 1000, [], 10 * 365 * 86_400_000).processed).toBe(0);
  });

  test('a silence shorter than the grace is never seen', () => {
    const changes = changesOf(
      [
        { host: 0, atMs: 100_000, restart: false },
        { host: 0, atMs: 139_000, restart: false },
      ],
      1,
    );
    expect(historyOf('lazy', DEFAULT_KUBERNETES, 1, changes, 400_000).log).toEqual([]);
  });

  // Oracle D10: heartbeat every 10 s, grace 40 s from the beat's own stamp, checks every 5 s.
  test('oracle D10: detection latency is 40 - U(0,10) + U(0,5) s', () => {
    const stream = new Draws(rootKey('D10'), 1).stream('silences', 'instant');
    const rule = { graceMs: 40_000, periodMs: 5_000, from: 'timestamp', gridMs: 0 } as const;
    const latencies: number[] = [];
    for (let i = 0; i < 200_000; i++) {
      const grid = new HeartbeatGrid(
        { periodMs: 10_000, jitterShare: 0 },
        Math.floor(stream.at(2 * i) * 10_000),
        stream,
      );
      const failsAtMs = 20_000 + Math.floor(stream.at(2 * i + 1) * 10_000_000);
      latencies.push((detectionAtMs(grid.lastBefore(failsAtMs), rule) - failsAtMs) / 1000);
    }
    latencies.sort((a, b) => a - b);
    const n = latencies.length;
    const mean = latencies.reduce((sum, x) => sum + x, 0) / n;
    const variance = latencies.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
    const standardError = Math.sqrt(variance / n);
    expect(Math.abs(mean - 37.5)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.01 * 37.5);
    expect(Math.abs(variance - 125 / 12)).toBeLessThan(0.1);
    expect(latencies[0]).toBeGreaterThanOrEqual(30);
    expect(latencies[n - 1]).toBeLessThanOrEqual(45.001);
    expect(Math.abs((latencies[Math.floor(n * 0.95)] ?? 0) - 42.763932)).toBeLessThan(0.05);
    expect(Math.abs(latencies.filter((x) => x <= 35).length / n - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n));
  });
});
