// What a BMC says beside power: which system answers, and how far it has booted; and that the API tells the same identity.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { PowerReading } from '../../../core/facts.ts';
import type { FaultClass } from '../../../sim/config.ts';
import type { CureLevel } from '../../../sim/faults/fault.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { smallStudy } from '../../kit/small-study.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';

const UUID = '3f0c4d6e-8a51-4f0b-9d27-6c1e5b7a9f02';

function setUp(bmcProtocol: 'redfish' | 'ipmi' = 'redfish') {
  const config = tinyWorld({ hosts: [aHost('a1', 'rack-a', { systemUuid: UUID, bmcProtocol })] });
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('readings'), 1));
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const at = (seconds: number, run: () => void): void => {
    kernel.call(config.startMs + seconds * 1000, run);
  };
  const read = (): PowerReading => {
    const readings: PowerReading[] = [];
    bmc.observePower({ namespace: 'metal', name: 'a1' }, (reading) => readings.push(reading));
    const [reading] = readings;
    if (reading === undefined) throw new Error('a BMC that can be reached answers at once');
    return reading;
  };
  const progressAt = (...seconds: readonly number[]): readonly string[] =>
    seconds.map((second) => {
      kernel.runUntil(config.startMs + second * 1000);
      return `${second} ${read().bootProgress} (${fleet.host(0).stage})`;
    });
  const strike = (faultClass: FaultClass, level: CureLevel): void => {
    fleet.strike({ id: 1, class: faultClass, subject: 0, bornAtMs: kernel.nowMs, level, durationMs: 10_000 });
  };
  return { kernel, config, fleet, bmc, at, read, progressAt, strike };
}

test('a question that got no answer is made good by the next poll, though the polls themselves never saw a change', () => {
  const { kernel, config, fleet, bmc, at, strike } = setUp();
  const key = { namespace: 'metal', name: 'a1' };
  const told: string[] = [];
  const tell =
    (by: string) =>
    ({ power }: PowerReading): void => {
      told.push(`${kernel.nowMs - config.startMs} ${by}: ${power}`);
    };
  bmc.watchPower(key, 600_000, tell('poll'));
  at(700, () => strike('bmcUnreachable', 'itself'));
  at(710, () => bmc.observePower(key, tell('question')));
  at(720, () =>
    fleet.endByItself({ id: 1, class: 'bmcUnreachable', subject: 0, bornAtMs: 0, level: 'itself', durationMs: 1 }),
  );
  kernel.runUntil(config.startMs + 3_600_000);
  const grid = Number(told[0]?.split(' ')[0]);
  expect(told).toEqual([
    `${grid} poll: on`,
    `${710_000 + config.bmc.timeoutMs} question: unreachable`,
    `${grid + 600_000} poll: on`,
  ]);
});

describe('boot progress', () => {
  test('follows a power cycle through its stages', () => {
    const { fleet, at, progressAt } = setUp();
    at(10, () => fleet.powerOff(0, 'remediation'));
    at(20, () => fleet.powerOn(0, 'remediation'));
    expect(progressAt(5, 15, 25, 85, 115, 125)).toEqual([
      '5 osRunning (up)',
      '15 none (off)',
      '25 firmware (firmware)',
      '85 osBoot (osBoot)',
      '115 osRunning (joining)',
      '125 osRunning (up)',
    ]);
  });

  test.each([
    {
      given: 'a system that hangs, and that a power cycle does not cure',
      fault: 'osHang',
      level: 'reprovision',
      reads: ['8 osRunning (up)', '15 none (off)', '25 firmware (firmware)', '85 osBoot (stuck)'],
    },
    {
      given: 'a board that dies: what was said last stays until the power goes',
      fault: 'hostDead',
      level: 'person',
      reads: ['8 osRunning (stuck)', '15 none (off)', '25 firmware (stuck)', '85 firmware (stuck)'],
    },
    {
      given: 'a panic: firmware hears of the reset that ends the dump',
      fault: 'kernelPanic',
      level: 'reprovision',
      reads: ['8 osRunning (dump)', '15 none (off)', '25 firmware (firmware)', '85 osBoot (stuck)'],
    },
  ] as const)('$given', ({ fault, level, reads }) => {
    const { fleet, at, progressAt, strike } = setUp();
    at(5, () => strike(fault, level));
    at(10, () => fleet.powerOff(0, 'remediation'));
    at(20, () => fleet.powerOn(0, 'remediation'));
    expect(progressAt(8, 15, 25, 85)).toEqual(reads);
  });

  test('a deploy agent is a running system; a host without one stays in its firmware', () => {
    const { fleet, at, progressAt } = setUp();
    at(10, () => fleet.enterAgent(0));
    at(20, () => fleet.uninstall(0, true));
    at(30, () => fleet.powerOff(0, 'remediation'));
    at(40, () => fleet.powerOn(0, 'remediation'));
    expect(progressAt(15, 45, 600)).toEqual(['15 osRunning (agent)', '45 firmware (idle)', '600 firmware (idle)']);
  });

  test('IPMI tells who it is, and nothing of the boot', () => {
    const { read } = setUp('ipmi');
    expect(Object.keys(read()).sort()).toEqual(['askedAtMs', 'power', 'readAtMs', 'systemUuid']);
    expect(read().systemUuid).toBe(UUID);
  });
});

describe('identity', () => {
  const { config, policies } = smallStudy();
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');

  test('in a generated cluster every Node has the UUID that its BMC reads, and no two hosts share one', () => {
    const { world } = startedRun(config, policy, { replication: 1, record: false });
    const read: string[] = [];
    const told: string[] = [];
    for (const host of world.fleet.hosts) {
      world.bmc.observePower(host.config, (reading) => read.push(reading.systemUuid ?? ''));
      const node = world.store.get(NODE, { namespace: '', name: host.config.nodeName });
      told.push(node?.status?.nodeInfo?.systemUUID ?? world.fleet.systemUuid(host.index));
    }
    expect(read).toEqual(told);
    expect(new Set(read).size).toBe(config.hosts.length);
    expect(world.store.list(NODE)).toHaveLength(config.hosts.length - 1);
  });

  test('a spare host that becomes a node, and a host that registers anew, report the UUID that their BMC reads', () => {
    const { world } = startedRun(config, policy, { replication: 1, record: false });
    const { kernel, fleet, store } = world;
    const [, , , worker] = fleet.hosts;
    const spare = fleet.hosts.find(
      (host) => store.get(NODE, { namespace: '', name: host.config.nodeName }) === undefined,
    );
    if (worker === undefined || spare === undefined) throw new Error('the study has a worker and a spare');
    const key = (host: typeof worker) => ({ namespace: '', name: host.config.nodeName });
    store.delete(NODE, key(worker));
    fleet.warmReboot(worker.index, 'planned');
    fleet.bootFresh(spare.index);
    kernel.runUntil(config.startMs + 3_600_000);
    for (const host of [worker, spare]) {
      expect(store.get(NODE, key(host))?.status?.nodeInfo?.systemUUID).toBe(fleet.systemUuid(host.index));
    }
  });
});
