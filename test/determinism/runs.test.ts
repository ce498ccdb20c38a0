// Same seed, same bytes; another seed, other bytes; and no part of the world moves another part's luck.

import { describe, expect, test } from 'vitest';
import type { ClientFault, ClientFaultKind, FaultClass, ScriptedFault, SimConfig } from '../../sim/config.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { simulate } from '../../sim/simulation.ts';
import { fc } from '../kit/property.ts';
import { policyOf, smallStudy, stormy } from '../kit/small-study.ts';

const study = smallStudy();
const storm = stormy(study.config, 20);
const names = ['reboot', 'delete', 'none'] as const;

describe('determinism', () => {
  test.each(names)('%s: the same run twice is the same to the last bit', (name) => {
    const run = () => simulate(storm, policyOf(study, name), { replication: 3, record: true });
    expect(run()).toEqual(run());
  });

  test.each(names)('%s: recording changes nothing in the result', (name) => {
    const run = (record: boolean) => simulate(storm, policyOf(study, name), { replication: 5, record }).result;
    expect(run(true)).toEqual(run(false));
  });

  test('the trace has every change of an object once, in the order of resourceVersions', () => {
    const { recording } = simulate(storm, policyOf(study, 'reboot'), { replication: 1, record: true });
    const records = [...(recording?.trace.records() ?? [])];
    expect(records.length).toBeGreaterThan(1000);
    const versions = records.map(({ a }) => a);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(new Set(records.map(({ kind }) => kind))).toContain('MODIFIED Node');
  });

  test('another replication and another seed are other runs', () => {
    const policy = policyOf(study, 'reboot');
    const prints = [
      simulate(storm, policy, { replication: 1, record: false }),
      simulate(storm, policy, { replication: 2, record: false }),
      simulate({ ...storm, seed: 'other' }, policy, { replication: 1, record: false }),
    ].map(({ result }) => result.fingerprint);
    expect(new Set(prints).size).toBe(3);
  });

  test('all policies are offered the same faults', () => {
    const offered = names.map((name) => {
      const { faults } = simulate(storm, policyOf(study, name), { replication: 4, record: false }).result;
      return Object.entries(faults).map(([fault, counts]) => [fault, counts.offered]);
    });
    expect(offered[1]).toEqual(offered[0]);
    expect(offered[2]).toEqual(offered[0]);
  });
});

/** Instants at which faults of one host are born, by class: read off the weather, not off what they do. */
function birthsOn(config: SimConfig, host: string): readonly string[] {
  const { recording } = simulate(config, policyOf(study, 'none'), { replication: 6, record: true });
  return (recording?.story ?? [])
    .filter(({ topic, subject, text }) => topic === 'fault' && subject === host && text.includes(', ends by'))
    .map(({ atMs, text }) => `${atMs} ${text}`);
}

describe('common random numbers', () => {
  // Without people and upgrades nothing but the weather decides when a fault shows.
  const calm: SimConfig = {
    ...storm,
    plannedReboots: { ...storm.plannedReboots, everyMs: 0 },
    durationMs: 20 * 86_400_000,
  };
  const [a, b] = calm.hosts.filter(({ name }) => name.startsWith('worker')).map(({ name }) => name);

  test('a fault added to one host leaves the fault times of another unchanged', () => {
    const script: readonly ScriptedFault[] = [
      { name: 'extra', atMs: 3_600_000, fault: 'osHang', target: a ?? '', forMs: 600_000 },
    ];
    expect(birthsOn({ ...calm, script }, b ?? '')).toEqual(birthsOn(calm, b ?? ''));
    expect(birthsOn({ ...calm, script }, a ?? '')).not.toEqual(birthsOn(calm, a ?? ''));
  });

  test('a host more leaves the fault times of the others unchanged', () => {
    const fewer = {
      ...calm,
      hosts: calm.hosts.filter(({ name }) => !name.startsWith('spare')),
      objects: calm.objects.filter(
        ({ kind, metadata }) => kind !== 'BareMetalHost' || !metadata.name.startsWith('spare'),
      ),
    };
    expect(fewer.hosts.length).toBe(calm.hosts.length - 1);
    expect(birthsOn(fewer, b ?? '')).toEqual(birthsOn(calm, b ?? ''));
  });
});

describe('client faults', () => {
  const always = (what: ClientFaultKind, i: number): ClientFault => ({
    name: `${what.fault} ${i}`,
    start: { kind: 'random', perYear: 400 },
    lastsMs: { kind: 'exponential', mean: 300_000 },
    what,
  });
  const mix: readonly ClientFaultKind[] = [
    { fault: 'apiServerOutage', answers: 'none' },
    { fault: 'lostReplies', share: 0.5 },
    { fault: 'slowRequests', share: 0.5, delayMs: { kind: 'exponential', mean: 10_000 } },
    { fault: 'lostEvents', share: 0.5 },
    { fault: 'lateEvents', share: 0.5, delayMs: { kind: 'exponential', mean: 10_000 } },
    { fault: 'staleRestart', behindMs: 600_000, catchUpMs: 60_000 },
    { fault: 'controllerPause' },
  ];
  const clientFaults = mix.map(always);

  test.each(names)('%s: the same run twice is the same to the last bit, recorded or not', (name) => {
    const run = (record: boolean) =>
      simulate({ ...storm, clientFaults }, policyOf(study, name), { replication: 3, record });
    const recorded = run(true);
    expect(run(true)).toEqual(recorded);
    expect(run(false).result).toEqual(recorded.result);
  });

  test('hosts fail when they would have failed', () => {
    const offered = [[], clientFaults].map((faults) => {
      const run = simulate({ ...storm, clientFaults: faults }, policyOf(study, 'reboot'), {
        replication: 4,
        record: false,
      });
      return Object.entries(run.result.faults).map(([fault, counts]) => [fault, counts.offered]);
    });
    expect(offered[1]).toEqual(offered[0]);
  });

  test.each(names)('%s: processes of their own, to which nothing happens, tell the same history', (name) => {
    const late = always({ fault: 'controllerCrash' }, 0);
    const never = [{ ...late, start: { kind: 'at', atMs: storm.durationMs } }] satisfies readonly ClientFault[];
    const histories = [undefined, never].map((faults) => {
      const config = faults === undefined ? storm : { ...storm, clientFaults: faults };
      const { result } = simulate(config, policyOf(study, name), { replication: 3, record: false });
      return { metrics: result.metrics, digest: result.historyDigest };
    });
    expect(histories[1]).toEqual(histories[0]);
  });
});

/** A decision powers worker-0 off at the very instant of a beat, after the beat had its turn. */
const STOPPED_AT_A_BEAT = [
  ...Array.from({ length: 4 }, () => ({
    what: { fault: 'selfHealingOutage' as const, target: 'spare-0' },
    atMs: 0,
    forMs: null,
  })),
  { what: { fault: 'kubeletDead' as const, target: 'worker-0' }, atMs: 9_502_375, forMs: null },
  { what: { fault: 'switchOutage' as const, target: 'rack-1' }, atMs: 0, forMs: null },
  { what: { fault: 'switchOutage' as const, target: 'rack-1' }, atMs: 4_963_972, forMs: null },
  { what: { fault: 'rackPowerLoss' as const, target: 'rack-1' }, atMs: 9_745_792, forMs: null },
];

describe('lazy and explicit heartbeats', () => {
  test('tell the same history on random scenarios, under every policy', () => {
    const hosts = study.config.hosts.filter(({ controlPlane }) => !controlPlane).map(({ name }) => name);
    const racks = [...new Set(study.config.hosts.map(({ rack }) => rack))];
    const hostFaults = FAULTS.filter(({ family }) => family === 'H').map((each) => each.name);
    const fault = fc.oneof(
      fc.record({ fault: fc.constantFrom(...hostFaults), target: fc.constantFrom(...hosts) }),
      fc.record({
        fault: fc.constantFrom<FaultClass>('switchOutage', 'rackPowerLoss'),
        target: fc.constantFrom(...racks),
      }),
    );
    const scripted = fc.record({
      what: fault,
      atMs: fc.nat(6 * 3_600_000),
      forMs: fc.option(fc.integer({ min: 1000, max: 900_000 })),
    });
    fc.assert(
      fc.property(fc.array(scripted, { minLength: 1, maxLength: 12 }), fc.constantFrom(...names), (faults, name) => {
        const script = faults.map(({ what, atMs, forMs }, i) => ({
          name: `fault ${i}`,
          atMs,
          ...what,
          ...(forMs === null ? {} : { forMs }),
        }));
        const run = (heartbeats: 'lazy' | 'explicit') => {
          const { result, recording } = simulate(
            {
              ...study.config,
              script,
              durationMs: 8 * 3_600_000,
              kubernetes: { ...study.config.kubernetes, heartbeats },
            },
            policyOf(study, name),
            { replication: 1, record: true },
          );
          const { eventsProcessed: _, fingerprint: __, ...observable } = result;
          return { observable, story: recording?.story };
        };
        expect(run('lazy')).toEqual(run('explicit'));
      }),
      { numRuns: 60, examples: [[STOPPED_AT_A_BEAT, 'delete']] },
    );
  });
});
