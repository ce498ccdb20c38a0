// Who comes when, and what for.

import { describe, expect, test } from 'vitest';
import type { FaultClass, PeopleConfig } from '../../../sim/config.ts';
import type { CureLevel } from '../../../sim/faults/fault.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { RepairCrew } from '../../../sim/people/repair-crew.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';

const MINUTE = 60_000;
const PEOPLE: PeopleConfig = {
  repairCrew: 1,
  pageMs: { kind: 'constant', value: 30 * MINUTE },
  lateNoticeMs: { kind: 'constant', value: 480 * MINUTE },
  repairMs: { kind: 'constant', value: 120 * MINUTE },
  resetMs: { kind: 'constant', value: 15 * MINUTE },
};

function setUp(people: Partial<PeopleConfig> = {}, deskWanted = false) {
  const config = tinyWorld({ people: { ...PEOPLE, ...people } });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('people'), 1);
  const fleet = new HostFleet(kernel, config, draws);
  const desk: number[] = [];
  const crew = new RepairCrew(kernel, config.people, fleet, draws, {
    wanted: () => deskWanted && desk.length === 0,
    perform: (host) => desk.push(host),
  });
  const log: string[] = [];
  crew.observe({
    attention: (host, attention) => log.push(`${(kernel.nowMs - config.startMs) / MINUTE} ${host} ${attention}`),
    repaired: (host, what) => log.push(`${(kernel.nowMs - config.startMs) / MINUTE} ${host} repaired ${what}`),
  });
  let id = 0;
  const strike = (host: number, faultClass: FaultClass, level: CureLevel): void => {
    fleet.strike({ id: ++id, class: faultClass, subject: host, bornAtMs: kernel.nowMs, level, durationMs: 1 });
  };
  const run = (minutes: number): void => kernel.runUntil(config.startMs + minutes * MINUTE);
  return { fleet, crew, log, desk, strike, run };
}

describe('repair crew', () => {
  test('a page brings a person after half an hour; a hang is reset, and the host boots', () => {
    const { fleet, crew, log, strike, run } = setUp();
    strike(0, 'osHang', 'powerCycle');
    crew.page(0, 'gave up');
    run(60);
    expect(log).toEqual(['0 0 paged', '30 0 waitingForCrew', '30 0 inHands', '45 0 none', '45 0 repaired powerCycle']);
    expect(fleet.kubeletActs(0)).toBe(true);
  });

  test('what nobody escalates is noticed late; a page overtakes it', () => {
    const { crew, log, strike, run } = setUp();
    strike(0, 'hostDead', 'person');
    strike(1, 'osHang', 'reboot');
    crew.noticeLate(0, 'not ready');
    crew.noticeLate(1, 'not ready');
    run(10);
    crew.page(0, 'gave up');
    run(700);
    expect(log).toEqual([
      '0 0 noticedLate',
      '0 1 noticedLate',
      '10 0 paged',
      '40 0 waitingForCrew',
      '40 0 inHands',
      '160 0 none',
      '160 0 repaired person',
      '480 1 waitingForCrew',
      '480 1 inHands',
      '495 1 none',
      '495 1 repaired powerCycle',
    ]);
  });

  test('one crew: the second host waits for the first', () => {
    const { crew, log, strike, run } = setUp();
    for (const host of [0, 1]) {
      strike(host, 'hostDead', 'person');
      crew.page(host, 'gave up');
    }
    run(400);
    expect(log.filter((line) => / inHands| repaired/.test(line))).toEqual([
      '30 0 inHands',
      '150 0 repaired person',
      '150 1 inHands',
      '270 1 repaired person',
    ]);
  });

  test('a host that is well again is called off, and a person who finds nothing goes home', () => {
    const { crew, log, strike, run } = setUp();
    crew.noticeLate(0, 'not ready');
    run(5);
    crew.callOff(0);
    crew.page(1, 'mistaken');
    strike(2, 'diskFailure', 'person');
    crew.noticeLate(2, 'disk');
    crew.callOff(2);
    run(60);
    expect(log).toEqual([
      '0 0 noticedLate',
      '5 0 none',
      '5 1 paged',
      '5 2 noticedLate',
      '35 1 waitingForCrew',
      '35 1 none',
    ]);
  });

  test('work at the desk is a reason to come', () => {
    const { crew, log, desk, run } = setUp({}, true);
    crew.page(0, 'disks to be added again');
    run(100);
    expect(desk).toEqual([0]);
    expect(log.at(-1)).toBe('45 0 repaired reboot');
  });
});
