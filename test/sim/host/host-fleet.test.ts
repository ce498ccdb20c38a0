// Power, boot stages, faults and their cures, as whole histories of one host.

import { describe, expect, test } from 'vitest';
import { untouched } from '../../../sim/host/counterfactual.ts';
import { fleetRig } from '../../kit/fleet-rig.ts';

describe('host fleet', () => {
  test('a power cycle cures a hang and boots through its stages', () => {
    const { fleet, log, fault, at, run } = fleetRig();
    at(10, () => fleet.strike(fault('osHang', 'powerCycle')));
    at(20, () => fleet.powerOff(0, 'remediation'));
    at(30, () => fleet.powerOn(0, 'remediation'));
    run();
    expect(log).toEqual([
      '10 up down',
      '20 off down',
      '30 firmware down',
      '90 osBoot down',
      '120 joining executes',
      '130 up acts',
    ]);
  });

  test('a fence that hits a booting host starts the boot again', () => {
    const { fleet, log, at, run } = fleetRig();
    at(0, () => fleet.warmReboot(0, 'planned'));
    at(70, () => fleet.powerOff(0, 'remediation'));
    at(75, () => fleet.powerOn(0, 'remediation'));
    run();
    expect(log).toEqual([
      '0 firmware down',
      '60 osBoot down',
      '70 off down',
      '75 firmware down',
      '135 osBoot down',
      '165 joining executes',
      '175 up acts',
    ]);
  });

  test.each([
    { given: 'a hang that needs a reprovision', strike: 'osHang', level: 'reprovision', ends: 'stuck' },
    { given: 'a dead host that needs a person', strike: 'hostDead', level: 'person', ends: 'stuck' },
    { given: 'a dead kubelet that needs a person', strike: 'kubeletDead', level: 'person', ends: 'up' },
  ] as const)('$given outlives two power cycles', ({ strike, level, ends }) => {
    const { fleet, fault, at, run } = fleetRig();
    at(10, () => fleet.strike(fault(strike, level)));
    for (const start of [100, 500]) {
      at(start, () => fleet.powerOff(0, 'remediation'));
      at(start + 5, () => fleet.powerOn(0, 'remediation'));
    }
    run();
    expect({ stage: fleet.host(0).stage, acts: fleet.kubeletActs(0) }).toEqual({ stage: ends, acts: false });
  });

  test('a dead kubelet leaves the pods running, a stall leaves them running but unreachable', () => {
    const { fleet, fault, at, run } = fleetRig();
    const seen: unknown[] = [];
    const look = () => seen.push([fleet.podsExecute(0), fleet.reachable(0), fleet.kubeletActs(0)]);
    const stall = fault('selfHealingOutage', 'itself');
    at(10, () => fleet.strike(stall));
    at(11, look);
    at(12, () => fleet.endByItself(stall));
    at(20, () => fleet.strike(fault('kubeletDead', 'reboot')));
    at(21, look);
    run();
    expect(seen).toEqual([
      [true, false, false],
      [true, true, false],
    ]);
  });

  test('a kernel panic dumps, reboots by itself and serves again', () => {
    const { fleet, log, fault, at, run } = fleetRig();
    at(10, () => fleet.strike(fault('kernelPanic', 'itself', 120_000)));
    run();
    expect(log).toEqual([
      '10 dump down',
      '130 firmware down',
      '190 osBoot down',
      '220 joining executes',
      '230 up acts',
    ]);
  });

  test('a fault that finds its host down is latent and shows at the next power-on', () => {
    const { fleet, log, fault, at, run } = fleetRig();
    const how: string[] = [];
    at(10, () => fleet.powerOff(0, 'planned'));
    at(20, () => how.push(fleet.strike(fault('osHang', 'reboot'))));
    at(30, () => fleet.powerOn(0, 'planned'));
    run();
    expect(how).toEqual(['latent']);
    expect(log).toEqual(['10 off down', '30 firmware down', '90 osBoot down', '120 joining executes', '130 up down']);
  });

  test('a returning feed boots only what was on', () => {
    const { fleet, kernel, config, at, run } = fleetRig();
    at(5, () => fleet.powerOff(1, 'person'));
    at(10, () => {
      const restore = fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs: Infinity });
      at(600, restore);
    });
    run();
    expect([fleet.kubeletActs(0), fleet.kubeletActs(1), fleet.kubeletActs(2)]).toEqual([true, false, true]);
    expect(kernel.nowMs).toBe(config.startMs + 3_600_000);
  });

  test('what a panic at the end of a boot keeps waiting shows after the next boot', () => {
    const { fleet, log, fault, at, run } = fleetRig();
    at(0, () => fleet.warmReboot(0, 'planned'));
    at(1, () => fleet.strike(fault('kernelPanic', 'itself', 20_000)));
    at(2, () => fleet.strike(fault('osHang', 'reboot')));
    run();
    expect(log).toEqual([
      '0 firmware down',
      '60 osBoot down',
      '90 joining executes',
      '100 dump down',
      '120 firmware down',
      '180 osBoot down',
      '210 joining executes',
      '220 up down',
    ]);
  });

  test.each(['diskFailure', 'bmcUnreachable'] as const)('a person ends %s without touching the system', (strike) => {
    const { fleet, fault, at, run } = fleetRig();
    const heard: string[] = [];
    at(10, () => fleet.strike(fault(strike, 'person')));
    at(20, () => {
      fleet.onChange((host) => heard.push(`${host} ${fleet.host(host).active.length}`));
      fleet.repaired(0);
    });
    run();
    expect({ heard, boots: fleet.host(0).boots, acts: fleet.kubeletActs(0) }).toEqual({
      heard: ['0 0'],
      boots: 0,
      acts: true,
    });
  });

  test('dead hardware that works again by itself boots', () => {
    const { fleet, log, fault, at, run } = fleetRig();
    const dead = fault('hostDead', 'itself', 90_000);
    at(10, () => fleet.strike(dead));
    at(100, () => fleet.endByItself(dead));
    run();
    expect(log).toEqual([
      '10 stuck down',
      '100 firmware down',
      '160 osBoot down',
      '190 joining executes',
      '200 up acts',
    ]);
  });

  test('a planned reboot that somebody cuts short, or that does not come back, is no longer planned', () => {
    const { fleet, fault, at, run } = fleetRig();
    for (const host of fleet.hosts) host.planned = true;
    at(10, () => fleet.powerOff(0, 'remediation'));
    at(10, () => fleet.strike({ ...fault('hostDead', 'person'), subject: 1 }));
    run();
    expect(fleet.hosts.map(({ planned }) => planned)).toEqual([false, false, true, true]);
  });

  test('a lost feed is news about a host that was off already', () => {
    const { fleet, at, run } = fleetRig();
    const heard: string[] = [];
    at(5, () => fleet.powerOff(1, 'person'));
    at(10, () => {
      fleet.onChange((host) => heard.push(`${host} ${fleet.host(host).stage}`));
      fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs: Infinity });
    });
    run();
    expect(heard).toEqual(['0 off', '1 off']);
  });

  test.each([
    { given: 'healthy', faults: [], state: 'healthy', inSeconds: 0 },
    {
      given: 'stalled for 90 s',
      faults: [['selfHealingOutage', 'itself', 90_000]],
      state: 'selfHealing',
      inSeconds: 90,
    },
    { given: 'dumping for 60 s', faults: [['kernelPanic', 'itself', 60_000]], state: 'booting', inSeconds: 160 },
    { given: 'hung', faults: [['osHang', 'reboot', 1]], state: 'broken', inSeconds: Infinity },
    { given: 'dead', faults: [['hostDead', 'person', 1]], state: 'broken', inSeconds: Infinity },
    { given: 'dead for 30 s', faults: [['hostDead', 'itself', 30_000]], state: 'selfHealing', inSeconds: 130 },
  ] as const)('left alone, a host that is $given serves in $inSeconds s', ({ faults, state, inSeconds }) => {
    const { fleet, kernel, fault } = fleetRig();
    const endsAtMs = new Map<number, number>();
    for (const [faultClass, level, durationMs] of faults) {
      const struck = fault(faultClass, level, durationMs);
      if (level === 'itself') endsAtMs.set(struck.id, kernel.nowMs + durationMs);
      fleet.strike(struck);
    }
    const ends = { faultEndsAtMs: (id: number) => endsAtMs.get(id) ?? Infinity };
    const left = untouched(fleet, 0, kernel.nowMs, ends);
    expect({ state: left.state, inSeconds: (left.servesAtMs - kernel.nowMs) / 1000 }).toEqual({ state, inSeconds });
  });

  test.each([
    { given: 'is about to reboot as planned', begin: 'shutdown', inSeconds: 100 },
    { given: 'lost its feed for 50 s', begin: 'feed', inSeconds: 150 },
  ] as const)('left alone, a hung kubelet is cured by the boot of a host that $given', ({ begin, inSeconds }) => {
    const { fleet, kernel, fault } = fleetRig();
    fleet.strike(fault('kubeletDead', 'reboot'));
    if (begin === 'shutdown') fleet.beginShutdown(0);
    else fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs: kernel.nowMs + 50_000 });
    const left = untouched(fleet, 0, kernel.nowMs, { faultEndsAtMs: () => Infinity });
    expect({ state: left.state, inSeconds: (left.servesAtMs - kernel.nowMs) / 1000 }).toEqual({
      state: 'booting',
      inSeconds,
    });
  });
});
