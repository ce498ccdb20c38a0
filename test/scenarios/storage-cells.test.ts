// `storage.cells`: which hosts make a cell, and what cannot be in cells.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { cellsOf } from '../../scenarios/storage-cells.ts';
import { fc } from '../kit/property.ts';
import { aHost } from '../kit/tiny-world.ts';
import { withTexts, writtenStudy } from '../kit/written-study.ts';
import { aPool } from '../sim/storage/pool-kit.ts';
import { smallScenario } from './small-scenario.ts';

const FILE = 'cells.yaml';
const POLICIES = '[{ name: none, files: [] }]';

function hostsIn(racks: readonly string[]) {
  return racks.map((rack, index) => aHost(`h${index}`, rack, { dataDisks: 4 }));
}

describe('cellsOf', () => {
  test.each([
    { given: 'as many as fit', racks: 'ababab', per: 3, cells: ['h0 h1 h2', 'h3 h4 h5'] },
    { given: 'a rest, which is dealt out', racks: 'abababa', per: 3, cells: ['h0 h1 h2 h3', 'h4 h5 h6'] },
    { given: 'rack by rack: each cell gets all racks', racks: 'aaabbb', per: 2, cells: ['h0 h3', 'h1 h4', 'h2 h5'] },
    { given: 'a rack more than others', racks: 'aaaabb', per: 3, cells: ['h0 h4 h1', 'h5 h2 h3'] },
    { given: 'too few hosts for two cells', racks: 'abababa', per: 4, cells: ['h0 h1 h2 h3 h4 h5 h6'] },
  ])('$given', ({ racks, per, cells }) => {
    const hosts = hostsIn([...racks]);
    const found = cellsOf(aPool(hosts, {}), hosts, per);
    expect(found.map(({ usedBytes }) => Object.keys(usedBytes).join(' '))).toEqual(cells);
  });

  test('every host that stores something is in one cell, with its bytes; sizes differ by one at most', () => {
    const racks = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(racks, fc.integer({ min: 1, max: 20 }), (rackOf, per) => {
        const hosts = hostsIn(rackOf);
        const pool = aPool(hosts.slice(1), {});
        const cells = cellsOf(pool, hosts, per);
        const entries = cells.flatMap(({ usedBytes }) => Object.entries(usedBytes));
        expect(Object.fromEntries(entries)).toEqual(pool.usedBytes);
        expect(entries).toHaveLength(hosts.length - 1);
        const sizes = cells.map(({ usedBytes }) => Object.keys(usedBytes).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.min(per, hosts.length - 1));
        expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length);
      }),
    );
  });
});

test('a study has a pool for every cell, each with the numbers of the section', () => {
  const more = '  storage: { cells: { hosts: 3 }, placementGroups: 64, resyncPerSecond: 1GB }';
  const { config } = writtenStudy({ scenarioFile: FILE }, { [FILE]: smallScenario(POLICIES, more) });
  const { usedBytes: _, ...shape } = config.pools[0] ?? { usedBytes: {} };
  expect(config.pools.map(({ name, usedBytes }) => [name, Object.keys(usedBytes)])).toEqual([
    ['ceph-rbd-0', ['worker-0', 'worker-1', 'worker-2']],
    ['ceph-rbd-1', ['worker-3', 'worker-4', 'worker-5']],
  ]);
  expect(shape).toMatchObject({ placementGroups: 64, resyncBytesPerSecond: 1e9, replicas: 3, failureDomain: 'rack' });
});

test.each([
  {
    given: 'storage outside of the hosts',
    storage: '{ kind: external, cells: { hosts: 3 } }',
    told: 'MT105 error cells.yaml:10 storage outside of the hosts has no cells | leave out cells, or kind: external',
  },
  {
    given: 'a CRUSH map',
    storage: '{ crush: {}, cells: { hosts: 3 } }',
    told: 'MT105 error cells.yaml:10 a pool lies in cells or where its CRUSH map says, not both | leave out cells, or crush',
  },
  {
    given: 'cells with too few racks, all alike',
    storage: '{ cells: { hosts: 2 } }',
    told: "MT153 error cells.yaml:10 pool 'ceph-rbd-0' wants 3 replicas in distinct racks, but only 2 have storage hosts; so do 2 other pools | lower storage.replicas, or set storage.failureDomain: host",
  },
  {
    given: 'no number of hosts',
    storage: '{ cells: {} }',
    told: 'MT103 error cells.yaml:10 "spec.storage.cells" has no "hosts" | add "hosts"',
  },
])('wrong input: $given', ({ storage, told }) => {
  const text = smallScenario(POLICIES, `  storage: ${storage}`);
  const loaded = loadStudy({ scenarioFile: FILE }, withTexts({ [FILE]: text }));
  const problems = 'problems' in loaded ? loaded.problems.filter(({ severity }) => severity === 'error') : [];
  const [first] = problems.map(
    ({ code, severity, file, line, message, remedy }) => `${code} ${severity} ${file}:${line} ${message} | ${remedy}`,
  );
  expect(first).toContain(told);
  expect(problems).toHaveLength(1);
});
