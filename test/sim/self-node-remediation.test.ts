// NodeHealthCheck and SelfNodeRemediation in a whole cluster: the published chain of times, who resets which host when, what a
// watchdog that does not fire means, and what it all costs while nothing happens.

import { describe, expect, test } from 'vitest';
import type { SimConfig } from '../../sim/config.ts';
import { DEFAULT_FAULTS, DEFAULT_PEOPLE } from '../../sim/defaults.ts';
import { simulate } from '../../sim/simulation.ts';
import { chainOf, storyOf, studyOf } from '../kit/remediation-story.ts';

const withoutWatchdogs = (config: SimConfig): SimConfig => ({
  ...config,
  watchdog: { ...config.watchdog, brokenShare: 1 },
});

describe('from the failure of a host to its workload on another', () => {
  // Source: Red Hat, Ask an OpenShift Expert 159: 50 s + NHC 300 s + SNR 180 s + 15 s = 545 s. Here the health
  // check acts a second after its time and the manager a second after its, as their code does; the last 15 s are the wait
  // for the pod garbage collector's next pass (every 20 s) and 8 s for the pod to start.
  test.each([
    ['worker-3', { detect: 50, healthCheck: 301.002, safeTime: 180.998, release: 7.834, start: 8.006 }],
    ['worker-1', { detect: 45, healthCheck: 301.002, safeTime: 180.998, release: 12.834, start: 8.006 }],
  ])('%s takes 545 s and what its grids add', (host, chain) => {
    expect(chainOf({ host, fault: 'hostDead' })).toEqual(chain);
    expect(Object.values(chain).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(547.84, 3);
  });
});

describe('who resets which host', () => {
  test('kubelet dead: the agent obeys the request and is faster than its watchdog, which it calls late after 30 s', () => {
    const story = storyOf({ host: 'worker-2', fault: 'kubeletDead' });
    expect(story.lines('effect', 'node')).toEqual([
      '+45 Ready=Unknown',
      '+376.008 reset',
      '+466.008 Ready=False',
      '+476.008 Ready=True',
    ]);
    expect(story.metrics).toMatchObject({ fencings: 1, selfFencings: 1, splitBrains: 0 });
  });

  test('operating system hung: the watchdog, before anybody has noticed', () => {
    const story = storyOf({ host: 'worker-2', fault: 'osHang' });
    expect(story.lines('effect', 'node')).toEqual([
      '+40.991 reset',
      '+45 Ready=Unknown',
      '+130.991 Ready=False',
      '+140.991 Ready=True',
    ]);
  });

  test('cut off for 100 s: the agent hears nobody and resets a host that would have come back', () => {
    const story = storyOf({ host: 'worker-2', fault: 'selfHealingOutage', lasts: '100s' });
    expect(story.lines('effect', 'fencing')).toEqual([
      '+75.991 reset',
      '+175.991 the fencing was needless: left alone it would have served 1m16s earlier',
    ]);
    expect(story.metrics).toMatchObject({ fencings: 1, selfFencings: 1, needlessSelfHealing: 1 });
  });

  test('cut off for 50 s: the checks have not failed often enough', () => {
    expect(storyOf({ host: 'worker-2', fault: 'selfHealingOutage', lasts: '50s' }).resets).toEqual([]);
  });

  test('the switch of a rack is gone: all of its hosts reset themselves, the control plane node too (incident I37)', () => {
    const story = storyOf({ host: 'worker-2', fault: 'switchOutage', rack: 'rack-1', lasts: '4m' });
    expect(story.resets).toEqual(['+104 worker-3', '+105 master-0', '+109 worker-0']);
  });
});

describe('incident I38, museum R7: taken for rebooted, and it was not', () => {
  test('the kubelet is dead, nothing resets the host, and its pods start a second time', () => {
    const story = storyOf({ host: 'worker-2', fault: 'kubeletDead', change: withoutWatchdogs });
    expect(story.metrics).toMatchObject({ fencings: 0, splitBrains: 1 });
    expect(story.lines('host')).toEqual([
      '+527 split brain: taken for rebooted and its workloads released, but it goes on with the same boot',
    ]);
  });

  test.each([
    ['15m', 1],
    ['5m', 0],
  ])('a hang of %s that passes by itself: %i split brains', (lasts, splitBrains) => {
    const story = storyOf({ host: 'worker-2', fault: 'osHang', lasts, change: withoutWatchdogs });
    expect(story.metrics).toMatchObject({ fencings: 0, splitBrains });
  });
});

const UNTIL_WELL = [
  '+45 Ready=Unknown',
  '+346.004 RemediationStarted',
  '+346.004 AddFinalizer',
  '+346.006 AddNoScheduleTaint',
  '+346.006 UpdateTimeAssumedRebooted',
  '+466.008 Ready=False',
  '+476.008 Ready=True',
];

describe('incident I41, museum R8: the node is well again before its time is over', () => {
  const actions = (lineage: 'exact' | 'corrected'): readonly string[] =>
    storyOf({ host: 'worker-2', fault: 'kubeletDead', lineage })
      .lines('event', 'node')
      .map((line) => line.replace(/^(\S+) (?:self-node-remediation: )?([^:]+).*$/, '$1 $2'));

  test('exact: it is taken out of service all the same', () => {
    expect(actions('exact')).toEqual([
      ...UNTIL_WELL,
      '+527.002 AddOutOfService',
      '+527.004 RemoveOutOfService',
      '+527.004 DeleteResources',
      '+527.006 RemoveNoScheduleTaint',
    ]);
  });

  test('corrected: it is let alone as soon as its request is deleted', () => {
    expect(actions('corrected')).toEqual([...UNTIL_WELL, '+476.012 RemoveNoScheduleTaint']);
  });
});

test('nine healthy nodes with their agents cost nothing: 40 minutes are as many events as 80', () => {
  const events = [1, 2].map(
    (times) =>
      storyOf({ host: 'worker-2', change: (config) => ({ ...config, durationMs: config.durationMs * times }) })
        .eventsProcessed,
  );
  expect(events[1]).toBe(events[0]);
});

describe('ten stormy days', () => {
  const classes = Object.fromEntries(
    Object.entries(DEFAULT_FAULTS.classes).map(([name, fault]) => [name, { ...fault, perYear: fault.perYear * 40 }]),
  ) as SimConfig['faults']['classes'];
  const change = (config: SimConfig): SimConfig => ({
    ...config,
    durationMs: 10 * 86_400_000,
    faults: { ...DEFAULT_FAULTS, classes },
    watchdog: { ...config.watchdog, brokenShare: 0.3 },
    people: DEFAULT_PEOPLE,
  });

  test.each(['exact', 'corrected'] as const)('%s: twice the same to the last bit, recorded or not', (lineage) => {
    const { config, policy } = studyOf({ host: 'worker-2', change, lineage });
    const run = (record: boolean) => simulate(config, policy, { replication: 1, record });
    const recorded = run(true);
    expect(recorded.result.metrics.selfFencings).toBeGreaterThan(20);
    expect(recorded.result.metrics.splitBrains).toBeGreaterThan(0);
    expect(run(true)).toEqual(recorded);
    expect(run(false).result).toEqual(recorded.result);
  });

  test('heartbeats that are computed and heartbeats that happen make the same history', () => {
    const digests = (['lazy', 'explicit'] as const).map((heartbeats) => {
      const { config, policy } = studyOf({ host: 'worker-2', change });
      const kubernetes = { ...config.kubernetes, heartbeats };
      return simulate({ ...config, kubernetes }, policy, { replication: 1, record: false }).result.historyDigest;
    });
    expect(digests[1]).toBe(digests[0]);
  });
});
