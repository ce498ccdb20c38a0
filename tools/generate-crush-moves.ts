// Asks Debian's crushtool (package ceph-base) what moves in pools of random CRUSH maps when an OSD or a host goes out, for the test
// that lets it move in a running pool. The maps are made again from their seeds.
//
// usage: node tools/generate-crush-moves.ts   (needs crushtool; writes test/sim/storage/crush/golden/pool-moves.json)

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PoolMove } from '../test/kit/crush-golden.ts';
import { randomCrushMap } from '../test/kit/random-crush-map.ts';

const MAPS = 26;
const GROUPS = 128;
const POOL = 1;
const NOBODY = '2147483647';
const GOLDEN = fileURLToPath(new URL('../test/sim/storage/crush/golden/pool-moves.json', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'crush-moves-'));

function crushtool(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync('crushtool', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`crushtool ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

function mappings(map: string, rule: number, size: number, out: readonly number[]): readonly (readonly string[])[] {
  const question = [
    '--rule',
    `${rule}`,
    '--num-rep',
    `${size}`,
    '--min-x',
    '0',
    '--max-x',
    `${GROUPS - 1}`,
    '--pool-id',
    `${POOL}`,
  ];
  const weights = out.flatMap((osd) => ['--weight', `${osd}`, '0']);
  return crushtool('-i', map, '--test', '--show-mappings', ...question, ...weights)
    .split('\n')
    .filter((line) => line.startsWith('CRUSH'))
    .map((line) => /\[(.*)\]/.exec(line)?.[1]?.split(',') ?? []);
}

/** Of groups that were whole: OSDs that they had not got, of parts of an erasure code each at its place. */
function arrivals(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
  size: number,
  indep: boolean,
): number {
  return before.reduce((sum, old, group) => {
    if (old.length < size || old.includes(NOBODY)) return sum;
    const isNew = (osd: string, place: number) =>
      osd !== NOBODY && osd !== '' && (indep ? old[place] !== osd : !old.includes(osd));
    return sum + (after[group] ?? []).filter(isNew).length;
  }, 0);
}

try {
  const moves: PoolMove[] = [];
  for (let index = 0; index < MAPS; index++) {
    const seed = `map ${index}`;
    const { text, hosts, cases } = randomCrushMap(seed);
    // In a map, not in a cluster, an OSD may lie on two hosts.
    if (new Set(hosts.flat()).size < hosts.flat().length) continue;
    writeFileSync(join(folder, 'map.txt'), text);
    const map = join(folder, 'map');
    crushtool('-c', join(folder, 'map.txt'), '-o', map);
    const host = hosts.findIndex((osds) => osds.length > 0);
    const osds = hosts[host] ?? [];
    for (const rule of [0, 1]) {
      const size = cases.find((question) => question.rule === rule)?.size ?? 3;
      const before = mappings(map, rule, size, []);
      for (const out of [osds.slice(0, 1), osds]) {
        const replicas = arrivals(before, mappings(map, rule, size, out), size, rule === 1);
        moves.push({ seed, rule, size, groups: GROUPS, pool: POOL, host, out, replicas });
      }
    }
  }
  writeFileSync(
    GOLDEN,
    `${moves.map((move, index) => `${index === 0 ? '[' : ' '}${JSON.stringify(move)}`).join(',\n')}]\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
