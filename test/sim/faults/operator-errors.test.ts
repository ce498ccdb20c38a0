// What operators do by hand, fault by fault: what is the case while it lasts, and what is left of it.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import { NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { POD } from '../../../core/api/workload.ts';
import type { FaultName, ScriptedFault } from '../../../sim/config.ts';
import type { FaultValue } from '../../../sim/faults/fault-parameter.ts';
import { startedRun } from '../../../sim/simulation.ts';
import type { World } from '../../../sim/world.ts';
import { onlyPaged, policyOf, smallStudy } from '../../kit/small-study.ts';

const MINUTE_MS = 60_000;
const study = smallStudy();
const policy = policyOf(study, 'reboot');

interface Row {
  readonly fault: FaultName;
  readonly target?: string;
  readonly parameters?: Readonly<Record<string, FaultValue>>;
  readonly reaches?: string;
  /** Read before, a minute after it strikes, and an hour after it is over; it lasts two minutes. */
  readonly of: (world: World) => unknown;
  readonly seen: readonly [before: unknown, meanwhile: unknown, after: unknown];
}

const hostNamed = (world: World, name: string): number =>
  world.fleet.hosts.findIndex(({ config }) => config.name === name);
const worker1 = (world: World): number => hostNamed(world, 'worker-1');
const node = ({ store }: World) => store.get(NODE, { namespace: '', name: 'worker-1' });
const machine = (world: World) => {
  const { namespace, name } = world.fleet.host(worker1(world)).config;
  const ref = world.store.get(BARE_METAL_HOST, { namespace, name })?.spec?.consumerRef;
  return world.store.get(OPENSHIFT_MACHINE, { namespace: ref?.namespace ?? namespace, name: ref?.name ?? '' });
};

const ROWS: readonly Row[] = [
  {
    fault: 'swappedBmcAddresses',
    reaches: 'worker-2',
    of: (world) => [worker1(world), hostNamed(world, 'worker-2')].map((host) => world.fleet.behindBmcOf(host) === host),
    seen: [
      [true, true],
      [false, false],
      [true, true],
    ],
  },
  {
    // The host operator finds it off within a minute, and switches it on again.
    fault: 'poweredOffByHand',
    of: (world) => [world.fleet.kubeletActs(worker1(world)), world.fleet.bootEpoch(worker1(world))],
    seen: [
      [true, 0],
      [false, 0],
      [true, 1],
    ],
  },
  {
    fault: 'forgottenMaintenance',
    of: (world) => node(world)?.spec?.unschedulable === true,
    seen: [false, true, false],
  },
  {
    fault: 'forgottenMaintenance',
    parameters: { by: 'NodeMaintenance' },
    of: ({ store }) => store.list(NODE_MAINTENANCE).map(({ spec }) => spec?.nodeName),
    seen: [[], ['worker-1'], []],
  },
  {
    fault: 'deletedByHand',
    parameters: { what: 'node' },
    of: (world) => node(world) !== undefined,
    seen: [true, false, true],
  },
  {
    fault: 'deletedByHand',
    parameters: { what: 'machine' },
    of: (world) => machine(world)?.metadata.deletionTimestamp !== undefined,
    seen: [false, true, false],
  },
  {
    fault: 'limitsEdited',
    target: 'site',
    parameters: { allows: 'nothing' },
    of: ({ store }) =>
      store.list(OPENSHIFT_MACHINE_HEALTH_CHECK).map(({ metadata, spec }) => [metadata.name, spec?.maxUnhealthy]),
    seen: [[['workers', 2]], [['workers', 0]], [['workers', 2]]],
  },
  {
    fault: 'secondPolicy',
    target: 'site',
    of: ({ store }) => store.list(OPENSHIFT_MACHINE_HEALTH_CHECK).map(({ spec }) => spec?.maxUnhealthy),
    seen: [[2], [2, 2], [2]],
  },
  {
    fault: 'wrongServerPulled',
    of: (world) => world.fleet.powered(worker1(world)),
    seen: [true, false, true],
  },
];

function read({ fault, target = 'worker-1', parameters, reaches, of }: Row): readonly unknown[] {
  const scripted: ScriptedFault = {
    ...{ name: 'by hand', atMs: 10 * MINUTE_MS, fault, target, forMs: 2 * MINUTE_MS },
    ...(parameters === undefined ? {} : { parameters }),
    ...(reaches === undefined ? {} : { reaches }),
  };
  const config = onlyPaged(study.config, [scripted]);
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  return [9, 11, 72].map((minute) => {
    world.kernel.runUntil(config.startMs + minute * MINUTE_MS);
    return of(world);
  });
}

describe('operators', () => {
  test.each(ROWS)('$fault on $target $parameters', (row) => {
    expect(read(row)).toEqual(row.seen);
  });

  test('podsForceDeleted: their objects are gone and others are made at once, while they run on', () => {
    const struck = onlyPaged(study.config, [
      { name: 'hang', atMs: 5 * MINUTE_MS, fault: 'osHang', target: 'worker-1' },
      { name: 'by hand', atMs: 7 * MINUTE_MS, fault: 'podsForceDeleted', target: 'worker-1' },
    ]);
    const { world } = startedRun(struck, policy, { replication: 1, record: false });
    const podsThere = () => world.store.list(POD).filter(({ spec }) => spec?.nodeName === 'worker-1').length;
    world.kernel.runUntil(struck.startMs + 6 * MINUTE_MS);
    const before = podsThere();
    world.kernel.runUntil(struck.startMs + 7 * MINUTE_MS);
    expect({ before: before > 0, after: podsThere() }).toEqual({ before: true, after: 0 });
  });

  test('what is pulled out of its rack nobody switches on from afar', () => {
    const config = onlyPaged(study.config, [
      { name: 'by hand', atMs: 10 * MINUTE_MS, fault: 'wrongServerPulled', target: 'worker-1', forMs: 60 * MINUTE_MS },
    ]);
    const { world } = startedRun(config, policy, { replication: 1, record: false });
    const host = worker1(world);
    const bootsAtMinute = (minute: number): number => {
      world.kernel.runUntil(config.startMs + minute * MINUTE_MS);
      return world.fleet.bootEpoch(host);
    };
    // The policy reboots it by its BMC meanwhile, in vain.
    const [before, meanwhile, after] = [9, 69, 100].map(bootsAtMinute);
    expect(meanwhile).toBe(before);
    expect(after).toBeGreaterThan(before ?? Number.NaN);
  });
});
