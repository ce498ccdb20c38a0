// The lazy monitor must tell exactly the story of the explicit one, which schedules every beat and every pass.

import { describe, expect, test } from 'vitest';
import type { KubernetesConfig } from '../../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../../sim/defaults.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { ExplicitNodeMonitor } from '../../../sim/node/explicit-node-monitor.ts';
import { HeartbeatGrid } from '../../../sim/node/heartbeats.ts';
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
  const made = Array.from({ length: hosts }, (_, host) => {
    const phaseMs = Math.floor(draws.stream(`host ${host}`, 'phase').at(0) * config.leaseRenewMs);
    return new HeartbeatGrid(
      { periodMs: config.leaseRenewMs, jitterShare: config.leaseJitterShare },
      -phaseMs,
      draws.stream(`host ${host}`, 'jitter'),
    );
  });
  const grids = { count: hosts, mayLose: false, of: (host: number) => made[host] as HeartbeatGrid };
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
});
