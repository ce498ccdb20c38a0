// A record of a host is made once, when somebody asks for it, and all that is there is told in the order of the hosts.

import { expect, test } from 'vitest';
import { HostRecords } from '../../../sim/host/host-records.ts';

test('made when asked for, once, and told in the order of the hosts', () => {
  const made: number[] = [];
  const records = new HostRecords(4, (host) => {
    made.push(host);
    return { host, seen: 0 };
  });
  records.of(2).seen += 1;
  records.of(0).seen += 1;
  records.of(2).seen += 1;
  const told: (readonly number[])[] = [];
  records.eachMade(({ seen }, host) => told.push([host, seen]));
  expect({ made, told, others: [records.made(1), records.made(3)] }).toEqual({
    made: [2, 0],
    told: [
      [0, 1],
      [2, 2],
    ],
    others: [undefined, undefined],
  });
});

test('no host of this number: a mistake of the caller', () => {
  const records = new HostRecords(2, (host) => host);
  for (const host of [-1, 2, Number.NaN]) expect(() => records.of(host)).toThrow(RangeError);
});
