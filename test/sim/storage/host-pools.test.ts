// What a pool makes of a Machine that moves from one host to another.

import { expect, test } from 'vitest';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { HostPools } from '../../../sim/storage/host-pools.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';
import { aPool, HOUR, STORED } from './pool-kit.ts';

const MEMBERS = ['a', 'b', 'c'].map((name) => aHost(name, `rack-${name}`, { dataDisks: 4 }));
const SPARE = aHost('spare', 'rack-a', {
  dataDisks: 4,
  initial: { state: 'unprovisioned', poweredOn: false },
});

test.each([
  { given: 'the old host had a dead disk', deadAtOld: 1, deadAtNew: 0, filled: STORED },
  { given: 'the new host has one', deadAtOld: 0, deadAtNew: 1, filled: STORED },
  { given: 'all disks live', deadAtOld: 0, deadAtNew: 0, filled: STORED },
])('a Machine moved, $given: all data is filled, and dead disks stay with their host', (row) => {
  const pools = [{ ...aPool(MEMBERS, { downOutMs: 1000 * HOUR }) }];
  const config = tinyWorld({ hosts: [...MEMBERS, SPARE], pools });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('move'), 1);
  const fleet = new HostFleet(kernel, config, draws);
  const storage = new HostPools(kernel, config, fleet, draws);
  storage.start();
  fleet.observe({
    faultShown: (_fault, host) => storage.diskLost(host),
    faultEnded: (_fault, host) => storage.diskReplaced(host),
  });
  let id = 0;
  const breakDisks = (host: number, count: number): void => {
    for (let disk = 0; disk < count; disk++) {
      const rest = { bornAtMs: kernel.nowMs, level: 'person', durationMs: 1 } as const;
      fleet.strike({ id: ++id, class: 'diskFailure', subject: host, ...rest });
    }
  };
  breakDisks(0, row.deadAtOld);
  breakDisks(3, row.deadAtNew);
  fleet.powerOff(0, 'provisioning');
  storage.moved(0, 3);
  fleet.bootFresh(3);
  kernel.runUntil(config.startMs + HOUR);
  const first = storage.metrics().resyncBytes;
  fleet.repaired(3);
  kernel.runUntil(config.startMs + 2 * HOUR);
  const second = storage.metrics().resyncBytes;
  const share = (bytes: number) => Math.round((bytes / STORED) * 100) / 100;
  expect({ first: share(first), all: share(second) }).toEqual({ first: 1 - row.deadAtNew / 4, all: share(row.filled) });
});
