// What must hold for every CRUSH map: the same answer for the same question, distinct failure domains, and no more movement than a
// change asks for.

import { describe, expect, test } from 'vitest';
import {
  type CrushBucket,
  type CrushItem,
  type CrushMap,
  type CrushStep,
  NO_ITEM,
  WHOLE_WEIGHT,
} from '../../../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../../../sim/storage/crush/crush-placement.ts';
import { JEWEL_TUNABLES } from '../../../../sim/storage/crush/made-map.ts';
import { fc } from '../../../kit/property.ts';

const HOST = 1;
const ROOT = 10;
const ROOT_ID = -1;
const INPUTS = Array.from({ length: 200 }, (_, x) => x);

/** Weights of the OSDs of each host. */
type Hosts = readonly (readonly number[])[];

function mapOf(hosts: Hosts, step: Omit<Extract<CrushStep, { op: 'choose' }>, 'op'>): CrushMap {
  let osds = 0;
  const buckets = hosts.map((weights, index): CrushBucket => {
    const items = weights.map((weight): CrushItem => ({ id: osds++, weight }));
    return { id: -2 - index, name: `host${index}`, type: HOST, items };
  });
  const items = buckets.map((bucket) => ({ id: bucket.id, weight: sum(bucket.items.map(({ weight }) => weight)) }));
  const root = { id: ROOT_ID, name: 'default', type: ROOT, items };
  const steps: readonly CrushStep[] = [{ op: 'take', item: ROOT_ID }, { op: 'choose', ...step }, { op: 'emit' }];
  return {
    devices: new Map(),
    types: new Map(),
    buckets: new Map([root, ...buckets].map((bucket) => [bucket.id, bucket])),
    rules: new Map([[0, { id: 0, name: 'rule', steps }]]),
    tunables: JEWEL_TUNABLES,
    chooseArgs: new Map(),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function allIn(hosts: Hosts): Float64Array {
  return new Float64Array(hosts.flat().length).fill(WHOLE_WEIGHT);
}

const weight = fc.integer({ min: 1, max: 20 * WHOLE_WEIGHT });
const anyHosts = fc.array(fc.array(weight, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
const evenHosts = fc
  .tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 1, max: 4 }))
  .map(([hosts, osds]): Hosts => Array.from({ length: hosts }, () => new Array<number>(osds).fill(WHOLE_WEIGHT)));
const mode = fc.constantFrom('firstn' as const, 'indep' as const);

describe('for every map', () => {
  test('the same question has the same answer, whatever was asked before', () => {
    fc.assert(
      fc.property(anyHosts, mode, fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 1 }), (hosts, how, inputs) => {
        const map = mapOf(hosts, { mode: how, count: 0, type: HOST, leaf: true });
        const question = { rule: 0, size: 3, reweights: allIn(hosts) };
        const placement = new CrushPlacement(map);
        const forwards = inputs.map((x) => placement.osdsOf(x, question));
        const backwards = inputs.toReversed().map((x) => new CrushPlacement(map).osdsOf(x, question));
        expect(backwards.toReversed()).toEqual(forwards);
      }),
      { numRuns: 30 },
    );
  });

  test('no two replicas share a host, and with hosts alike none is missing', () => {
    fc.assert(
      fc.property(fc.oneof(anyHosts, evenHosts), mode, (hosts, how) => {
        const placement = new CrushPlacement(mapOf(hosts, { mode: how, count: 0, type: HOST, leaf: true }));
        const hostOf = hosts.flatMap((weights, host) => weights.map(() => host));
        const even = hosts.length >= 3 && hosts.flat().every((each) => each === WHOLE_WEIGHT);
        for (const x of INPUTS) {
          const found = placement.osdsOf(x, { rule: 0, size: 3, reweights: allIn(hosts) });
          const used = found.filter((osd) => osd !== NO_ITEM).map((osd) => hostOf[osd]);
          expect(new Set(used).size).toBe(used.length);
          if (even) expect(used.length).toBe(3);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a firstn rule leaves no gap; an indep rule always has as many places as it was asked for', () => {
    fc.assert(
      fc.property(anyHosts, mode, fc.integer({ min: 1, max: 10 }), (hosts, how, size) => {
        const placement = new CrushPlacement(mapOf(hosts, { mode: how, count: 0, type: HOST, leaf: true }));
        for (const x of INPUTS.slice(0, 20)) {
          const found = placement.osdsOf(x, { rule: 0, size, reweights: allIn(hosts) });
          if (how === 'firstn') expect(found).not.toContain(NO_ITEM);
          else expect(found.length).toBe(size);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('in one bucket, for one replica each', () => {
  const weights = fc.array(weight, { minLength: 2, maxLength: 12 });
  const single = (map: CrushMap, reweights: Float64Array): readonly number[] => {
    const placement = new CrushPlacement(map);
    return INPUTS.map((x) => placement.osdsOf(x, { rule: 0, size: 1, reweights })[0] ?? NO_ITEM);
  };
  const flat = (given: readonly number[]): CrushMap => {
    const map = mapOf([given], { mode: 'firstn', count: 1, type: 0, leaf: false });
    return { ...map, rules: new Map([[0, { id: 0, name: 'rule', steps: [{ op: 'take', item: -2 }, ...tail(map)] }]]) };
  };
  const tail = (map: CrushMap): readonly CrushStep[] => map.rules.get(0)?.steps.slice(1) ?? [];
  const indexed = weights.chain((given) => fc.tuple(fc.constant(given), fc.nat({ max: given.length - 1 })));

  test('an OSD that is removed moves what was on it and nothing else', () => {
    fc.assert(
      fc.property(indexed, ([given, gone]) => {
        const map = flat(given);
        const host = map.buckets.get(-2);
        const rest = { ...map, buckets: new Map(map.buckets) };
        if (host !== undefined) rest.buckets.set(-2, { ...host, items: host.items.filter(({ id }) => id !== gone) });
        const before = single(map, allIn([given]));
        const after = single(rest, allIn([given]));
        expect(after.filter((osd, x) => osd !== before[x] && before[x] !== gone)).toEqual([]);
        expect(after).not.toContain(gone);
      }),
    );
  });

  test('an OSD that is out moves what was on it and nothing else', () => {
    fc.assert(
      fc.property(indexed, ([given, gone]) => {
        const map = flat(given);
        const before = single(map, allIn([given]));
        const after = single(map, allIn([given]).fill(0, gone, gone + 1));
        expect(after.filter((osd, x) => osd !== before[x] && before[x] !== gone)).toEqual([]);
        expect(after).not.toContain(gone);
      }),
    );
  });

  test('a weight that grows moves inputs to its OSD alone', () => {
    fc.assert(
      fc.property(indexed, ([given, grown]) => {
        const more = given.map((each, index) => (index === grown ? each * 2 : each));
        const before = single(flat(given), allIn([given]));
        const after = single(flat(more), allIn([given]));
        expect(after.filter((osd, x) => osd !== before[x] && osd !== grown)).toEqual([]);
      }),
    );
  });

  test('shares follow the weights', () => {
    const given = [1, 2, 3, 4].map((each) => each * WHOLE_WEIGHT);
    const placement = new CrushPlacement(flat(given));
    const counts = [0, 0, 0, 0];
    for (let x = 0; x < 20_000; x++) {
      const [osd = 0] = placement.osdsOf(x, { rule: 0, size: 1, reweights: allIn([given]) });
      counts[osd] = (counts[osd] ?? 0) + 1;
    }
    // Four standard deviations of a binomial count of 20,000 are below 280.
    counts.forEach((count, index) => {
      expect(Math.abs(count - 2_000 * (index + 1))).toBeLessThan(280);
    });
  });
});
