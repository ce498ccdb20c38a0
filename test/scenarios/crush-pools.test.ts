// Pools that Ceph places, as scenarios and dumps name them: maps and listings joined to hosts, and everything that does not fit.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { type Upmap, upmapped } from '../../scenarios/crush/read-osd-dump.ts';
import type { PoolConfig } from '../../sim/config.ts';
import { type Texts, withTexts, writtenStudy } from '../kit/written-study.ts';

const CEPH = 'test/fixtures/ceph';
const DUMP = ['test/fixtures/openshift/must-gather.local.1', 'test/fixtures/openshift/lists'];

function imported(storage: string, texts: Texts = {}) {
  const scenario = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: imported }
spec:
  storage:
${storage}
`;
  const request = { scenarioFile: 'imported.yaml', clusterPaths: DUMP, policies: [{ name: 'none', files: [] }] };
  return [request, { 'imported.yaml': scenario, ...texts }] as const;
}

function problemsOf(storage: string, texts: Texts = {}): readonly string[] {
  const [request, files] = imported(storage, texts);
  const loaded = loadStudy(request, withTexts(files));
  const problems = 'problems' in loaded ? loaded.problems : loaded.study.problems;
  return problems
    .filter(({ file }) => file !== DUMP[0] && !file.startsWith('policy'))
    .map(
      ({ code, severity, message, file, line, remedy }) => `${code} ${severity} ${file}:${line} ${message} | ${remedy}`,
    );
}

function poolOf(pools: readonly PoolConfig[]): PoolConfig & { readonly crush: NonNullable<PoolConfig['crush']> } {
  const [pool] = pools;
  const crush = pool?.crush;
  if (pool === undefined || crush === undefined) throw new Error('the study has a pool with a map');
  return { ...pool, crush };
}

const ALL = `    crush:
      map: ${CEPH}/crush.json
      osdTree: ${CEPH}/osd-tree.json
      osdDf: ${CEPH}/osd-df.json
      pgDump: ${CEPH}/pg-dump.json`;

describe('the OpenShift cluster with the listings of its Ceph', () => {
  const study = writtenStudy(...imported(ALL));
  const pool = poolOf(study.config.pools);

  test('OSDs lie on the hosts that their buckets and Rook name, and are their data disks', () => {
    const byHost = Object.groupBy(pool.crush.osds, ({ host }) => host);
    expect(Object.fromEntries(Object.entries(byHost).map(([host, osds]) => [host, osds?.map(({ id }) => id)]))).toEqual(
      {
        'openshift-worker-0': [0, 1],
        'openshift-worker-2': [4, 5],
        'worker-3-hci-example-com': [6, 7],
        'openshift-worker-5': [10, 11],
        'openshift-worker-8': [16, 17],
        'openshift-worker-10': [20, 21],
        'openshift-worker-11': [22, 23],
      },
    );
    expect(study.config.hosts.map(({ name, dataDisks }) => `${name} ${dataDisks}`)).toContain('openshift-worker-5 2');
  });

  test('size, groups and bytes are those that Ceph lists', () => {
    const { replicas, minSize, placementGroups, failureDomain, usedBytes } = pool;
    expect({ replicas, minSize, placementGroups, failureDomain }).toEqual({
      replicas: 3,
      minSize: 2,
      placementGroups: 96,
      failureDomain: 'rack',
    });
    // osd.0 and osd.1: 1700 and 1737 GiB.
    expect(usedBytes['openshift-worker-0']).toBe((1700 + 1737) * 2 ** 30);
  });

  test('what does not match is said, with its place', () => {
    expect(problemsOf(ALL)).toEqual([
      'MT164 warning imported.yaml:8 1 host buckets are no host of the cluster: worker-3-hci-example-com | their 2 OSDs are taken as always up; add their hosts to the dump',
      'MT165 warning imported.yaml:11 2 placement groups lack an OSD that the map does not tell | upmap entries lead to OSDs that are down; these groups stay undersized: save the listings when all OSDs are up',
    ]);
  });

  test('what was moved, served by others or unclean is said', () => {
    const told = study.assumptions.filter(({ name }) => name.startsWith(`pool ${pool.name}: groups`));
    expect(told.map(({ name, value }) => `${name.replace(`pool ${pool.name}: `, '')}: ${value}`)).toEqual([
      'groups moved by upmap: 2 of 96',
      'groups served by others meanwhile: 1 of 96',
      'groups that are not active+clean: 65 of 96',
    ]);
  });

  test('its groups lie where Ceph says', () => {
    const found = pool.crush.actual ?? [];
    expect(found.length).toBe(96);
    expect(new Set(found.map(({ length }) => length))).toEqual(new Set([3]));
  });
});

describe('with ceph osd dump beside them', () => {
  const dumped = `${ALL}\n      osdDump: ${CEPH}/osd-dump.json`;
  const study = writtenStudy(...imported(dumped));
  const pool = poolOf(study.config.pools);

  test('the shape of the pool and the flags and limits of the cluster are as it says', () => {
    const { replicas, minSize, placementGroups, noOut, fillLimits } = pool;
    expect({ replicas, minSize, placementGroups, placedAs: pool.crush.placedAs, rule: pool.crush.rule }).toEqual({
      replicas: 3,
      minSize: 2,
      placementGroups: 96,
      placedAs: 96,
      rule: 0,
    });
    expect(noOut).toEqual([{ fromMs: 0, untilMs: null }]);
    // Two OSDs of 3576 GiB on each host.
    expect(fillLimits).toEqual({ bytesPerHost: 2 * 3576 * 2 ** 30, nearFull: 0.8, backfillFull: 0.85, full: 0.93 });
  });

  test('groups that upmap has moved onto OSDs that are down are known, and nothing is left to guess', () => {
    expect([0x3d, 0x58].map((group) => pool.crush.actual?.[group])).toEqual([
      [0, 10, 22],
      [4, 10, 23],
    ]);
    expect(problemsOf(dumped)).toEqual([
      'MT164 warning imported.yaml:8 1 host buckets are no host of the cluster: worker-3-hci-example-com | their 2 OSDs are taken as always up; add their hosts to the dump',
    ]);
  });

  test('what was taken from it is said', () => {
    const told = study.assumptions.filter(({ source }) => source.startsWith(`${CEPH}/osd-dump.json`));
    expect(told.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      `pool ${pool.name}: noout: set for the whole run`,
      `pool ${pool.name}: limits: nearfull 0.8, backfillfull 0.85, full 0.93 of 7 TiB on each host`,
      `pool ${pool.name}: groups moved by upmap: 4 of 96`,
    ]);
  });

  test('what the scenario says itself outweighs it', () => {
    const own = `    minSize: 1\n    noOut: []\n    fillLimits: { full: 0.97 }\n    capacityPerHost: 8TiB\n${dumped}`;
    const { minSize, noOut, fillLimits } = poolOf(writtenStudy(...imported(own)).config.pools);
    expect({ minSize, noOut, fillLimits }).toEqual({
      minSize: 1,
      noOut: [],
      fillLimits: { bytesPerHost: 8 * 2 ** 40, nearFull: 0.8, backfillFull: 0.85, full: 0.97 },
    });
  });

  test('it alone says who is up and in, and where groups were moved', () => {
    const alone = `    crush: { map: ${CEPH}/crush.json, osdDump: ${CEPH}/osd-dump.json }`;
    const { crush, fillLimits } = poolOf(writtenStudy(...imported(alone)).config.pools);
    expect(crush.actual?.[0x3d]).toEqual([10, 0, 22]);
    expect(crush.osds.every(({ reweight }) => reweight === 65_536)).toBe(true);
    // Nobody says how large the OSDs are.
    expect(fillLimits).toBeUndefined();
  });

  const DUMP_JSON = {
    flags_set: ['sortbitwise', 'norebalance'],
    crush_node_flags: { 'worker-0': ['noout'] },
    nearfull_ratio: 0.85,
    backfillfull_ratio: 0.9,
    full_ratio: 0.95,
    pools: [{ pool: 1, type: 1, size: 3, min_size: 2, crush_rule: 0, pg_num: 8, pg_placement_num: 8 }],
    osds: [0, 1, 2].map((osd) => ({ osd, up: 1, in: 1, weight: 1 })),
  };
  const ONLY = '    crush: { map: map.txt, osdDump: dump.json }';

  test.each([
    {
      given: 'flags that nobody heeds',
      text: DUMP_JSON,
      told: 'MT165 warning imported.yaml:7 flags that are not simulated: norebalance, worker-0 (noout) | recovery goes on as without them; noout of the whole cluster is heeded',
    },
    {
      given: 'another pool',
      text: { ...DUMP_JSON, pools: [{ ...DUMP_JSON.pools[0], pool: 4 }] },
      told: 'MT165 error dump.json:1 no pool 1 | write the id of the pool: crush.pool (4)',
    },
    {
      given: 'an erasure-coded pool that the scenario takes for copies',
      text: { ...DUMP_JSON, pools: [{ ...DUMP_JSON.pools[0], type: 3, crush_rule: 1, erasure_code_profile: 'k2m1' }] },
      told: 'MT165 error imported.yaml:7 pool 1 is erasure-coded by profile k2m1, in 3 parts | write k and m of the profile: storage.erasureCode',
    },
    {
      given: 'what is no dump',
      text: { pools: [] },
      told: 'MT165 error dump.json:1 "nearfull_ratio" is no number | save ceph osd dump -f json',
    },
  ])('$given', ({ text, told }) => {
    expect(problemsOf(ONLY, { 'map.txt': MAP, 'dump.json': JSON.stringify(text) })).toContain(told);
  });
});

describe('an upmap entry', () => {
  const entry = (change: Partial<Upmap>): Upmap => ({ group: 0, osds: [], mappings: [], ...change });
  // OSDs 0 to 5, of which 5 is out.
  const reweights = [1, 1, 1, 1, 1, 0];

  test.each([
    { given: 'puts one OSD in place of another', upmap: entry({ mappings: [{ from: 1, to: 4 }] }), lies: [0, 4, 2] },
    { given: 'of an OSD that has it not', upmap: entry({ mappings: [{ from: 3, to: 4 }] }), lies: [0, 1, 2] },
    { given: 'to one that has it already', upmap: entry({ mappings: [{ from: 1, to: 2 }] }), lies: [0, 1, 2] },
    { given: 'to one that is out', upmap: entry({ mappings: [{ from: 1, to: 5 }] }), lies: [0, 1, 2] },
    { given: 'of the whole group', upmap: entry({ osds: [3, 4, 0] }), lies: [3, 4, 0] },
    { given: 'of the whole group, one of it out', upmap: entry({ osds: [3, 5, 0] }), lies: [0, 1, 2] },
    {
      given: 'of the whole group, and then of one',
      upmap: entry({ osds: [3, 4, 0], mappings: [{ from: 0, to: 1 }] }),
      lies: [3, 4, 1],
    },
  ])('$given', ({ upmap, lies }) => {
    expect(upmapped([0, 1, 2], upmap, reweights)).toEqual(lies);
  });
});

test('a config with a map survives being written down', () => {
  const { config } = writtenStudy(...imported(ALL));
  expect(JSON.parse(JSON.stringify(config.pools))).toEqual(config.pools);
});

const RULES = `    crush: { map: map.txt, RULE }`;
const MAP = `
tunable choose_local_tries 0
tunable choose_local_fallback_tries 0
tunable choose_total_tries 50
tunable chooseleaf_descend_once 1
tunable chooseleaf_vary_r 1
tunable chooseleaf_stable 1
device 0 osd.0
device 1 osd.1
device 2 osd.2
type 0 osd
type 1 host
type 11 root
host worker-0 {
  id -2
  alg straw2
  hash 0
  item osd.0 weight 1
}
host worker-2 {
  id -3
  alg straw2
  hash 0
  item osd.1 weight 1
}
host worker-8 {
  id -4
  alg straw2
  hash 0
  item osd.2 weight 1
}
root default {
  id -1
  alg straw2
  hash 0
  item worker-0 weight 1
  item worker-2 weight 1
  item worker-8 weight 1
}
rule first {
  id 0
  type replicated
  step take default
  step chooseleaf firstn 0 type host
  step emit
}
rule second {
  id 1
  type erasure
  step take default
  step chooseleaf indep 0 type host
  step emit
}
`;

describe('wrong input', () => {
  test.each([
    {
      given: 'a rule that is not there',
      storage: RULES.replace('RULE', 'rule: fist'),
      texts: { 'map.txt': MAP },
      told: 'MT123 error imported.yaml:7 the map has no rule "fist" | did you mean "first"?',
    },
    {
      given: 'an erasure code and a rule for copies',
      storage: `    erasureCode: { k: 2, m: 1 }\n${RULES.replace('RULE', 'rule: first')}`,
      texts: { 'map.txt': MAP },
      told: `MT164 error imported.yaml:8 rule "first" does not choose indep, as the pool's rule must | undefined`,
    },
    {
      given: 'replicas and an erasure code',
      storage: `    replicas: 3\n    erasureCode: { k: 2, m: 1 }`,
      texts: {},
      told: 'MT105 error imported.yaml:7 a pool has replicas or an erasure code, not both | leave out replicas: the erasure code has k + m parts',
    },
    {
      given: 'more replicas than hosts',
      storage: `    replicas: 4\n${RULES.replace('RULE', 'rule: first')}`,
      texts: { 'map.txt': MAP },
      told: 'MT153 error imported.yaml:8 the rule finds fewer than 4 OSDs for 512 of 512 placement groups | the map needs at least 4 hosts below what the rule takes',
    },
    {
      given: 'a map that is not there',
      storage: `    crush: { map: ${CEPH}/crush.jsn }`,
      texts: {},
      told: `MT101 error imported.yaml:7 cannot read ${CEPH}/crush.jsn: it does not exist | did you mean "${CEPH}/crush.json"?`,
    },
    {
      given: 'host buckets of another cluster',
      storage: RULES.replace('RULE', 'rule: first'),
      texts: { 'map.txt': MAP.replaceAll('worker-', 'node-') },
      told: 'MT164 error imported.yaml:7 no host bucket of the map has the name of a host: node-0, node-2, node-8 | hosts of the cluster: master-0.hci.example.com, worker-0.hci.example.com, worker-10.hci.example.com, worker-11.hci.example.com, openshift-worker-12 and 3 more',
    },
    {
      given: 'a subtree limit of no type',
      storage: RULES.replace('RULE', 'rule: first, downOutSubtreeLimit: hosts'),
      texts: { 'map.txt': MAP },
      told: 'MT123 error imported.yaml:7 the map has no type "hosts" | did you mean "host"?',
    },
    {
      given: 'a listing that is none',
      storage: RULES.replace('RULE', 'rule: first, osdTree: tree.json'),
      texts: { 'map.txt': MAP, 'tree.json': '{\n "nodes": [ { "id": "osd.1" } ]\n}' },
      told: 'MT165 error tree.json:1 "nodes[0].id" is no number | save ceph osd tree -f json',
    },
    {
      given: 'a dump without the pool',
      storage: RULES.replace('RULE', 'rule: first, pool: 7, pgDump: pgs.json'),
      texts: {
        'map.txt': MAP,
        'pgs.json': '{"pg_stats": [{"pgid": "1.0", "state": "active+clean", "up": [0], "acting": [0]}]}',
      },
      told: 'MT165 error pgs.json:1 no placement group of pool 7 | write the id of the pool: crush.pool',
    },
    {
      given: 'OSDs that the map has not, and some that the listing has not',
      storage: RULES.replace('RULE', 'rule: first, osdTree: tree.json'),
      texts: {
        'map.txt': MAP,
        'tree.json': JSON.stringify({ nodes: [{ id: -1 }, { id: 0, crush_weight: 2 }, { id: 9, crush_weight: 1 }] }),
      },
      told: [
        'MT165 warning imported.yaml:7 1 OSDs are not in the map: osd.9 | save the map and the listings at one time; these OSDs are left out',
        'MT165 warning imported.yaml:7 1 OSDs weigh something else than in the map: osd.0 | save the map and the listings at one time; the map counts',
        'MT165 warning imported.yaml:7 2 OSDs of the map are not listed: osd.1, osd.2 | they are taken as in',
      ],
    },
  ])('$given', ({ storage, texts, told }) => {
    const problems = problemsOf(storage, texts);
    for (const line of [told].flat()) expect(problems).toContain(line);
  });
});

describe('a generated cluster', () => {
  const scenario = (storage: string) => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: made }
spec:
  study: steady
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9, dataDisks: 2 }
  storage: ${storage}
`;
  const poolFrom = (storage: string) =>
    poolOf(
      writtenStudy(
        { scenarioFile: 'made.yaml', policies: [{ name: 'none', files: [] }] },
        { 'made.yaml': scenario(storage) },
      ).config.pools,
    );

  test('gets a map of its racks and hosts', () => {
    const { crush, replicas, minSize, failureDomain } = poolFrom(
      '{ crush: {}, usedPerHost: 1TB, failureDomain: rack }',
    );
    expect({ osds: crush.osds.length, replicas, minSize, failureDomain }).toEqual({
      osds: 18,
      replicas: 3,
      minSize: 2,
      failureDomain: 'rack',
    });
    expect(crush.map.buckets.map(({ type }) => type)).toEqual([11, ...Array(9).fill(1), ...Array(3).fill(3)]);
  });

  test('an erasure code needs k + 1 parts, and all its bytes are spread over the hosts', () => {
    const pool = poolFrom('{ erasureCode: { k: 4, m: 2 }, crush: {}, usedPerHost: 1TB, failureDomain: host }');
    const { replicas, dataParts, minSize, usedBytes } = pool;
    expect({ replicas, dataParts, minSize }).toEqual({ replicas: 6, dataParts: 4, minSize: 5 });
    expect(Object.values(usedBytes).reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(9e12, -3);
  });

  test('noout and the rules for going out are taken over', () => {
    const pool = poolFrom(
      '{ crush: { minInRatio: 50%, downOutSubtreeLimit: host }, noOut: [{ at: 1d, for: 2h }, { at: 9d }] }',
    );
    expect({ outRules: pool.outRules, noOut: pool.noOut }).toEqual({
      outRules: { minInShare: 0.5, minUpShare: 0.3, subtreeLimit: 'host', waitsForLaggy: true },
      noOut: [
        { fromMs: 86_400_000, untilMs: 93_600_000 },
        { fromMs: 777_600_000, untilMs: null },
      ],
    });
  });
});
