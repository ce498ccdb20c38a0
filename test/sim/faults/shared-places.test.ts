// Every fault of the network and of the environment, alone, on a cluster under our own policy: what the API and the workload see
// of it, whom the policy fences, and that no invariant breaks.

import { describe, expect, test } from 'vitest';
import { sharedRun } from '../../kit/shared-place-study.ts';

interface Row {
  readonly given: string;
  readonly fault: string;
  readonly cluster?: string;
  /** Nodes that were not Ready for a while. */
  readonly notReady: number;
  readonly fenced?: readonly string[];
  /** The workload, two of three replicas, could not serve for a while. */
  readonly isOut?: true;
}

const ROWS: readonly Row[] = [
  {
    given: 'N1: a host without the API server is fenced after five minutes, though its pods serve',
    fault: '{ at: 30m, fault: apiPartition, target: { host: worker-0 }, for: 10m }',
    notReady: 1,
    fenced: ['worker-0'],
  },
  {
    given: 'N1 and N6: one direction is enough',
    fault: '{ at: 30m, fault: apiPartition, target: { host: worker-0 }, for: 10m, lost: out }',
    notReady: 1,
    fenced: ['worker-0'],
  },
  {
    given: 'N2: the API sees nothing of a host without storage',
    fault: '{ at: 30m, fault: storagePartition, target: { host: worker-0 }, for: 20m }',
    notReady: 0,
  },
  {
    given: 'N3: nor of a host without peers',
    fault: '{ at: 30m, fault: peerPartition, target: { host: worker-0 }, for: 20m }',
    notReady: 0,
  },
  {
    given: 'N4: controllers that are cut off act on nothing',
    fault: '{ at: 30m, fault: controllersApiPartition, for: 20m }',
    notReady: 0,
  },
  {
    given: 'N4: a host that hangs meanwhile is fenced afterwards',
    fault:
      '{ at: 30m, fault: controllersApiPartition, for: 20m }, { at: 31m, fault: osHang, target: { host: worker-1 } }',
    notReady: 1,
    fenced: ['worker-1'],
  },
  {
    given: 'N5: without the network of the BMCs nobody is fenced',
    fault: '{ at: 30m, fault: managementOutage, for: 20m }, { at: 31m, fault: osHang, target: { host: worker-1 } }',
    notReady: 1,
  },
  {
    given: 'N4: when it waits for a hang of the host, too',
    fault:
      '{ when: { event: nodeNotReady, host: worker-1 }, fault: controllersApiPartition, for: 10h }, { at: 31m, fault: osHang, target: { host: worker-1 } }',
    notReady: 1,
  },
  ...['api', 'storage', 'peers', 'bmc'].map((plane) => ({
    given: `N9: a slow plane ${plane} is nothing that the API sees, and a host that hangs meanwhile is fenced`,
    fault: `{ at: 30m, fault: slowPlane, plane: ${plane}, delay: 2s, loss: 10%, for: 30m }, { at: 31m, fault: osHang, target: { host: worker-1 } }`,
    notReady: 1,
    fenced: ['worker-1'],
  })),
  {
    given: 'N7: a rack without its switch is a third of the cluster, which our policy doubts',
    fault: '{ at: 30m, fault: switchOutage, target: { rack: rack-1 }, for: 20m }',
    notReady: 4,
  },
  {
    given: 'N7: so is a rack without its uplink',
    fault: '{ at: 30m, fault: uplinkOutage, target: { rack: rack-1 }, for: 20m }',
    notReady: 4,
  },
  {
    given: 'N7: the storage plane of a rack is nothing that the API sees',
    fault: '{ at: 30m, fault: planeOutage, target: { rack: rack-1 }, plane: storage, for: 20m }',
    notReady: 0,
  },
  {
    given: 'N7: without the BMC plane of its rack a host that hangs is not fenced',
    fault:
      '{ at: 30m, fault: planeOutage, target: { rack: rack-2 }, plane: bmc, for: 20m }, { at: 31m, fault: osHang, target: { host: worker-1 } }',
    notReady: 1,
  },
  {
    given: 'N7: in the other racks it is',
    fault:
      '{ at: 30m, fault: planeOutage, target: { rack: rack-1 }, plane: bmc, for: 20m }, { at: 31m, fault: osHang, target: { host: worker-1 } }',
    notReady: 1,
    fenced: ['worker-1'],
  },
  {
    given: 'N7: the first switch carries the storage only, and its outage is nothing that the API sees',
    fault: '{ at: 30m, fault: switchOutage, target: { rack: rack-1 }, for: 20m }',
    cluster:
      '    network: { rackSwitches: [{ name: storage, planes: [storage] }, { name: rest, planes: [api, peers] }] }',
    notReady: 0,
  },
  {
    given: 'N7: nothing joins the racks',
    fault: '{ at: 30m, fault: spineOutage, for: 20m }',
    notReady: 12,
    isOut: true,
  },
  {
    given: 'N8: a switch that goes down and up',
    fault: '{ at: 30m, fault: switchFlap, target: { rack: rack-1 }, for: 30m }',
    notReady: 4,
  },
  {
    given: 'N8: all switches one by one, and back in random order',
    fault: '{ at: 30m, fault: switchSwizzle, for: 30m }',
    notReady: 12,
    isOut: true,
  },
  {
    given: 'N9: a link that loses seven beats of ten',
    fault: '{ at: 30m, fault: lossyLink, target: { host: worker-0 }, for: 1h, share: 70% }',
    notReady: 1,
  },
  {
    given: 'N10: two hosts with one address are silent by turns, none for long',
    fault:
      '{ at: 30m, fault: duplicateAddress, target: { host: worker-0 }, reaches: { host: worker-1 }, for: 30m, turn: 2m }',
    notReady: 2,
  },
  {
    given: 'N11: a host that boots without names does not find the API server, and is fenced',
    fault:
      '{ at: 30m, fault: nameServiceOutage, for: 30m }, { at: 31m, fault: kernelPanic, target: { host: worker-0 } }',
    notReady: 1,
    fenced: ['worker-0'],
  },
  {
    given: 'N11: who runs notices nothing',
    fault: '{ at: 30m, fault: nameServiceOutage, for: 30m }',
    notReady: 0,
  },
  {
    given: 'E1: a rack without power',
    fault: '{ at: 30m, fault: rackPowerLoss, target: { rack: rack-1 }, for: 20m }',
    notReady: 4,
  },
  {
    given: 'E1: one PDU of two takes only who has one unit',
    fault: '{ at: 30m, fault: pduLoss, target: { rack: rack-1 }, for: 3m }',
    cluster: '    power: { feeds: [A, B], oneFeed: { worker-0: A } }',
    notReady: 1,
  },
  {
    given: 'E1: a room of two racks',
    fault: '{ at: 30m, fault: roomPowerLoss, target: { room: north }, for: 20m }',
    cluster: '    power: { rooms: [{ name: north, racks: [rack-1, rack-2] }] }',
    notReady: 8,
    isOut: true,
  },
  {
    given: 'E2: the site, with all hosts that boot at once',
    fault: '{ at: 30m, fault: sitePowerLoss, for: 20m }',
    notReady: 12,
    isOut: true,
  },
  {
    given: 'E2: and breakers that trip',
    fault: '{ at: 30m, fault: sitePowerLoss, for: 20m }',
    cluster: '    power: { afterLoss: { delay: 0s }, breaker: { startsAtOnce: 3, reset: 10m } }',
    notReady: 12,
    isOut: true,
  },
  {
    given: 'E3: a room without cooling',
    fault: '{ at: 30m, fault: coolingLoss, target: { room: north }, for: 30m }',
    cluster: '    power: { rooms: [{ name: north, racks: [rack-1] }] }',
    notReady: 4,
  },
  {
    given: 'E4: the outlet of a host takes the one that shares it',
    fault: '{ at: 30m, fault: outletLoss, target: { host: worker-0 }, for: 5m }',
    cluster: '    power: { sharedOutlets: [[worker-0, worker-3]] }',
    notReady: 2,
  },
];

describe('faults of what hosts share, under our own policy', () => {
  test.each(ROWS)('$given', ({ fault, cluster, notReady, fenced = [], isOut = false }) => {
    const run = sharedRun(fault, cluster === undefined ? {} : { cluster });
    expect({
      notReady: run.notReady.length,
      fenced: run.fenced,
      isOut: run.unavailableS > 0,
      broken: run.broken,
    }).toEqual({ notReady, fenced, isOut, broken: [] });
  });
});

describe('the truth about observers, from the planes', () => {
  const blindOf = (policy: string): readonly string[] =>
    sharedRun('{ at: 30m, fault: spineOutage, for: 40m }', { policy: [policy] }).broken.filter((words) =>
      words.startsWith('S13'),
    );

  test('a remediator without limits strikes while its observer sees nobody', () => {
    expect(blindOf('examples/policies/mdb-unlimited.yaml')).toEqual([
      'S13: MachineRemediation strikes though 9 of 9 hosts that run fell silent together',
    ]);
  });

  test('ours does not', () => {
    expect(blindOf('examples/policies/own.yaml')).toEqual([]);
  });
});

describe('a control plane that runs on its hosts', () => {
  const HOSTED = 'controlPlane: onItsHosts';

  test('is gone without two of its three hosts, and starts a minute after a second one runs again', () => {
    // The masters are in racks 1 to 3; a host runs 240 s after it was switched on, which is within a minute.
    const twoRacks = ['rack-1', 'rack-2']
      .map((rack) => `{ at: 30m, fault: rackPowerLoss, target: { rack: ${rack} }, for: 20m }`)
      .join(', ');
    const { controlPlane, turnedAtS, fenced, lost, broken } = sharedRun(twoRacks, { kubernetes: HOSTED });
    expect(controlPlane.map((line) => line.replace(/^\d+(\.\d+)? /, ''))).toEqual(['gone', 'there']);
    const [gone = 0, there = 0] = controlPlane.map((line) => Number(line.split(' ')[0]));
    expect(gone).toBe(1800);
    expect(there).toBeGreaterThanOrEqual(3000 + 240 + 60);
    expect(there).toBeLessThanOrEqual(3000 + 60 + 240 + 60);
    // Nobody is there to tell it anything meanwhile.
    expect(turnedAtS.filter((second) => second >= gone && second < there)).toEqual([]);
    expect({ fenced, lost, broken }).toEqual({ fenced: [], lost: [], broken: [] });
  });

  test('goes on with two of three', () => {
    const { controlPlane } = sharedRun('{ at: 30m, fault: rackPowerLoss, target: { rack: rack-1 }, for: 20m }', {
      kubernetes: HOSTED,
    });
    expect(controlPlane).toEqual([]);
  });

  test('sees nobody fall silent while it is gone: who has hung meanwhile is found and fenced afterwards', () => {
    const whole = sharedRun(
      '{ at: 30m, fault: sitePowerLoss, for: 20m }, { at: 32m, fault: hostDead, target: { host: worker-4 } }',
      { kubernetes: HOSTED },
    );
    expect(whole.controlPlane).toHaveLength(2);
    expect({ fenced: whole.fenced, broken: whole.broken }).toEqual({ fenced: ['worker-4'], broken: [] });
  });
});

describe('two of three racks without one plane for 20 minutes', () => {
  // 50 s of grace after the last beat at most ten before; at the end the next beat.
  test.each([
    { plane: 'api', notReady: 8, truth: 0, api: 1150 },
    { plane: 'storage', notReady: 0, truth: 1200, api: 0 },
    { plane: 'peers', notReady: 0, truth: 1200, api: 0 },
    { plane: 'bmc', notReady: 0, truth: 0, api: 0 },
  ])('$plane: the workload is out for $truth s by truth, $api s by the API', ({ plane, notReady, truth, api }) => {
    const racks = ['rack-1', 'rack-2']
      .map((rack) => `{ at: 30m, fault: planeOutage, target: { rack: ${rack} }, plane: ${plane}, for: 20m }`)
      .join(', ');
    const run = sharedRun(racks);
    expect({ notReady: run.notReady.length, fenced: run.fenced, truth: run.unavailableS, broken: run.broken }).toEqual({
      notReady,
      fenced: [],
      truth,
      broken: [],
    });
    expect(Math.abs(run.unavailableApiS - api)).toBeLessThanOrEqual(api === 0 ? 0 : 15);
  });
});
