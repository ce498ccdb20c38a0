// Who comes when, and what for.

import { describe, expect, test } from 'vitest';
import type { FaultClass, FaultName, PeopleConfig } from '../../../sim/config.ts';
import type { CureLevel } from '../../../sim/faults/fault.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { Persons } from '../../../sim/people/persons.ts';
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

function setUp(people: Partial<PeopleConfig> = {}, deskWanted = false, dataDisks = 0) {
  const tiny = tinyWorld({ people: { ...PEOPLE, ...people } });
  const config = { ...tiny, hosts: tiny.hosts.map((host) => ({ ...host, dataDisks })) };
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('people'), 1);
  const fleet = new HostFleet(kernel, config, draws);
  const desk: number[] = [];
  const persons = new Persons(kernel, config, draws);
  const cordons: string[] = [];
  const flags: string[] = [];
  const crew = new RepairCrew({
    kernel,
    config: config.people,
    fleet,
    draws,
    persons,
    desk: {
      wanted: () => deskWanted && desk.length === 0,
      awaitsReAdd: () => deskWanted,
      perform: (host) => desk.push(host),
    },
    cordon: { begin: (node) => cordons.push(`${node} on`), end: (node) => cordons.push(`${node} off`) },
    storage: {
      setNoOut: (on) => flags.push(`${(kernel.nowMs - config.startMs) / MINUTE} noout ${on ? 'set' : 'unset'}`),
    },
  });
  const log: string[] = [];
  crew.observe({
    attention: (host, attention) => log.push(`${(kernel.nowMs - config.startMs) / MINUTE} ${host} ${attention}`),
    repaired: (host, what) => log.push(`${(kernel.nowMs - config.startMs) / MINUTE} ${host} repaired ${what}`),
    mistake: (host, what) => log.push(`${(kernel.nowMs - config.startMs) / MINUTE} ${host} mistake ${what}`),
  });
  let id = 0;
  const strike = (host: number, faultClass: FaultName, level: CureLevel): void => {
    fleet.strike({ id: ++id, class: faultClass, subject: host, bornAtMs: kernel.nowMs, level, durationMs: 1 });
  };
  const run = (minutes: number): void => kernel.runUntil(config.startMs + minutes * MINUTE);
  return { fleet, crew, persons, log, desk, cordons, flags, strike, run };
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

const HOUR = 60 * MINUTE;
/** The tiny world begins on a Friday at 08:00 UTC. */
const FRIDAY = 1_800_000_000_000;

describe('a crew of whom more is known', () => {
  /** What was done to which host at which minute, without the ways there. */
  const begunAndDone = (log: readonly string[]): readonly string[] =>
    log.filter((line) => / inHands| repaired| mistake/.test(line));

  test('the week of the tiny world', () => {
    expect(new Date(FRIDAY).toUTCString()).toBe('Fri, 15 Jan 2027 08:00:00 GMT');
  });

  test.each([
    { queue: 'fifo', order: ['0', '1', '2', '3'] },
    { queue: 'by-severity', order: ['0', '3', '2', '1'] },
  ] as const)('$queue: hosts that stop working before those that lack a disk before a BMC', ({ queue, order }) => {
    const { crew, log, strike, run } = setUp({ queue, pageMs: { kind: 'constant', value: MINUTE } });
    const broken: readonly FaultClass[] = ['osHang', 'bmcUnreachable', 'diskFailure', 'hostDead'];
    broken.forEach((faultClass, host) => {
      strike(host, faultClass, 'person');
      crew.page(host, 'broken');
    });
    run(600);
    expect(
      begunAndDone(log)
        .filter((line) => line.includes('inHands'))
        .map((line) => line.split(' ')[1]),
    ).toEqual(order);
  });

  test('office hours: what comes on Friday evening is begun on Monday, and what is begun is ended', () => {
    const { crew, log, strike, run } = setUp({
      shifts: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], fromMs: 8 * HOUR, toMs: 9 * HOUR, crew: 1 }],
    });
    strike(0, 'hostDead', 'person');
    crew.page(0, 'gave up');
    run(10 * 60);
    strike(1, 'osHang', 'person');
    crew.page(1, 'gave up');
    run(5 * 24 * 60);
    expect(begunAndDone(log)).toEqual([
      '30 0 inHands',
      '150 0 repaired person',
      `${3 * 24 * 60} 1 inHands`,
      `${3 * 24 * 60 + 120} 1 repaired person`,
    ]);
  });

  test('a site without people: hands wait for the next visit, the desk does not', () => {
    const { crew, log, strike, run } = setUp({
      visits: { everyMs: 48 * HOUR, firstAtMs: 24 * HOUR, lastMs: 8 * HOUR },
    });
    strike(0, 'hostDead', 'person');
    strike(1, 'osHang', 'powerCycle');
    for (const host of [0, 1]) crew.page(host, 'gave up');
    run(2 * 24 * 60);
    expect(begunAndDone(log)).toEqual([
      '30 1 inHands',
      '45 1 repaired powerCycle',
      `${24 * 60} 0 inHands`,
      `${24 * 60 + 120} 0 repaired person`,
    ]);
  });

  test('repair times by what is broken', () => {
    const constant = (minutes: number) => ({ kind: 'constant', value: minutes * MINUTE }) as const;
    const { crew, log, strike, run } = setUp(
      { repairCrew: 4, repairs: { diskFailure: constant(20), osHang: constant(7), osdReAdd: constant(3) } },
      true,
    );
    strike(0, 'diskFailure', 'person');
    strike(1, 'osHang', 'reboot');
    strike(2, 'hostDead', 'person');
    for (const host of [0, 1, 2, 3]) crew.page(host, 'broken');
    run(600);
    expect(log.filter((line) => line.includes('repaired'))).toEqual([
      '33 3 repaired reboot',
      '37 1 repaired powerCycle',
      '50 0 repaired person',
      '150 2 repaired person',
    ]);
  });

  test('one part on the shelf: the second board waits for its delivery, and the disk does not wait for a board', () => {
    const { crew, log, strike, run } = setUp({
      repairCrew: 2,
      spareParts: { hostDead: { stock: 1, deliveryMs: { kind: 'constant', value: 24 * HOUR } } },
    });
    strike(0, 'hostDead', 'person');
    strike(1, 'hostDead', 'person');
    strike(2, 'diskFailure', 'person');
    for (const host of [0, 1, 2]) crew.page(host, 'broken');
    run(3 * 24 * 60);
    expect(begunAndDone(log)).toEqual([
      '30 0 inHands',
      '30 2 inHands',
      '150 0 repaired person',
      '150 2 repaired person',
      `${24 * 60 + 30} 1 inHands`,
      `${24 * 60 + 150} 1 repaired person`,
    ]);
  });

  test('a slow disk takes a disk from the shelf, and the time of a dead one', () => {
    const { crew, log, strike, run } = setUp({
      repairCrew: 2,
      repairs: { diskFailure: { kind: 'constant', value: 45 * MINUTE } },
      spareParts: { diskFailure: { stock: 1, deliveryMs: { kind: 'constant', value: 24 * HOUR } } },
    });
    strike(0, 'slowDisk', 'person');
    strike(1, 'diskFailure', 'person');
    strike(2, 'slowProcessor', 'person');
    for (const host of [0, 1, 2]) crew.page(host, 'broken');
    run(3 * 24 * 60);
    expect(begunAndDone(log)).toEqual([
      '30 0 inHands',
      '30 2 inHands',
      '75 0 repaired person',
      '150 2 repaired person',
      `${24 * 60 + 30} 1 inHands`,
      `${24 * 60 + 75} 1 repaired person`,
    ]);
  });

  test('a page goes to the next person until one acknowledges it', () => {
    const { crew, log, strike, run } = setUp({
      acknowledgement: { withinMs: { kind: 'constant', value: 40 * MINUTE }, pageNextAfterMs: 15 * MINUTE, onCall: 3 },
    });
    strike(0, 'osHang', 'reboot');
    crew.page(0, 'gave up');
    run(200);
    // Nobody answers within 15 min, so three are paged; the first of them answers after 40 min all the same.
    expect(log).toEqual([
      '0 0 paged',
      '40 0 acknowledged',
      '70 0 waitingForCrew',
      '70 0 inHands',
      '85 0 none',
      '85 0 repaired powerCycle',
    ]);
  });

  test('the wrong server: a healthy host of the rack goes down, and comes back when it is noticed', () => {
    const { fleet, crew, log, strike, run } = setUp({
      mistakes: {
        wrongServer: 1,
        staysCordoned: 0,
        staysOff: 0,
        noOutStays: 0,
        noticedMs: { kind: 'constant', value: 20 * MINUTE },
      },
    });
    strike(0, 'hostDead', 'person');
    crew.page(0, 'gave up');
    run(31);
    expect(begunAndDone(log)).toEqual(['30 0 inHands', '30 1 mistake wrongServer']);
    expect([0, 1, 2, 3].map((host) => fleet.kubeletActs(host))).toEqual([false, false, true, true]);
    run(60);
    expect([0, 1].map((host) => fleet.kubeletActs(host))).toEqual([false, true]);
    run(200);
    expect(begunAndDone(log).slice(2)).toEqual(['170 0 repaired person']);
    expect(fleet.kubeletActs(0)).toBe(true);
  });

  test('not switched on again: repaired, and off until somebody comes once more', () => {
    const { fleet, crew, log, strike, run } = setUp({
      mistakes: {
        wrongServer: 0,
        staysCordoned: 0,
        staysOff: 1,
        noOutStays: 0,
        noticedMs: { kind: 'constant', value: 1 },
      },
    });
    strike(0, 'hostDead', 'person');
    crew.page(0, 'gave up');
    run(400);
    expect(begunAndDone(log)).toEqual(['30 0 inHands', '150 0 mistake staysOff', '150 0 repaired person']);
    expect([fleet.host(0).stage, fleet.host(0).active]).toEqual(['off', []]);
    crew.noticeLate(0, 'not ready');
    run(400 + 480 + 20);
    expect(fleet.kubeletActs(0)).toBe(true);
  });

  test.each([
    { staysCordoned: 0, until: 150 },
    { staysCordoned: 1, until: 250 },
  ])('a cordon that stays in $staysCordoned of repairs is off at minute $until', ({ staysCordoned, until }) => {
    const { crew, cordons, strike, run } = setUp({
      cordon: true,
      mistakes: {
        wrongServer: 0,
        staysCordoned,
        staysOff: 0,
        noOutStays: 0,
        noticedMs: { kind: 'constant', value: 100 * MINUTE },
      },
    });
    strike(0, 'hostDead', 'person');
    crew.page(0, 'gave up');
    run(until - 1);
    expect(cordons).toEqual(['node-a1 on']);
    run(until);
    expect(cordons).toEqual(['node-a1 on', 'node-a1 off']);
  });

  test.each([
    { noOutStays: 0, flags: ['30 noout set', '150 noout unset'] },
    { noOutStays: 1, flags: ['30 noout set', '250 noout unset'] },
  ])('noout that is forgotten in $noOutStays of repairs: one flag for two hosts', ({ noOutStays, flags: expected }) => {
    const noticedMs = { kind: 'constant', value: 100 * MINUTE } as const;
    const mistakes = { wrongServer: 0, staysCordoned: 0, staysOff: 0, noOutStays, noticedMs };
    const { crew, flags, strike, run } = setUp({ repairCrew: 2, noOut: true, mistakes }, false, 2);
    for (const host of [0, 1]) {
      strike(host, 'hostDead', 'person');
      crew.page(host, 'gave up');
    }
    run(400);
    expect(flags).toEqual(expected);
  });
});
