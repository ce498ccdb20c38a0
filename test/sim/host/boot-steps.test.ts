// Boots that come to stand: where, for how long, what their BMC and the cluster see of it, and what gets them going again.

import { describe, expect, test } from 'vitest';
import type { HardwareConfig } from '../../../sim/config.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import type { BootStep } from '../../../sim/host/boot-steps.ts';
import { bootStepAt } from '../../../sim/host/boot-times.ts';
import { untouched } from '../../../sim/host/counterfactual.ts';
import { fleetRig } from '../../kit/fleet-rig.ts';
import { STEADY_HARDWARE } from '../../kit/tiny-world.ts';

/** 60 s of firmware, 30 s of operating system, 10 s of joining; a reboot begins at 100 s. */
function rebootWith(step: BootStep, how: 'waits' | 'loops' = 'waits') {
  const rig = fleetRig();
  const bmc = new FleetBmc(rig.kernel, rig.fleet, rig.config.bmc);
  const fault = rig.fault('bootFails' as never, 'powerCycle', 1, { effect: { bootStop: { step, how } } });
  rig.at(50, () => rig.fleet.strike(fault));
  rig.at(100, () => rig.fleet.warmReboot(0, 'planned'));
  /** At instants after the start: boot progress as a BMC tells it. */
  const told: string[] = [];
  const askAt = (...seconds: readonly number[]): void => {
    for (const second of seconds) {
      rig.at(second, () =>
        bmc.observePower({ namespace: 'metal', name: 'a1' }, (reading) =>
          told.push(`${second} ${reading.power} ${reading.bootProgress}`),
        ),
      );
    }
  };
  return { ...rig, struck: fault, told, askAt };
}

describe('a fault that stops boots', () => {
  test('does nothing to a host that runs, and is latent until the next boot', () => {
    const { fleet, fault, kernel } = fleetRig();
    const struck = fault('bootFails' as never, 'reboot', 1, { effect: { bootStop: { step: 'kernel', how: 'waits' } } });
    expect([fleet.strike(struck), fleet.kubeletActs(0), fleet.host(0).active]).toEqual(['latent', true, []]);
    expect(kernel.processed).toBe(0);
  });

  test.each([
    { step: 'selfTest', stands: '100 stuck down', told: 'firmware' },
    { step: 'memory', stands: '106 stuck down', told: 'firmware' },
    { step: 'raidController', stands: '130 stuck down', told: 'firmware' },
    { step: 'firmwarePrompt', stands: '148 stuck down', told: 'firmware' },
    { step: 'networkBoot', stands: '154 stuck down', told: 'firmware' },
    { step: 'bootLoader', stands: '160 stuck down', told: 'osBoot' },
    { step: 'kernel', stands: '163 stuck down', told: 'osBoot' },
    { step: 'kubelet', stands: '190 joining executes', told: 'osRunning' },
    { step: 'join', stands: '190 joining executes', told: 'osRunning' },
  ] as const)('at $step: stands from then on, and its BMC tells $told', ({ step, stands, told }) => {
    const rig = rebootWith(step);
    rig.askAt(1000);
    rig.run();
    expect([rig.log.at(-1), rig.told, rig.fleet.kubeletActs(0)]).toEqual([stands, [`1000 on ${told}`], false]);
  });

  test('a kubelet that does not start is not heard; one that does not become Ready is', () => {
    const beats = (['kernel', 'kubelet', 'join'] as const).map((step) => {
      const { fleet, run } = rebootWith(step);
      run();
      return fleet.kubeletBeats(0);
    });
    expect(beats).toEqual([false, false, true]);
  });

  test('a loop at the kernel tells firmware and operating system in turn, without an event of its own', () => {
    // One round: 60 s of firmware and 3 s of boot loader, from 163 s on.
    const { kernel, fleet, askAt, told, run } = rebootWith('kernel', 'loops');
    askAt(164, 222, 223, 225, 226, 285, 286, 289);
    run();
    expect(told).toEqual([
      '164 on firmware',
      '222 on firmware',
      '223 on osBoot',
      '225 on osBoot',
      '226 on firmware',
      '285 on firmware',
      '286 on osBoot',
      '289 on firmware',
    ]);
    const other = rebootWith('kernel', 'waits');
    other.askAt(164, 222, 223, 225, 226, 285, 286, 289);
    other.run();
    expect([kernel.processed, fleet.host(0).boots]).toEqual([other.kernel.processed, 1]);
  });

  test.each([
    { step: 'memory', hears: true },
    { step: 'firmwarePrompt', hears: true },
    { step: 'kernel', hears: false },
    { step: 'join', hears: true },
  ] as const)('at $step, the power button is heard: $hears', ({ step, hears }) => {
    const { kernel, config, fleet, at, run } = rebootWith(step);
    const bmc = new FleetBmc(kernel, fleet, config.bmc);
    at(300, () => {
      const command = { host: fleet.host(0).config, power: 'off', mode: 'soft', operationId: 'one' } as const;
      bmc.setPower({ ...command, onlyIf: [] } as never, () => undefined);
    });
    run();
    expect(fleet.powered(0)).toBe(!hears);
  });

  test('the cure that it needs gets the host through, a weaker one does not', () => {
    const { fleet, log, at, run } = rebootWith('firmwarePrompt');
    at(500, () => fleet.warmReboot(0, 'person'));
    at(1000, () => fleet.powerOff(0, 'remediation'));
    at(1005, () => fleet.powerOn(0, 'remediation'));
    run();
    expect(log).toEqual([
      '100 firmware down',
      '148 stuck down',
      '500 firmware down',
      '548 stuck down',
      '1000 off down',
      '1005 firmware down',
      '1065 osBoot down',
      '1095 joining executes',
      '1105 up acts',
    ]);
  });

  test.each([
    {
      given: 'while the boot is on its way to the step: nothing is lost',
      step: 'kernel',
      endsAt: 161,
      log: ['100 firmware down', '160 osBoot down', '190 joining executes', '200 up acts'],
    },
    {
      given: 'while it stands at the kernel: the boot begins anew',
      step: 'kernel',
      endsAt: 400,
      log: [
        '100 firmware down',
        '160 osBoot down',
        '163 stuck down',
        '400 firmware down',
        '460 osBoot down',
        '490 joining executes',
        '500 up acts',
      ],
    },
    {
      given: 'while its kubelet does not start: it joins',
      step: 'kubelet',
      endsAt: 400,
      log: ['100 firmware down', '160 osBoot down', '190 joining executes', '410 up acts'],
    },
  ] as const)('what passes by itself $given', ({ step, endsAt, log }) => {
    const rig = rebootWith(step);
    rig.at(endsAt, () => rig.fleet.endByItself(rig.struck));
    rig.run();
    expect(rig.log).toEqual(log);
  });

  test('of two, the earlier step is where the boot stands', () => {
    const { fleet, fault, at, log, run } = rebootWith('kernel');
    at(60, () =>
      fleet.strike(
        fault('bootFails' as never, 'person', 1, { effect: { bootStop: { step: 'memory', how: 'waits' } } }),
      ),
    );
    run();
    expect(log).toEqual(['100 firmware down', '106 stuck down']);
  });

  test.each([
    { step: 'kernel', askAt: 110, endsAt: 600, inSeconds: 590 },
    { step: 'kernel', askAt: 110, endsAt: 162, inSeconds: 90 },
    { step: 'kernel', askAt: 300, endsAt: 600, inSeconds: 400 },
    { step: 'join', askAt: 300, endsAt: 600, inSeconds: 310 },
    { step: 'join', askAt: 300, endsAt: Infinity, inSeconds: Infinity },
  ] as const)('asked at $askAt s, a boot that stands at $step until $endsAt s serves in $inSeconds s', (row) => {
    const { kernel, config, fleet, struck, at, run } = rebootWith(row.step);
    let servesInSeconds = -1;
    at(row.askAt, () => {
      const left = untouched(fleet, 0, kernel.nowMs, {
        faultEndsAtMs: () => config.startMs + row.endsAt * 1000,
      });
      servesInSeconds = (left.servesAtMs - kernel.nowMs) / 1000;
    });
    let servedAtMs = Infinity;
    fleet.onChange((host) => {
      if (host === 0 && kernel.nowMs > config.startMs + row.askAt * 1000 && fleet.kubeletActs(0)) {
        servedAtMs = Math.min(servedAtMs, kernel.nowMs);
      }
    });
    if (row.endsAt !== Infinity) at(row.endsAt, () => fleet.endByItself(struck));
    run();
    // What was foretold is what came about.
    expect([servesInSeconds, (servedAtMs - config.startMs) / 1000 - row.askAt]).toEqual([row.inSeconds, row.inSeconds]);
  });
});

describe('where a boot is, computed when it is asked for', () => {
  test('step by step to the end', () => {
    const { kernel, config, fleet, at, run } = fleetRig();
    const seen: string[] = [];
    at(0, () => fleet.warmReboot(0, 'planned'));
    for (const second of [0, 6, 30, 48, 54, 60, 63, 90, 100]) {
      kernel.call(config.startMs + second * 1000 + 1, () =>
        seen.push(`${second} ${bootStepAt(fleet.host(0), kernel.nowMs) ?? 'none'}`),
      );
    }
    run();
    expect(seen).toEqual([
      '0 selfTest',
      '6 memory',
      '30 raidController',
      '48 firmwarePrompt',
      '54 networkBoot',
      '60 bootLoader',
      '63 kernel',
      '90 kubelet',
      '100 none',
    ]);
  });
});

describe('hardware models', () => {
  const bootOf = (change: Partial<HardwareConfig>, begin: 'cold' | 'warm') => {
    const { fleet, log, at, run } = fleetRig({ hardware: { steady: { ...STEADY_HARDWARE, ...change } } });
    at(0, () => (begin === 'warm' ? fleet.warmReboot(0, 'planned') : fleet.powerOff(0, 'person')));
    if (begin === 'cold') at(0, () => fleet.powerOn(0, 'person'));
    run();
    return log.find((line) => line.includes('osBoot'));
  };

  // Memory is 24 s of 60 s.
  test.each([
    { given: 'plain', memory: undefined, cold: 60, warm: 60 },
    { given: 'a test that takes five times as long', memory: [5, 'everyBoot'], cold: 156, warm: 156 },
    { given: 'the same after loss of power only', memory: [5, 'coldBoot'], cold: 156, warm: 36 },
  ] as const)('$given: firmware takes $cold s cold and $warm s warm', ({ memory, cold, warm }) => {
    const change = memory === undefined ? {} : { memory: { testFactor: memory[0], initialisedBy: memory[1] } as const };
    expect([bootOf(change, 'cold'), bootOf(change, 'warm')]).toEqual([`${cold} osBoot down`, `${warm} osBoot down`]);
  });

  test.each([
    { afterPanic: 'reboot', ends: '210 up acts' },
    { afterPanic: 'halt', ends: '110 stuck down' },
  ] as const)('a kernel that panicked and wrote its dump: $afterPanic', ({ afterPanic, ends }) => {
    const { fleet, fault, log, at, run } = fleetRig({ hardware: { steady: { ...STEADY_HARDWARE, afterPanic } } });
    at(10, () => fleet.strike(fault('kernelPanic', 'itself', 100_000)));
    run();
    expect(log.at(-1)).toBe(ends);
  });

  test('a fault that slows boots does so until it is ended', () => {
    const { fleet, fault, log, at, run } = fleetRig();
    const slow = fault('diskFailure', 'person', 1, { effect: { slowness: 3 } });
    at(0, () => fleet.strike(slow));
    at(10, () => fleet.warmReboot(0, 'planned'));
    at(1000, () => fleet.repaired(0));
    at(1010, () => fleet.warmReboot(0, 'planned'));
    run();
    expect(log.filter((line) => /up acts|firmware/.test(line))).toEqual([
      '0 up acts',
      '10 firmware down',
      '310 up acts',
      '1010 firmware down',
      '1110 up acts',
    ]);
  });

  test('a fault that comes and goes slows no boot while it rests', () => {
    const { fleet, fault, log, at, run } = fleetRig();
    const comesAndGoes = {
      lastsMs: { kind: 'constant', value: 5_000 },
      restsMs: { kind: 'constant', value: 300_000 },
    } as const;
    at(0, () => fleet.strike(fault('diskFailure', 'person', 1, { effect: { slowness: 3, comesAndGoes } })));
    at(10, () => fleet.warmReboot(0, 'planned'));
    run();
    expect(log.at(-1)).toBe('110 up acts');
  });

  test('of two faults that slow a boot the slower counts', () => {
    const { fleet, fault, log, at, run } = fleetRig();
    at(0, () => fleet.strike(fault('diskFailure', 'person', 1, { effect: { slowness: 3 } })));
    at(1, () => fleet.strike(fault('diskFailure', 'person', 1, { effect: { slowness: 2 } })));
    at(10, () => fleet.warmReboot(0, 'planned'));
    run();
    expect(log.at(-1)).toBe('310 up acts');
  });
});
