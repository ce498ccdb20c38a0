// Pools that are whole again may be given up and made anew: nobody can tell, by anything that storage says at any time.

import { expect, test } from 'vitest';
import type { Fault } from '../../../sim/faults/fault.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { HostPools } from '../../../sim/storage/host-pools.ts';
import { fc } from '../../kit/property.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';
import { aPool, HOUR, MINUTE } from './pool-kit.ts';

const CELLS = 4;
const HOSTS = Array.from({ length: CELLS * 4 }, (_, i) => aHost(`h${i}`, `rack-${i % 4}`, { dataDisks: 2 }));
const POOLS = Array.from({ length: CELLS }, (_, cell) => {
  const members = HOSTS.slice(cell * 4, cell * 4 + 4);
  return { ...aPool(members, { placementGroups: 16, failureDomain: 'host' }), name: `cell-${cell}` };
});
const CONFIG = tinyWorld({ hosts: HOSTS, pools: POOLS });

interface Trouble {
  readonly host: number;
  readonly what: 'off' | 'wiped' | 'disk' | 'slow';
  readonly atMs: number;
  readonly forMs: number;
}

/** Rare enough that cells come to rest in between, often enough that they meet. */
const troubles = fc.array(
  fc.record<Trouble>({
    host: fc.nat(HOSTS.length - 1),
    what: fc.constantFrom('off', 'off', 'wiped', 'disk', 'slow'),
    atMs: fc.nat(20 * HOUR),
    forMs: fc.integer({ min: MINUTE, max: 40 * MINUTE }),
  }),
  { minLength: 1, maxLength: 16 },
);

function slowness(host: number, bornAtMs: number): Fault {
  return {
    id: bornAtMs * HOSTS.length + host,
    class: 'slowDisk',
    subject: host,
    bornAtMs,
    level: 'person',
    durationMs: 1,
    effect: { slowDisk: 3 },
  };
}

function told(all: readonly Trouble[], keptMost: number) {
  const kernel = new Kernel(CONFIG.startMs);
  const draws = new Draws(rootKey('made'), 1);
  const fleet = new HostFleet(kernel, CONFIG, draws);
  const storage = new HostPools(kernel, CONFIG, fleet, draws, keptMost);
  const story: unknown[] = [];
  let mostThere = 0;
  storage.start();
  storage.onResync((host, pool, step) => story.push([kernel.nowMs, host, pool, step]));
  storage.onChange((pool) => story.push([kernel.nowMs, pool, storage.accepts(pool), storage.isSlow(pool)]));
  storage.onHealth(() => story.push([kernel.nowMs, storage.health()]));
  for (const { host, what, atMs, forMs } of all) {
    kernel.call(CONFIG.startMs + atMs, () => {
      if (what === 'disk') storage.diskLost(host);
      else if (what === 'slow') fleet.strike(slowness(host, kernel.nowMs));
      else fleet.powerOff(host, 'provisioning');
      mostThere = Math.max(mostThere, storage.madeCount);
    });
    kernel.call(CONFIG.startMs + atMs + forMs, () => {
      if (what === 'disk') storage.diskReplaced(host);
      else if (what === 'slow') fleet.repaired(host);
      else if (what === 'wiped') {
        fleet.uninstall(host, true);
        fleet.bootFresh(host);
      } else fleet.powerOn(host, 'provisioning');
    });
  }
  for (let hour = 1; hour <= 24; hour++) {
    kernel.runUntil(CONFIG.startMs + hour * HOUR);
    story.push([storage.metrics(), storage.health(), HOSTS.map((_, host) => storage.awaitingReAdd(host))]);
  }
  return { story, mostThere };
}

test('given up as soon as may be, or never: the same story', () => {
  let fewer = 0;
  fc.assert(
    fc.property(troubles, (all) => {
      const short = told(all, 1);
      const kept = told(all, Number.POSITIVE_INFINITY);
      expect(short.story).toEqual(kept.story);
      if (short.mostThere < kept.mostThere) fewer += 1;
    }),
    { numRuns: 60 },
  );
  // Pools are really given up: otherwise nothing was compared.
  expect(fewer).toBeGreaterThan(20);
});
