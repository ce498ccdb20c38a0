// Who reaches whom after cuts, plane by plane, and that every healing gives back exactly what its cut took.

import { describe, expect, test } from 'vitest';
import { Network } from '../../../sim/network/network.ts';
import { type Cut, OUTSIDE_PLACES, PLANES, type Place } from '../../../sim/network/planes.ts';
import { waitMs } from '../../../sim/network/retransmission.ts';
import { fc } from '../../kit/property.ts';

/** Hosts 0 and 1 in rack 0, hosts 2 and 3 in rack 1. */
const network = (): Network => new Network([0, 0, 1, 1], 2);
const PLACES: readonly Place[] = [0, 1, 2, 3, ...OUTSIDE_PLACES];

const cutOf = (where: Cut['where'], change: Partial<Cut> = {}): Cut => ({
  where,
  planes: ['api'],
  lost: 'both',
  endsAtMs: Infinity,
  ...change,
});

/** `0>2 2>0`: pairs of places that do not reach each other on the plane. */
function lostWays(
  of: Network,
  plane: 'api' | 'bmc' = 'api',
  among: readonly Place[] = [0, 1, 2, 'controlPlane'],
): string {
  return among
    .flatMap((from) => among.filter((to) => from !== to && !of.reaches(from, to, plane)).map((to) => `${from}>${to}`))
    .join(' ');
}

describe('ways through the network', () => {
  test.each([
    {
      given: 'a host without its port',
      cut: cutOf({ at: 'host', host: 0 }),
      lost: '0>1 0>2 0>controlPlane 1>0 2>0 controlPlane>0',
    },
    {
      given: 'a host that is heard by nobody and hears everybody',
      cut: cutOf({ at: 'host', host: 0 }, { lost: 'out' }),
      lost: '0>1 0>2 0>controlPlane',
    },
    {
      given: 'a rack without its switch, not even inside',
      cut: cutOf({ at: 'rack', rack: 0 }),
      lost: '0>1 0>2 0>controlPlane 1>0 1>2 1>controlPlane 2>0 2>1 controlPlane>0 controlPlane>1',
    },
    {
      given: 'a rack without its uplink, whole inside',
      cut: cutOf({ at: 'uplink', rack: 0 }),
      lost: '0>2 0>controlPlane 1>2 1>controlPlane 2>0 2>1 controlPlane>0 controlPlane>1',
    },
    {
      given: 'a rack to which nothing is sent through its uplink',
      cut: cutOf({ at: 'uplink', rack: 0 }, { lost: 'in' }),
      lost: '2>0 2>1 controlPlane>0 controlPlane>1',
    },
    {
      given: 'racks that nothing joins',
      cut: cutOf({ at: 'spine' }),
      lost: '0>2 0>controlPlane 1>2 1>controlPlane 2>0 2>1 2>controlPlane controlPlane>0 controlPlane>1 controlPlane>2',
    },
    {
      given: 'a control plane that is cut off',
      cut: cutOf({ at: 'outside', place: 'controlPlane' }),
      lost: '0>controlPlane 1>controlPlane 2>controlPlane controlPlane>0 controlPlane>1 controlPlane>2',
    },
  ])('of $given', ({ cut, lost }) => {
    const cutNetwork = network();
    const heal = cutNetwork.cut(cut);
    expect([lostWays(cutNetwork), lostWays(cutNetwork, 'bmc'), cutNetwork.isWhole]).toEqual([lost, '', false]);
    heal();
    expect([lostWays(cutNetwork), cutNetwork.isWhole]).toEqual(['', true]);
  });

  test('who has one way only has no connection', () => {
    const oneWay = network();
    oneWay.cut(cutOf({ at: 'host', host: 0 }, { lost: 'in' }));
    expect([oneWay.reaches(0, 2, 'api'), oneWay.connects(0, 2, 'api'), oneWay.connects(2, 0, 'api')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a host serves again when the last cut of its way heals; a cut of the control plane does not count', () => {
    const cuts = network();
    expect(cuts.servesAgainAtMs(0)).toBe(0);
    cuts.cut(cutOf({ at: 'host', host: 0 }, { endsAtMs: 50 }));
    const heal = cuts.cut(cutOf({ at: 'rack', rack: 0 }, { planes: ['peers'], endsAtMs: 70 }));
    cuts.cut(cutOf({ at: 'rack', rack: 1 }, { endsAtMs: 90 }));
    cuts.cut(cutOf({ at: 'host', host: 0 }, { planes: ['bmc'], endsAtMs: 100 }));
    cuts.cut(cutOf({ at: 'outside', place: 'controlPlane' }));
    expect([cuts.servesAgainAtMs(0), cuts.servesAgainAtMs(2)]).toEqual([70, 90]);
    heal();
    expect(cuts.servesAgainAtMs(0)).toBe(50);
  });

  test('whoever listens hears of every host whose ways may have changed', () => {
    const heard: string[] = [];
    const cuts = network();
    cuts.onChange((hosts, planes) => heard.push(`${hosts.join(',')} ${planes.join(',')}`));
    cuts.cut(cutOf({ at: 'uplink', rack: 1 }, { planes: ['api', 'storage'] }))();
    expect(heard).toEqual(['2,3 api,storage', '2,3 api,storage']);
  });

  test('cuts that overlap heal in any order, and in the end all is as it was', () => {
    const where = fc.oneof(
      fc.record({ at: fc.constant('host' as const), host: fc.nat(3) }),
      fc.record({ at: fc.constantFrom('rack' as const, 'uplink' as const), rack: fc.nat(1) }),
      fc.constant({ at: 'spine' as const }),
      fc.record({ at: fc.constant('outside' as const), place: fc.constantFrom(...OUTSIDE_PLACES) }),
    );
    const cut = fc.record({
      where,
      planes: fc.subarray([...PLANES], { minLength: 1 }),
      lost: fc.constantFrom('both' as const, 'out' as const, 'in' as const),
      endsAtMs: fc.constant(Infinity),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(cut, fc.nat()), { maxLength: 8 }), (cuts) => {
        const net = network();
        const heals = cuts.map(([each, order]) => ({ heal: net.cut(each), each, order }));
        // A way is there exactly if none of the cuts alone takes it.
        const ways = PLACES.flatMap((from) => PLACES.map((to) => [from, to] as const)).filter(
          ([from, to]) => from !== to,
        );
        for (const plane of PLANES) {
          for (const [from, to] of ways) {
            const each = cuts.every(([one]) => {
              const alone = network();
              alone.cut(one);
              return alone.reaches(from, to, plane);
            });
            expect(net.reaches(from, to, plane)).toBe(each);
          }
        }
        for (const { heal } of heals.sort((a, b) => a.order - b.order)) heal();
        expect(ways.every(([from, to]) => PLANES.every((plane) => net.reaches(from, to, plane)))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('slow planes', () => {
  test('what slows a plane adds up, everybody hears of it, and it ends once', () => {
    const of = network();
    const told: unknown[] = [];
    of.onChange((hosts, planes) => told.push([hosts, planes, of.waitMs('storage'), of.waitMs('api')]));
    const one = of.slow('storage', 50);
    const other = of.slow('storage', 20);
    one();
    other();
    const all = [[0, 1, 2, 3], ['storage']];
    expect(told).toEqual([50, 70, 20, 0].map((waits) => [...all, waits, 0]));
    expect(one).toThrow('a plane gets as fast as before once');
  });

  test('packets that are lost and sent again after 200, 400, 800 ms: the mean of the waits', () => {
    const series = (share: number): number => {
      let mean = 0;
      for (let lost = 1; lost < 400; lost++) mean += share ** lost * (1 - share) * 200 * (2 ** lost - 1);
      return Math.round(mean);
    };
    const shares = [0, 0.01, 0.1, 0.25, 0.4];
    expect(shares.map((share) => waitMs(30, share) - 30)).toEqual(shares.map(series));
    expect(shares.map((share) => waitMs(30, share))).toEqual([30, 32, 55, 130, 430]);
  });
});
