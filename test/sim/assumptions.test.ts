// Assumed inputs: what each changes, and that it changes nothing else.

import { describe, expect, test } from 'vitest';
import { ASSUMED_INPUTS, inputsUsed } from '../../sim/assumptions.ts';
import { DEFAULT_FAULTS } from '../../sim/defaults.ts';
import { meanOf } from '../../sim/kernel/distributions.ts';
import { tinyWorld } from '../kit/tiny-world.ts';

const world = tinyWorld({ faults: DEFAULT_FAULTS });

function input(name: string) {
  const found = ASSUMED_INPUTS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no input ${name}`);
  return found;
}

describe('assumed inputs', () => {
  test.each(
    inputsUsed(ASSUMED_INPUTS, world, [])
      .filter(({ unit }) => unit !== 'factor')
      .map((one) => [one.name, one] as const),
  )('%s: the value that was applied is the value that is read', (_, one) => {
    const value = one.name === 'rebootCures' ? 0.4 : one.valueIn(world) * 1.5;
    expect(one.valueIn(one.apply(world, value))).toBeCloseTo(value, 9);
  });

  test.each([0, 0.25, 0.675, 1])('rebootCures %d: cures stay ordered in every class', (share) => {
    const { classes } = input('rebootCures').apply(world, share).faults;
    for (const { cures } of [classes.osHang, classes.kubeletDead, classes.hostDead]) {
      expect(cures.powerCycle).toBe(share);
      expect(cures.itself).toBeLessThanOrEqual(cures.reboot);
      expect(cures.reboot).toBeLessThanOrEqual(cures.powerCycle);
      expect(cures.powerCycle).toBeLessThanOrEqual(cures.reprovision);
      expect(cures.reprovision).toBeLessThanOrEqual(1);
    }
    expect(classes.diskFailure).toBe(world.faults.classes.diskFailure);
  });

  test('rebootCures of a world in which only a trace happens: by the failures of the trace', () => {
    const failure = { atMs: 0, host: 'h', severity: 'drawn' } as const;
    const replay = [
      { ...failure, fault: 'osHang' },
      { ...failure, fault: 'hostDead' },
      { ...failure, fault: 'hostDead' },
      { ...failure, fault: 'selfHealingOutage' },
    ] as const;
    const quiet = tinyWorld({ replay });
    const { osHang, hostDead } = quiet.faults.classes;
    const share = (osHang.cures.powerCycle + 2 * hostDead.cures.powerCycle) / 3;
    expect(input('rebootCures').valueIn(quiet)).toBeCloseTo(share, 12);
    expect(input('rebootCures').valueIn(tinyWorld({}))).toBe(0);
  });

  test('bootFactor stretches boots and leaves power and images alone', () => {
    const before = world.hardware.steady;
    const after = input('bootFactor').apply(world, 2).hardware.steady;
    if (before === undefined || after === undefined) throw new Error('the tiny world has steady hardware');
    expect(meanOf(after.firmwareMs)).toBe(2 * meanOf(before.firmwareMs));
    expect(meanOf(after.joinMs)).toBe(2 * meanOf(before.joinMs));
    expect([after.powerOffMs, after.imageWriteMs]).toEqual([before.powerOffMs, before.imageWriteMs]);
  });

  test('a hardware model with classes of its own follows', () => {
    const own = { ...world.faults.classes.osHang, perYear: 7 };
    const special = { ...world, faults: { ...world.faults, byHardware: { steady: { osHang: own } } } };
    const { byHardware } = input('rebootCures').apply(special, 0.1).faults;
    expect(byHardware?.steady?.osHang).toMatchObject({ perYear: 7, cures: { powerCycle: 0.1 } });
  });
});
