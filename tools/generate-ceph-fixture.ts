// The Ceph cluster of the OpenShift fixture, as its own tools would print it: the map, osd tree and where the groups lie come from crushtool
// and osdmaptool (package ceph-base), upmap entries from Ceph's balancer; bytes on the OSDs, flags and limits are made up. Two hosts are down, as in
// the fixture's cluster, and one host bucket is no host of it.
//
// usage: node tools/generate-ceph-fixture.ts   (needs osdmaptool; writes test/fixtures/ceph/)

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('../test/fixtures/ceph/', import.meta.url));
const OSDS = 24;
const POOL = 1;
const GIB_IN_KIB = 2 ** 20;

const RACKS: Readonly<Record<string, readonly number[]>> = { rack0: [0, 2], rack1: [3, 5], rack2: [8, 10, 11] };
/** Two OSDs on each worker, numbered like it. */
const OSDS_OF = (worker: number): readonly number[] => [worker * 2, worker * 2 + 1];
const DOWN = new Set([5, 11].flatMap(OSDS_OF));

const folder = mkdtempSync(join(tmpdir(), 'ceph-fixture-'));
const osdMap = join(folder, 'osdmap');

function run(program: string, ...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

function mapText(): string {
  const workers = Object.values(RACKS).flat();
  let id = -2;
  const ids = new Map([...workers.map((worker) => `h${worker}`), ...Object.keys(RACKS)].map((name) => [name, id--]));
  const weight = 3.49219;
  const host = (worker: number): string => `worker-${worker}-hci-example-com`;
  const bucket = (type: string, name: string, number: number | undefined, items: readonly string[]): string =>
    `${type} ${name} {\n\tid ${number}\n\talg straw2\n\thash 0\n${items.map((item) => `\titem ${item}\n`).join('')}}\n`;
  return [
    'tunable choose_local_tries 0\ntunable choose_local_fallback_tries 0\ntunable choose_total_tries 50',
    'tunable chooseleaf_descend_once 1\ntunable chooseleaf_vary_r 1\ntunable chooseleaf_stable 1',
    ...workers.flatMap(OSDS_OF).map((osd) => `device ${osd} osd.${osd}`),
    'type 0 osd\ntype 1 host\ntype 3 rack\ntype 11 root',
    ...workers.map((worker) =>
      bucket(
        'host',
        host(worker),
        ids.get(`h${worker}`),
        OSDS_OF(worker).map((osd) => `osd.${osd} weight ${weight}`),
      ),
    ),
    ...Object.entries(RACKS).map(([rack, members]) =>
      bucket(
        'rack',
        rack,
        ids.get(rack),
        members.map((worker) => `${host(worker)} weight ${weight * 2}`),
      ),
    ),
    bucket(
      'root',
      'default',
      -1,
      Object.entries(RACKS).map(([rack, { length }]) => `${rack} weight ${weight * 2 * length}`),
    ),
    'rule replicated_rule {\n\tid 0\n\ttype replicated\n\tmin_size 1\n\tmax_size 10\n\tstep take default\n\tstep chooseleaf firstn 0 type rack\n\tstep emit\n}\n',
  ].join('\n');
}

interface TreeNode {
  readonly id: number;
  readonly crush_weight?: number;
}

function printTree(): readonly TreeNode[] {
  const printed = run('osdmaptool', osdMap, '--mark-up-in', '--tree=json');
  const tree = JSON.parse(printed.slice(printed.indexOf('{'))) as {
    readonly nodes: readonly TreeNode[];
  };
  const nodes = tree.nodes.map((node) =>
    node.id < 0 ? node : { ...node, status: DOWN.has(node.id) ? 'down' : 'up', reweight: 1 },
  );
  writeFileSync(join(FIXTURE, 'osd-tree.json'), `${JSON.stringify({ nodes, stray: [] }, undefined, 1)}\n`);
  return nodes.filter(({ id }) => id >= 0);
}

function printUsage(osds: readonly TreeNode[]): void {
  const nodes = osds.map(({ id, crush_weight }) => {
    const kb = 3576 * GIB_IN_KIB;
    const used = (1700 + ((id * 37) % 200)) * GIB_IN_KIB;
    return {
      id,
      name: `osd.${id}`,
      type: 'osd',
      type_id: 0,
      crush_weight,
      depth: 3,
      reweight: 1,
      kb,
      kb_used: used,
      kb_avail: kb - used,
      utilization: (used / kb) * 100,
      status: DOWN.has(id) ? 'down' : 'up',
    };
  });
  writeFileSync(join(FIXTURE, 'osd-df.json'), `${JSON.stringify({ nodes, stray: [] }, undefined, 1)}\n`);
}

function printGroups(): void {
  const dump = run('osdmaptool', osdMap, '--mark-up-in', '--test-map-pgs-dump');
  const stats = [...dump.matchAll(/^(1\.[0-9a-f]+)\t\[(.*)\]/gm)].map(([, pgid = '', osds = '']) => {
    const up = osds
      .split(',')
      .map(Number)
      .filter((osd) => !DOWN.has(osd));
    const state =
      up.length === 3 ? 'active+clean' : up.length === 2 ? 'active+undersized+degraded' : 'undersized+degraded+peered';
    return { pgid, state, stat_sum: { num_bytes: 87 * 2 ** 30 }, up, acting: up };
  });
  // One group is served by another OSD while it is filled.
  const first = stats.find(({ state }) => state === 'active+clean');
  if (first !== undefined) {
    const other = [0, 4, 16].find((osd) => !first.up.includes(osd)) ?? 0;
    first.acting = [other, ...first.up.slice(1)];
    first.state = 'active+remapped+backfilling';
  }
  writeFileSync(
    join(FIXTURE, 'pg-dump.json'),
    `${JSON.stringify({ pg_ready: true, pg_map: { pg_stats: stats } }, undefined, 1)}\n`,
  );
}

interface DumpedOsd {
  readonly osd: number;
}

/** The map itself, with the flag that somebody forgot; what differs from run to run is left out. */
function printDump(): void {
  const printed = run('osdmaptool', osdMap, '--mark-up-in', '--dump', 'json');
  const {
    fsid: _,
    created: __,
    modified: ___,
    osd_xinfo: ____,
    ...dump
  } = JSON.parse(printed.slice(printed.indexOf('{'))) as {
    readonly fsid: string;
    readonly created: string;
    readonly modified: string;
    readonly osd_xinfo: unknown;
    readonly osds: readonly DumpedOsd[];
    readonly flags_set: readonly string[];
  };
  const inMap = new Set(Object.values(RACKS).flat().flatMap(OSDS_OF));
  const osds = dump.osds.flatMap(({ osd }) =>
    inMap.has(osd) ? [{ osd, up: DOWN.has(osd) ? 0 : 1, in: 1, weight: 1, primary_affinity: 1 }] : [],
  );
  const flags = { flags_set: [...dump.flags_set, 'noout', 'noscrub'].sort() };
  const ratios = { nearfull_ratio: 0.8, backfillfull_ratio: 0.85, full_ratio: 0.93 };
  writeFileSync(
    join(FIXTURE, 'osd-dump.json'),
    `${JSON.stringify({ ...dump, ...flags, ...ratios, osds }, undefined, 1)}\n`,
  );
}

try {
  mkdirSync(FIXTURE, { recursive: true });
  const text = join(folder, 'map.txt');
  const map = join(folder, 'map');
  writeFileSync(text, mapText());
  run('crushtool', '-c', text, '-o', map);
  run(
    'osdmaptool',
    osdMap,
    '--createsimple',
    String(OSDS),
    '--with-default-pool',
    '--pg-bits',
    '2',
    '--pgp-bits',
    '2',
    '--clobber',
  );
  run('osdmaptool', osdMap, '--import-crush', map);
  run(
    'osdmaptool',
    osdMap,
    '--mark-up-in',
    '--upmap',
    join(folder, 'upmaps'),
    '--upmap-deviation',
    '1',
    '--upmap-max',
    '12',
    '--save',
  );
  const upmaps = readFileSync(join(folder, 'upmaps'), 'utf8').trim().split('\n').length;
  run('crushtool', '-d', map, '-o', join(FIXTURE, 'crush.txt'));
  writeFileSync(join(FIXTURE, 'crush.json'), run('crushtool', '-i', map, '--dump'));
  printUsage(printTree());
  printGroups();
  printDump();
  process.stdout.write(`pool ${POOL}, ${upmaps} upmap entries\n`);
} finally {
  rmSync(folder, { recursive: true });
}
