// Whether a rebuild is possible is asked of domains, without drawing straws: it must say what drawing them would say.

import { expect, test } from 'vitest';
import { NOWHERE, Placement } from '../../../sim/storage/placement.ts';
import { fc } from '../../kit/property.ts';
import { aPool, racksOfHosts } from './pool-kit.ts';

const hosts = racksOfHosts(4, 3);

test.each(['rack', 'host'] as const)(
  'with %ss as failure domain there is room exactly where a substitute is found',
  (failureDomain) => {
    const placement = new Placement(aPool(hosts, { failureDomain, placementGroups: 8 }), hosts);
    const someHosts = fc.uniqueArray(fc.nat(hosts.length - 1));
    fc.assert(
      fc.property(fc.nat(7), someHosts, someHosts, (group, holders, up) => {
        const eligible = (host: number): boolean => up.includes(host);
        const room = placement.hasRoom(holders, placement.domainsWith(eligible));
        expect(room).toBe(placement.substitute(group, holders, eligible) !== NOWHERE);
      }),
    );
  },
);

test('straws that were drawn before keep their lengths: a lost last replica would go where it was', () => {
  const placement = new Placement(aPool(hosts, { placementGroups: 64 }), hosts);
  for (let group = 0; group < 64; group++) {
    const [first = NOWHERE, second = NOWHERE, last = NOWHERE] = placement.homes.subarray(group * 3, group * 3 + 3);
    expect(placement.substitute(group, [first, second], () => true)).toBe(last);
  }
});
