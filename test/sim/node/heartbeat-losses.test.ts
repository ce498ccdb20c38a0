// Lost heartbeats: the search for long silences finds exactly what a look at every beat finds, single beats are lost
// independently, and the lazy node monitor tells the story of the one that schedules every beat.

import { describe, expect, test } from 'vitest';
import type { KubernetesConfig } from '../../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../../sim/defaults.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import type { HeartbeatLossConfig } from '../../../sim/network/network-config.ts';
import { ExplicitNodeMonitor } from '../../../sim/node/explicit-node-monitor.ts';
import { HeartbeatLosses } from '../../../sim/node/heartbeat-losses.ts';
import { HeartbeatGrid } from '../../../sim/node/heartbeats.ts';
import {
  LazyNodeMonitor,
  lostBeatsToNotice,
  type MonitorEvents,
  type NodeMonitor,
} from '../../../sim/node/node-monitor.ts';
import { fc } from '../../kit/property.ts';

const RHYTHM = { periodMs: 10_000, jitterShare: 0.04 };

function lossesOf(loss: HeartbeatLossConfig, runLeast: number, seed = 'losses', entity = 'host'): HeartbeatLosses {
  return new HeartbeatLosses(loss, { draws: new Draws(rootKey(seed), 1), entity, startMs: 0, runLeast });
}

const losses = fc.record({
  share: fc.constantFrom(0, 0.02, 0.2, 0.5),
  bursts: fc.option(
    fc.record({
      everyMs: fc.constantFrom(100_000, 600_000),
      lastsMs: fc.constantFrom(5_000, 60_000),
      share: fc.constantFrom(0.6, 1),
    }),
    { nil: undefined },
  ),
});

function configOf(loss: { share: number; bursts?: HeartbeatLossConfig['bursts'] | undefined }): HeartbeatLossConfig {
  return loss.bursts === undefined ? { share: loss.share } : { share: loss.share, bursts: loss.bursts };
}

describe('lost heartbeats', () => {
  test('the search for silences finds what a look at every beat finds', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 6 }), fc.string(), (loss, lostLeast, seed) => {
        const jitter = new Draws(rootKey(seed), 1).stream('host', 'jitter');
        const grid = new HeartbeatGrid(RHYTHM, 0, jitter, lossesOf(configOf(loss), lostLeast, seed));
        const beats = 1500;
        const found: string[] = [];
        let afterMs = 0;
        for (;;) {
          const silence = grid.nextSilence(afterMs, { lostLeast, untilMs: grid.beatAtMs(beats) });
          if (silence === undefined) break;
          found.push(`${silence.lastMs} to ${silence.nextMs}`);
          afterMs = silence.nextMs + 1;
        }
        const looked: string[] = [];
        for (let k = 1; k < beats; k++) {
          if (!grid.isLost(k)) continue;
          const first = k;
          while (grid.isLost(k)) k++;
          if (k - first >= lostLeast) looked.push(`${grid.beatAtMs(first - 1)} to ${grid.beatAtMs(k)}`);
        }
        // A run that reaches over the end may be seen by one of the two only.
        const end = grid.beatAtMs(beats - lostLeast - 1);
        const within = (silence: string): boolean => Number(silence.split(' ')[0]) < end;
        expect(found.filter(within)).toEqual(looked.filter(within));
      }),
      { numRuns: 150 },
    );
  });

  test.each([1, 4, 7])('beats are lost independently, whatever the run that matters: %i', (runLeast) => {
    const share = 0.3;
    const beats = 100_000;
    const chance = lossesOf({ share }, runLeast);
    const lost = Array.from({ length: beats }, (_, index) => (chance.lost(index, 0) ? 1 : 0));
    const both = (lag: number): number => {
      let count = 0;
      for (let i = lag; i < beats; i++) count += (lost[i] ?? 0) * (lost[i - lag] ?? 0);
      return count / (beats - lag);
    };
    const near = (value: number, expected: number): void =>
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(4 * Math.sqrt((2 * expected * (1 - expected)) / beats));
    near(lost.reduce<number>((sum, one) => sum + one, 0) / beats, share);
    for (const lag of [1, 2, 3, 4]) near(both(lag), share ** 2);
  });

  test('bursts take their share of the time, and what they lose is lost in them only', () => {
    const bursts = { everyMs: 90_000, lastsMs: 10_000, share: 1 };
    const burst = lossesOf({ share: 0, bursts }, 4);
    let bad = 0;
    let outside = 0;
    const asked = 200_000;
    for (let i = 0; i < asked; i++) {
      const holds = burst.badTimeFrom(i * 1000).fromMs <= i * 1000;
      if (holds) bad++;
      if (burst.lost(i, i * 1000) !== holds) outside++;
    }
    expect(outside).toBe(0);
    // 2,000 cycles of two exponential times: the standard error of the share is 0.1 * 0.9 * sqrt(2 / 2000).
    expect(Math.abs(bad / asked - 0.1)).toBeLessThanOrEqual(4 * 0.09 * Math.sqrt(2 / 2000));
  });
});

interface Step {
  readonly host: number;
  readonly atMs: number;
  readonly what: 'toggle' | 'restart' | 'grace' | 'controller' | 'lossy';
}

const HOSTS = 3;

/** What the monitor says of hosts that stop, return and restart, of a controller that dies for 20 s, and of full disruption. */
function historyOf(
  mode: 'lazy' | 'explicit',
  config: KubernetesConfig,
  loss: HeartbeatLossConfig,
  steps: readonly Step[],
): readonly string[] {
  const kernel = new Kernel();
  const draws = new Draws(rootKey('lossy monitor'), 1);
  const endMs = 3_600_000;
  const log: string[] = [];
  const known = Array.from({ length: HOSTS }, () => 'True');
  const say = (host: number, ready: string): void => {
    if (known[host] === ready) return;
    known[host] = ready;
    log.push(`${kernel.nowMs} host ${host} ${ready}`);
  };
  const events: MonitorEvents = {
    stale: (host) => say(host, 'Unknown'),
    beat: (host) => say(host, 'True'),
    wantsBeat: (host) => known[host] !== 'True',
  };
  const made = known.map((_, host) => {
    const entity = `host ${host}`;
    const parts = { draws, entity, startMs: 0, runLeast: lostBeatsToNotice(config) };
    const phaseMs = Math.floor(draws.stream(entity, 'phase').at(0) * config.leaseRenewMs);
    const rhythm = { periodMs: config.leaseRenewMs, jitterShare: config.leaseJitterShare };
    return new HeartbeatGrid(rhythm, -phaseMs, draws.stream(entity, 'jitter'), new HeartbeatLosses(loss, parts));
  });
  const grids = { count: made.length, mayLose: true, of: (host: number) => made[host] as HeartbeatGrid };
  const monitor: NodeMonitor =
    mode === 'lazy'
      ? new LazyNodeMonitor(kernel, config, grids, events, endMs)
      : new ExplicitNodeMonitor(kernel, config, grids, events);
  monitor.start(() => undefined);
  const beating = known.map(() => true);
  let running = true;
  for (const { host, atMs, what } of steps) {
    kernel.call(atMs, () => {
      if (what === 'toggle') {
        if (beating[host] === true) monitor.stopped(host);
        else monitor.returned(host, false);
        beating[host] = beating[host] !== true;
      } else if (what === 'restart') {
        monitor.returned(host, true);
        beating[host] = true;
      } else if (what === 'grace') monitor.restartGrace();
      else if (what === 'lossy') {
        made[host]?.lose({ fromMs: atMs, toMs: atMs + 400_000, share: 0.8 }, () => {
          throw new Error('the grid has losses already');
        });
        monitor.lossesChanged(host);
      } else if (running) {
        running = false;
        monitor.controllerStopped();
        kernel.call(atMs + 20_000, () => {
          running = true;
          monitor.controllerStarted();
        });
      }
    });
  }
  kernel.runUntil(endMs - 100_000);
  return log;
}

describe('the lazy monitor with lost beats', () => {
  const step = fc.record({
    host: fc.nat(HOSTS - 1),
    atMs: fc.nat(3_000_000),
    what: fc.constantFrom<Step['what']>('toggle', 'toggle', 'restart', 'restart', 'grace', 'controller', 'lossy'),
  });

  test.each(['observation', 'timestamp'] as const)(
    'tells the story of the explicit one, grace from %s',
    (graceFrom) => {
      fc.assert(
        fc.property(losses, fc.uniqueArray(step, { maxLength: 12, selector: ({ atMs }) => atMs }), (loss, steps) => {
          const config = { ...DEFAULT_KUBERNETES, graceFrom };
          const [lazy, explicit] = (['lazy', 'explicit'] as const).map((mode) =>
            historyOf(mode, config, configOf(loss), steps),
          );
          expect(lazy).toEqual(explicit);
        }),
        {
          numRuns: 150,
          examples: [
            // A controller that restarts while the first beat of a kubelet is still to come.
            [
              { share: 0.5, bursts: undefined },
              [
                { host: 0, atMs: 1, what: 'controller' },
                { host: 1, atMs: 0, what: 'restart' },
              ],
            ],
          ],
        },
      );
    },
  );
});
