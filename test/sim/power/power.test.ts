// Who has power, who boots when it returns, breakers that trip when all boot at once, and rooms that get too hot.

import { describe, expect, test } from 'vitest';
import type { SimConfig } from '../../../sim/config.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { Breakers } from '../../../sim/power/breakers.ts';
import { DEFAULT_BREAKER, defaultPower } from '../../../sim/power/defaults.ts';
import type { PowerConfig } from '../../../sim/power/power-config.ts';
import { PowerGrid } from '../../../sim/power/power-grid.ts';
import { RoomCooling } from '../../../sim/power/room-cooling.ts';
import { modelOf } from '../../kit/bmc-probe.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';

const RACKS = ['rack-a', 'rack-b'];

const TWO_FEEDS: PowerConfig = {
  ...defaultPower(RACKS),
  feeds: ['A', 'B'],
  rooms: [
    { name: 'north', racks: ['rack-a'] },
    { name: 'south', racks: ['rack-b'] },
  ],
  oneFeed: { a2: 'B' },
  sharedOutlets: [['a1', 'b1']],
};

describe('who has power', () => {
  const hosts = ['a1', 'a2', 'b1', 'b2'].map((name) => ({ name, rack: name.startsWith('a') ? 0 : 1 }));
  const grid = (): PowerGrid => new PowerGrid(TWO_FEEDS, hosts, RACKS);
  const dark = (of: PowerGrid): string => hosts.flatMap(({ name }, host) => (of.fed(host) ? [] : [name])).join(' ');

  test.each([
    { given: 'one feed of a rack', where: { at: 'rack', rack: 0 }, feeds: ['A'], without: '' },
    {
      given: 'the feed on which a host has its only unit',
      where: { at: 'rack', rack: 0 },
      feeds: ['B'],
      without: 'a2',
    },
    { given: 'both feeds of a rack', where: { at: 'rack', rack: 0 }, feeds: undefined, without: 'a1 a2' },
    { given: 'a room', where: { at: 'room', room: 'south' }, feeds: undefined, without: 'b1 b2' },
    { given: 'the site', where: { at: 'site' }, feeds: undefined, without: 'a1 a2 b1 b2' },
    { given: 'one feed of the site', where: { at: 'site' }, feeds: ['B'], without: 'a2' },
    { given: 'an outlet that two hosts share', where: { at: 'outlet', host: 2 }, feeds: undefined, without: 'a1 b1' },
    { given: 'one unit of a host', where: { at: 'unit', host: 3 }, feeds: ['A'], without: '' },
  ] as const)('without $given: no power for $without', ({ where, feeds, without }) => {
    const power = grid();
    const restore = power.lose({ where, endsAtMs: 100, ...(feeds === undefined ? {} : { feeds }) });
    expect(dark(power)).toBe(without);
    restore();
    expect(dark(power)).toBe('');
  });

  test('losses overlap: power is back with the first feed that is whole again', () => {
    const power = grid();
    power.lose({ where: { at: 'site' }, feeds: ['A'], endsAtMs: 300 });
    power.lose({ where: { at: 'rack', rack: 0 }, feeds: ['B'], endsAtMs: 250 });
    const restore = power.lose({ where: { at: 'room', room: 'north' }, feeds: ['B'], endsAtMs: 200 });
    expect([dark(power), power.fedAgainAtMs(0), power.fedAgainAtMs(1)]).toEqual(['a1 a2', 250, 250]);
    restore();
    expect([dark(power), power.drawsFrom(2, 'A'), power.drawsFrom(2, 'B')]).toEqual(['a1 a2', false, true]);
  });
});

/** One rack of eight hosts that boot in 100 s, and what becomes of them, `12 h3 feed`: seconds, host, why it boots. */
function setUp(power: Partial<PowerConfig>, change: Partial<SimConfig> = {}) {
  const hosts = Array.from({ length: 8 }, (_, index) => aHost(`h${index}`, 'rack-a'));
  const config = tinyWorld({ hosts, power: { ...defaultPower(['rack-a']), ...power }, ...change });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey(config.seed), 1);
  const fleet = new HostFleet(kernel, config, draws);
  const log: string[] = [];
  const seconds = (): number => Math.round((kernel.nowMs - config.startMs) / 1000);
  fleet.observe({
    powerCut: (host, cause) => log.push(`${seconds()} h${host} off ${cause}`),
    bootStarted: (host, cause) => log.push(`${seconds()} h${host} ${cause}`),
  });
  const at = (second: number, run: () => void): void => {
    kernel.call(config.startMs + second * 1000, run);
  };
  return { config, kernel, fleet, draws, log, at, run: (s: number) => kernel.runUntil(config.startMs + s * 1000) };
}

const SITE = { where: { at: 'site' }, endsAtMs: Infinity } as const;
const AT_ONCE = { state: 'last', delayMs: { kind: 'constant', value: 0 }, outletEveryMs: 0 } as const;

describe('power returns', () => {
  const boots = (power: Partial<PowerConfig>, before?: (fleet: HostFleet) => void): readonly string[] => {
    const { fleet, log, at, run } = setUp(power);
    at(5, () => before?.(fleet));
    at(10, () => {
      const restore = fleet.losePower(SITE);
      at(100, () => restore());
    });
    run(1000);
    return log.filter((line) => !line.includes('off'));
  };
  const all = [0, 1, 2, 3, 4, 5, 6, 7];

  test.each([
    {
      given: 'as before the loss, at once',
      afterLoss: AT_ONCE,
      expected: all.slice(1).map((host) => `100 h${host} feed`),
    },
    { given: 'all on', afterLoss: { ...AT_ONCE, state: 'on' }, expected: all.map((host) => `100 h${host} feed`) },
    { given: 'all off', afterLoss: { ...AT_ONCE, state: 'off' }, expected: [] },
    {
      given: 'outlet by outlet',
      afterLoss: { ...AT_ONCE, outletEveryMs: 5_000 },
      expected: all.slice(1).map((host) => `${100 + 5 * host} h${host} feed`),
    },
  ] as const)('$given; h0 was off before', ({ afterLoss, expected }) => {
    expect(boots({ afterLoss }, (fleet) => fleet.powerOff(0, 'person'))).toEqual(expected);
  });

  test('by firmware, each within a minute', () => {
    const seconds = boots({}).map((line) => Number(line.split(' ')[0]));
    expect(seconds).toHaveLength(8);
    expect(seconds.every((second) => second >= 100 && second <= 160)).toBe(true);
    expect(new Set(seconds).size).toBeGreaterThan(3);
  });
});

describe('breakers', () => {
  const BREAKER = { ...DEFAULT_BREAKER, startsAtOnce: 4, resetMs: { kind: 'constant', value: 600_000 } } as const;

  const tripsOf = (
    power: Partial<PowerConfig>,
  ): { readonly trips: readonly string[]; readonly log: readonly string[] } => {
    const { kernel, config, fleet, draws, log, at, run } = setUp(power);
    const losePower = fleet.losePower.bind(fleet);
    const trips: string[] = [];
    const breakers = new Breakers(power.breaker ?? BREAKER, { kernel, fleet, draws, losePower });
    breakers.onChange((rack, feed, what) => {
      trips.push(`${(kernel.nowMs - config.startMs) / 1000} rack ${rack} feed ${feed} ${what}`);
    });
    at(10, () => {
      const restore = fleet.losePower(SITE);
      at(100, () => restore());
    });
    run(3000);
    expect(fleet.hosts.every(({ index }) => fleet.kubeletActs(index))).toBe(true);
    return { trips, log: log.filter((line) => line.endsWith(' feed') && !line.includes('off')) };
  };

  test('all boot at once: the breaker trips, somebody resets it and switches on one by one', () => {
    const { trips, log } = tripsOf({ afterLoss: AT_ONCE, breaker: BREAKER });
    expect(trips).toEqual(['100 rack 0 feed A tripped', '700 rack 0 feed A reset']);
    expect(log.slice(-8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((host) => `${700 + 30 * host} h${host} feed`));
  });

  test('staggered, nothing trips', () => {
    expect(tripsOf({ afterLoss: { ...AT_ONCE, outletEveryMs: 5_000 }, breaker: BREAKER }).trips).toEqual([]);
  });

  test('two feeds share the surge', () => {
    expect(tripsOf({ feeds: ['A', 'B'], afterLoss: AT_ONCE, breaker: BREAKER }).trips).toEqual([]);
  });
});

describe('a room without cooling', () => {
  test('half of the hosts have switched themselves off after the time that it says', () => {
    const hosts = Array.from({ length: 2000 }, (_, index) => aHost(`h${index}`, 'rack-a'));
    const { kernel, fleet, draws, log, run } = setUp({}, { hosts });
    const cooling = new RoomCooling({ kernel, fleet, draws });
    const cool = cooling.lose(
      hosts.map((_, host) => host),
      180_000,
    );
    const off = (): number => fleet.hosts.filter(({ stage }) => stage === 'off').length / hosts.length;
    // exp(-ln 2 (t / half)²) are left: a half, then a sixteenth.
    run(180);
    expect(Math.abs(off() - 1 / 2)).toBeLessThanOrEqual(4 * Math.sqrt(0.25 / hosts.length));
    run(360);
    expect(Math.abs(off() - 15 / 16)).toBeLessThanOrEqual(4 * Math.sqrt(15 / 256 / hosts.length));
    cool();
    run(400 + 30 * 2000);
    expect(fleet.hosts.every(({ index }) => fleet.kubeletActs(index))).toBe(true);
    expect(log.filter((line) => line.endsWith('person')).length).toBeGreaterThan(1500);
  });

  test('who was off and is switched on after that time meets the heat as it is by then: an eighth outlasts the same time again', () => {
    const hosts = Array.from({ length: 2000 }, (_, index) => aHost(`h${index}`, 'rack-a'));
    const { kernel, fleet, draws, run } = setUp({}, { hosts });
    const cooling = new RoomCooling({ kernel, fleet, draws });
    const again = hosts.map((_, host) => host);
    for (const host of again) fleet.powerOff(host, 'person');
    cooling.lose(again, 180_000);
    run(180);
    for (const host of again) fleet.powerOn(host, 'person');
    run(360);
    const left = again.filter((host) => fleet.host(host).stage !== 'off').length / again.length;
    expect(Math.abs(left - 1 / 8)).toBeLessThanOrEqual(4 * Math.sqrt(7 / 64 / again.length));
  });

  test('who was off and is switched on hours later gives in at once', () => {
    const { kernel, fleet, draws, log, at, run } = setUp({});
    fleet.powerOff(0, 'person');
    new RoomCooling({ kernel, fleet, draws }).lose([0], 10_000);
    at(3600, () => fleet.powerOn(0, 'person'));
    run(3700);
    expect(log.filter((line) => line.endsWith('self'))).toEqual([expect.stringMatching(/^360[01] h0 off self$/)]);
  });

  describe.each([
    { given: 'an ideal controller', bmc: undefined },
    { given: 'a modelled controller', bmc: modelOf() },
  ])('who was switched off by the heat, with $given', ({ bmc: model }) => {
    const rig = () => {
      const hosts = [aHost('h0', 'rack-a', model === undefined ? {} : { bmc: model })];
      const set = setUp({}, { hosts });
      const { kernel, fleet, draws, config, log, at } = set;
      const bmc = new FleetBmc(kernel, fleet, config.bmc);
      const told: string[] = [];
      const key = { namespace: 'metal', name: 'h0' };
      const say = (what: string): void => {
        told.push(`${Math.floor((kernel.nowMs - config.startMs) / 1000)} ${what}`);
      };
      const switchOn = (): void =>
        bmc.setPower({ host: key, power: 'on', mode: 'hard', operationId: `on-${kernel.nowMs}` }, (end) =>
          say(end.kind === 'succeeded' ? 'on' : end.message),
        );
      const read = (): void => bmc.observePower(key, ({ power }) => say(`reads ${power}`));
      return {
        ...set,
        bmc,
        told,
        switchOn,
        read,
        cool: new RoomCooling({ kernel, fleet, draws }).lose([0], 1000),
        log,
        at,
      };
    };

    test('reads off, refuses to start and says why, until the room is cool', () => {
      const { told, log, at, run, switchOn, read, cool, fleet } = rig();
      at(100, read);
      at(200, switchOn);
      at(1000, () => fleet.repaired(0));
      at(1500, () => fleet.switchOnByHand(0));
      at(2000, cool);
      at(2200, () => fleet.powerOff(0, 'person'));
      at(2300, switchOn);
      run(3000);
      expect(told.map((line) => line.replace(/^(\d)\d+/, '$1..'))).toEqual([
        '1.. reads off',
        '2.. BMC refused: 409 Environmental.1.0.TemperatureAboveUpperFatalThreshold',
        '2.. on',
      ]);
      expect(log.filter((line) => Number(line.split(' ')[0]) > 100)).toEqual([
        '2000 h0 person',
        '2200 h0 off person',
        expect.stringMatching(/^23\d\d h0 remediation$/),
      ]);
    });
  });

  test('two failures of one room: it is cool when the last is over', () => {
    const { kernel, fleet, draws, log, at, run } = setUp({});
    const cooling = new RoomCooling({ kernel, fleet, draws });
    const one = cooling.lose([0], 1000);
    at(100, () => {
      const other = cooling.lose([0], 1000);
      at(200, one);
      at(300, other);
    });
    run(1000);
    expect(log.slice(1)).toEqual(['300 h0 person']);
  });
});
