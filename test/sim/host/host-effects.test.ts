// What is seen of each fault of a host, from its birth to its end: what the Node says, whether processes run, what its BMC says.

import { describe, expect, test } from 'vitest';
import { LEASE } from '../../../core/api/lease.ts';
import { formatMicroTime, formatTime } from '../../../core/api/time.ts';
import type { FaultName, ScriptedFault } from '../../../sim/config.ts';
import { definitionOf } from '../../../sim/faults/catalogue.ts';
import type { FaultValue } from '../../../sim/faults/fault-parameter.ts';
import { SeenHost, type SeenHostShape } from '../../kit/seen-host.ts';

interface Struck {
  readonly fault: FaultName;
  readonly forS?: number;
  readonly parameters?: Readonly<Record<string, FaultValue>>;
}

/** Strikes the first host 100 s after the start. */
function script({ fault, forS, parameters }: Struck): ScriptedFault {
  return {
    name: 'it',
    atMs: 100_000,
    fault,
    target: 'n0',
    ...(forS === undefined ? {} : { forMs: forS * 1000 }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** Until a person ends it. */
function forGood(fault: FaultName): NonNullable<SeenHostShape['classes']> {
  return { [fault]: { ...definitionOf(fault).usual, cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 } } };
}

const seconds = (value: number) => ({ kind: 'constant', value: value * 1000 }) as const;

describe.each(['lazy', 'explicit'] as const)('what is seen of a host, heartbeats %s', (heartbeats) => {
  test.each<{ given: string; struck: Struck; seen: readonly string[] }>([
    {
      given: 'a dead container runtime: pods run, Ready False, and back',
      struck: { fault: 'runtimeDead', forS: 600 },
      seen: [
        '+100 Ready=False',
        '+100 pods run, kubelet does not act',
        '+700 Ready=True',
        '+700 pods run, kubelet acts',
      ],
    },
    {
      given: 'a zombie: silent for long enough to be declared dead, back with what ran',
      struck: { fault: 'zombie', forS: 600 },
      seen: ['+100 nothing runs', '+140 Ready=Unknown', '+700 pods run, kubelet acts', '+709.7 Ready=True'],
    },
    {
      given: 'stalls of 30 s: nobody sees one',
      struck: {
        fault: 'slowKubelet',
        forS: 600,
        parameters: { stallMs: seconds(30), betweenMs: seconds(100) },
      },
      seen: [
        '+100 pods run, kubelet does not act',
        '+130 pods run, kubelet acts',
        '+230 pods run, kubelet does not act',
        '+260 pods run, kubelet acts',
        '+360 pods run, kubelet does not act',
        '+390 pods run, kubelet acts',
        '+490 pods run, kubelet does not act',
        '+520 pods run, kubelet acts',
        '+620 pods run, kubelet does not act',
        '+650 pods run, kubelet acts',
      ],
    },
    {
      given: 'stalls of 100 s: each is seen',
      struck: {
        fault: 'slowKubelet',
        forS: 500,
        parameters: { stallMs: seconds(100), betweenMs: seconds(100) },
      },
      seen: [
        '+100 pods run, kubelet does not act',
        '+140 Ready=Unknown',
        '+200 pods run, kubelet acts',
        '+209.9 Ready=True',
        '+300 pods run, kubelet does not act',
        '+350 Ready=Unknown',
        '+400 pods run, kubelet acts',
        '+409.9 Ready=True',
        '+500 pods run, kubelet does not act',
        '+550 Ready=Unknown',
        '+600 pods run, kubelet acts',
        '+609.9 Ready=True',
      ],
    },
    {
      given: 'a Ready that flaps',
      struck: { fault: 'flappingReady', forS: 250, parameters: { notReadyMs: seconds(60), readyMs: seconds(40) } },
      seen: [
        '+100 Ready=False',
        '+100 pods run, kubelet does not act',
        '+160 Ready=True',
        '+160 pods run, kubelet acts',
        '+200 Ready=False',
        '+200 pods run, kubelet does not act',
        '+260 Ready=True',
        '+260 pods run, kubelet acts',
        '+300 Ready=False',
        '+300 pods run, kubelet does not act',
        '+350 Ready=True',
        '+350 pods run, kubelet acts',
      ],
    },
    {
      given: 'memory pressure',
      struck: { fault: 'nodePressure', forS: 300, parameters: { of: 'memory' } },
      seen: ['+100 MemoryPressure', '+400 no MemoryPressure'],
    },
    {
      given: 'a read-only root: nothing but what does not start',
      struck: { fault: 'readOnlyRoot', forS: 300 },
      seen: ['+100 pods run, kubelet does not act', '+400 pods run, kubelet acts'],
    },
    {
      given: 'a dead network card: pods run, the Node turns Unknown',
      struck: { fault: 'networkCardDown', forS: 300 },
      seen: [
        '+100 pods run, kubelet does not act',
        '+140 Ready=Unknown',
        '+400 pods run, kubelet acts',
        '+409.9 Ready=True',
      ],
    },
    {
      given: 'a wrong clock: nothing, since the monitor reads its own',
      struck: { fault: 'wrongClock', forS: 300 },
      seen: [],
    },
    { given: 'slow boots: nothing while it runs', struck: { fault: 'slowBoot', forS: 300 }, seen: [] },
  ])('$given', ({ struck, seen }) => {
    const host = new SeenHost({ script: [script(struck)], kubernetes: { heartbeats } });
    expect(host.until(1500)).toEqual(seen);
  });
});

describe('what the Node says', () => {
  test.each([
    {
      given: 'runtimeDead',
      parameters: {},
      type: 'Ready',
      says: ['False', 'KubeletNotReady', 'container runtime is down'],
    },
    {
      given: 'flappingReady',
      parameters: { notReadyMs: seconds(60), readyMs: seconds(60) },
      type: 'Ready',
      says: ['False', 'KubeletNotReady', 'PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s'],
    },
    {
      given: 'nodePressure',
      parameters: { of: 'all' },
      type: 'PIDPressure',
      says: ['True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
    },
    {
      given: 'nodePressure',
      parameters: { of: 'disk' },
      type: 'Ready',
      says: ['True', 'KubeletReady', 'kubelet is posting ready status'],
    },
  ] as const)('$given: $type is $says.0', ({ given, parameters, type, says }) => {
    const host = new SeenHost({ script: [script({ fault: given, forS: 300, parameters })] });
    host.until(130);
    const { status, reason, message } = host.condition(type) ?? {};
    expect([status, reason, message]).toEqual(says);
  });

  test('pressure keeps pods away by a taint, for as long as it lasts', () => {
    const host = new SeenHost({ script: [script({ fault: 'nodePressure', forS: 300, parameters: { of: 'disk' } })] });
    const taints: unknown[] = [];
    for (const at of [90, 110, 410]) {
      host.until(at);
      taints.push(host.taints());
    }
    expect(taints).toEqual([[], ['node.kubernetes.io/disk-pressure:NoSchedule'], []]);
  });
});

describe('a clock that is wrong', () => {
  const stamps = (parameters: Struck['parameters']) => {
    const host = new SeenHost({
      script: [
        script({ fault: 'wrongClock', forS: 100_000, ...(parameters === undefined ? {} : { parameters }) }),
        { name: 'other', atMs: 20_000_000, fault: 'runtimeDead', target: 'n0', forMs: 3_600_000 },
      ],
    });
    host.until(20_001);
    const { lifecycle, kernel, store } = host.world;
    const renewTime = store.get(LEASE, { namespace: 'kube-node-lease', name: 'n0' })?.spec?.renewTime;
    const beatMs = lifecycle.leaseRenewedAtMs(0);
    return {
      aheadS: Math.round((Date.parse(host.condition('Ready')?.lastTransitionTime ?? '') - kernel.nowMs + 1000) / 1000),
      leaseIsTheSame: renewTime === formatMicroTime(beatMs),
      leaseAheadS: Math.round((beatMs - kernel.nowMs) / 10_000) * 10,
    };
  };

  test.each([
    { given: 'ten minutes behind', parameters: {}, aheadS: -600 },
    { given: 'ten minutes ahead', parameters: { behind: false }, aheadS: 600 },
    // 1,000 parts in a million for 19,900 s, stamped in whole seconds.
    { given: 'fast', parameters: { offsetMs: 0, driftPartsPerMillion: 1000 }, aheadS: 19 },
  ])('$given: the Lease and the conditions that it posts say so', ({ parameters, aheadS }) => {
    const seen = stamps(parameters);
    expect({ ...seen, leaseAheadS: Math.abs(seen.leaseAheadS - aheadS) <= 10 }).toEqual({
      aheadS,
      leaseIsTheSame: true,
      leaseAheadS: true,
    });
  });

  test('a silence is stamped by the controller, whose clock is right', () => {
    const host = new SeenHost({
      script: [
        script({ fault: 'wrongClock', forS: 1000 }),
        { name: 'other', atMs: 200_000, fault: 'zombie', target: 'n0', forMs: 300_000 },
      ],
    });
    expect(host.until(300)).toEqual(['+200 nothing runs', '+250 Ready=Unknown']);
    expect(host.condition('Ready')?.lastTransitionTime).toBe(formatTime(host.world.kernel.nowMs - 50_000));
  });
});

describe('reboots', () => {
  test('what a reboot does not end is there again after the boot', () => {
    const host = new SeenHost({ script: [script({ fault: 'runtimeDead' })], classes: forGood('runtimeDead') });
    host.at(200, () => host.world.fleet.warmReboot(0, 'planned'));
    expect(host.until(400)).toEqual([
      '+100 Ready=False',
      '+100 pods run, kubelet does not act',
      '+200 nothing runs',
      '+250 Ready=Unknown',
      '+290 pods run, kubelet does not act',
      '+290 Ready=False',
    ]);
  });

  test.each([
    { struck: { fault: 'firmwarePrompt' }, stands: 'firmwarePrompt', told: 'firmware' },
    {
      struck: { fault: 'firmwarePrompt', parameters: { prompt: 'raidController' } },
      stands: 'raidController',
      told: 'firmware',
    },
    { struck: { fault: 'networkBootLoop' }, stands: 'networkBoot', told: 'firmware' },
    { struck: { fault: 'bootStops' }, stands: 'kernel', told: 'osBoot' },
    { struck: { fault: 'bootStops', parameters: { step: 'join', loops: true } }, stands: 'join', told: 'osRunning' },
  ] as const)('$struck.fault waits for the next boot, and stands at $stands', ({ struck, stands, told }) => {
    const host = new SeenHost({ script: [script(struck)], classes: forGood(struck.fault) });
    const { fleet, bmc } = host.world;
    host.at(200, () => fleet.warmReboot(0, 'planned'));
    host.until(190);
    const before = host.log.length;
    const readings: unknown[] = [];
    host.at(1000, () =>
      bmc.observePower({ namespace: 'metal', name: 'n0' }, ({ bootProgress }) => readings.push(bootProgress)),
    );
    host.until(1100);
    expect([before, fleet.host(0).stopped?.step, readings, host.condition('Ready')?.status]).toEqual([
      0,
      stands,
      [told],
      stands === 'join' ? 'False' : 'Unknown',
    ]);
  });

  test('a slow boot takes several times as long', () => {
    const host = new SeenHost({
      script: [script({ fault: 'slowBoot', parameters: { factor: 3 } })],
      classes: forGood('slowBoot'),
    });
    host.at(200, () => host.world.fleet.warmReboot(0, 'planned'));
    expect(host.until(600).filter((line) => /run|acts/.test(line))).toEqual([
      '+200 nothing runs',
      '+470 pods run, kubelet does not act',
      '+500 pods run, kubelet acts',
    ]);
  });

  test('a power button that nobody hears: a soft power-off does nothing, a hard one works', () => {
    const host = new SeenHost({ script: [script({ fault: 'deafPowerButton' })], classes: forGood('deafPowerButton') });
    const { bmc, fleet } = host.world;
    const ends: string[] = [];
    const off = (mode: 'soft' | 'hard', operationId: string) =>
      bmc.setPower({ host: { namespace: 'metal', name: 'n0' }, power: 'off', mode, operationId }, ({ kind }) =>
        ends.push(`${host.seconds()} ${mode} ${kind} ${fleet.host(0).stage}`),
      );
    host.at(200, () => off('soft', 'one'));
    host.at(500, () => off('hard', 'two'));
    host.until(600);
    expect(ends).toEqual(['381 soft unknown up', '505 hard succeeded off']);
  });
});

describe('parts that go', () => {
  const memory = { warningMs: seconds(200), betweenMs: seconds(500), dumpMs: seconds(20) };

  test('memory errors: every reboot helps, and not for long', () => {
    const host = new SeenHost({
      script: [script({ fault: 'memoryErrors', parameters: memory })],
      classes: forGood('memoryErrors'),
    });
    host.at(600, () => host.world.fleet.warmReboot(0, 'planned'));
    host.at(1000, () => host.world.fleet.repaired(0));
    expect(host.until(3000).filter((line) => /runs|acts/.test(line))).toEqual([
      '+300 nothing runs',
      '+420 pods run, kubelet acts',
      '+600 nothing runs',
      '+700 pods run, kubelet acts',
      '+800 nothing runs',
      '+920 pods run, kubelet acts',
    ]);
  });

  test('a dead system disk: the Node stays Ready until the host is rebooted, and a person replaces it', () => {
    const host = new SeenHost({ script: [script({ fault: 'systemDiskDead' })], classes: forGood('systemDiskDead') });
    host.at(500, () => host.world.fleet.warmReboot(0, 'planned'));
    host.at(1000, () => host.world.fleet.repaired(0));
    const seen = host.until(1200).filter((line) => !line.includes('does not act'));
    expect([seen, host.world.fleet.host(0).boots]).toEqual([
      [
        '+500 nothing runs',
        '+550 Ready=Unknown',
        '+1090 Ready=False',
        '+1100 Ready=True',
        '+1100 pods run, kubelet acts',
      ],
      2,
    ]);
  });

  test('a part with a spare: nobody sees anything', () => {
    const host = new SeenHost({ script: [script({ fault: 'redundancyLost' })] });
    expect([host.until(3000), host.world.crew.attentionTo(0)]).toEqual([[], 'noticedLate']);
  });
});

describe('a host that comes back as it is powered off', () => {
  const poweredOffAt = (offset: number) => {
    const host = new SeenHost({
      script: [script({ fault: 'returnsAtCommand', parameters: { offsetMs: offset * 1000 } })],
    });
    host.at(300, () =>
      host.world.bmc.setPower(
        { host: { namespace: 'metal', name: 'n0' }, power: 'off', mode: 'hard', operationId: 'one' },
        () => undefined,
      ),
    );
    return host.until(400);
  };

  test('is healthy for a moment, and is powered off all the same', () => {
    expect(poweredOffAt(1)).toEqual([
      '+100 nothing runs',
      '+140 Ready=Unknown',
      '+301 pods run, kubelet acts',
      '+305 nothing runs',
    ]);
  });

  test('is too late where the command is faster', () => {
    expect(poweredOffAt(10)).toEqual(['+100 nothing runs', '+140 Ready=Unknown']);
  });
});
