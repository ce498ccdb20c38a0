// Asks Debian's crushtool and osdmaptool (package ceph-base) where they place things in random CRUSH maps, and keeps the answers for the tests, which
// run without them: the texts and the JSON of the maps, every question, and of every answer the digests of a hundred lines each. Also
// checks that the logarithms of sim/storage/crush/ are, byte for byte, those of Ceph's library.
//
// usage: node tools/generate-crush-golden.ts   (needs crushtool; writes test/sim/storage/crush/golden/)

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { logarithmTables } from '../sim/storage/crush/straw-lengths.ts';
import {
  type CrushAnswer,
  type CrushGolden,
  type CrushTies,
  digestsOf,
  type GoldenCrushMap,
  INPUTS,
  type MovedMappings,
  type PlacedPool,
} from '../test/kit/crush-golden.ts';
import { type CrushCase, randomCrushMap } from '../test/kit/random-crush-map.ts';

const MAPS = 60;

/** Maps of which OSDs and a host are taken out. */
const MOVED_MAPS = 15;

/** Maps of which all lines are kept, to be read and compared by people. */
const WHOLE_MAPS = 1;

const GOLDEN = fileURLToPath(new URL('../test/sim/storage/crush/golden/', import.meta.url));

/** crushtool never ends on some questions; none of these is one. */
const PATIENCE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'crush-golden-'));
const textFile = join(folder, 'map.txt');
const mapFile = join(folder, 'map.bin');

function crushtool(...args: readonly string[]): string {
  return run('crushtool', args);
}

function run(program: 'crushtool' | 'osdmaptool', args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

function mappings({ rule, size, weights }: CrushCase): string {
  const question = ['--rule', String(rule), '--num-rep', String(size), '--min-x', '0', '--max-x', String(INPUTS - 1)];
  const out = weights.flatMap(([osd, weight]) => ['--weight', String(osd), weight]);
  return crushtool('-i', mapFile, '--test', '--show-mappings', '--show-bad-mappings', ...question, ...out);
}

/** Placement groups of one pool of three replicas by rule 0, as often as the pool is placed as another number of groups. */
function placedPools(text: string): readonly PlacedPool[] {
  const osdMap = join(folder, 'osdmap');
  writeFileSync(textFile, text);
  crushtool('-c', textFile, '-o', mapFile);
  return [3, 2, 0].map((bits) => {
    const size = ['--createsimple', '24', '--with-default-pool', '--pg-bits', '3', '--pgp-bits', String(bits)];
    run('osdmaptool', [osdMap, ...size, '--clobber']);
    run('osdmaptool', [osdMap, '--import-crush', mapFile]);
    const dump = run('osdmaptool', [osdMap, '--mark-up-in', '--test-map-pgs-dump']);
    const groups = [...dump.matchAll(/^1\.[0-9a-f]+\t\[(.*)\]/gm)].map(([, osds = '']) => osds.split(',').map(Number));
    return { pool: 1, placedAs: 24 * 2 ** bits, groups };
  });
}

/** Hosts as heavy as a bucket can hold them: nothing else makes straws short enough to be equal. */
const HEAVY_HOSTS = [10_900, 10_901, 10_902, 10_903, 10_904, 10_905];
const TIED_INPUTS = 400_000;

function ties(): CrushTies {
  const text = [
    'tunable choose_local_tries 0',
    'tunable choose_local_fallback_tries 0',
    ...HEAVY_HOSTS.map((_, host) => `device ${host} osd.${host}`),
    ...['type 0 osd', 'type 1 host', 'type 11 root'],
    ...HEAVY_HOSTS.map((_, host) => `host h${host} {\nid ${-2 - host}\nalg straw2\nitem osd.${host} weight 1\n}`),
    ...[
      'root default {',
      'id -1',
      'alg straw2',
      ...HEAVY_HOSTS.map((weight, host) => `item h${host} weight ${weight}`),
      '}',
    ],
    ...['rule one {', 'id 0', 'type replicated', 'min_size 1', 'max_size 10', 'step take default'],
    ...['step chooseleaf firstn 0 type host', 'step emit', '}', ''],
  ].join('\n');
  writeFileSync(textFile, text);
  crushtool('-c', textFile, '-o', mapFile);
  const question = ['--rule', '0', '--num-rep', '1', '--min-x', '0', '--max-x', String(TIED_INPUTS - 1)];
  const answer = crushtool('-i', mapFile, '--test', '--show-mappings', ...question);
  return { text, inputs: TIED_INPUTS, digests: digestsOf(answer, TIED_INPUTS / 10) };
}

/** Counted from the lines alone, apart from the code that is tested. */
function moved(before: string, after: string): { readonly changed: number; readonly placements: number } {
  const osdsOf = (text: string): readonly (readonly string[])[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('CRUSH'))
      .map((line) => /\[(.*)\]/.exec(line)?.[1]?.split(',') ?? []);
  const old = osdsOf(before);
  const pairs = osdsOf(after).map((osds, x) => ({ osds, earlier: old[x] ?? [] }));
  return {
    changed: pairs.filter(({ osds, earlier }) => osds.join() !== earlier.join()).length,
    placements: pairs.reduce(
      (sum, { osds, earlier }) =>
        sum + osds.filter((osd) => osd !== '' && osd !== '2147483647' && !earlier.includes(osd)).length,
      0,
    ),
  };
}

function goldenMap(index: number): { readonly golden: GoldenCrushMap; readonly whole: string } {
  const seed = `map ${index}`;
  const { text, hosts, cases } = randomCrushMap(seed);
  writeFileSync(textFile, text);
  crushtool('-c', textFile, '-o', mapFile);
  const texts: string[] = [];
  const answers = cases.map((question): CrushAnswer => {
    const answer = mappings(question);
    texts.push(answer);
    return { ...question, digests: digestsOf(answer) };
  });
  const host = hosts.find((osds) => osds.length > 0) ?? [];
  const outs = index < MOVED_MAPS ? [host.slice(0, 1), host] : [];
  const movements = outs.flatMap((out): readonly MovedMappings[] =>
    [0, 1].map((rule) => {
      const size = cases.find((question) => question.rule === rule)?.size ?? 3;
      const before = mappings({ rule, size, weights: [] });
      return { rule, size, out, ...moved(before, mappings({ rule, size, weights: out.map((osd) => [osd, '0']) })) };
    }),
  );
  const dump = JSON.stringify(JSON.parse(crushtool('-i', mapFile, '--dump')));
  return { golden: { seed, text, dump, answers, movements }, whole: texts.join('') };
}

/** Ceph has the coarse table and its reciprocals in turn, and the fine one by itself. */
function checkLogarithms(): void {
  const { reciprocals, coarse, fine } = logarithmTables();
  const { stdout } = spawnSync('sh', ['-c', 'ldd "$(command -v crushtool)"'], { encoding: 'utf8' });
  const path = /=> (\S*libceph-common\S*)/.exec(stdout)?.[1];
  if (path === undefined) throw new Error(`crushtool is linked to no libceph-common:\n${stdout}`);
  const library = readFileSync(path);
  for (const table of [reciprocals.flatMap((value, k) => [value, coarse[k] ?? 0]), fine]) {
    const bytes = Buffer.from(BigInt64Array.from(table, (value) => BigInt(value)).buffer);
    if (!library.includes(bytes)) throw new Error(`a table of logarithms is not in ${path}`);
  }
}

try {
  checkLogarithms();
  const made = Array.from({ length: MAPS }, (_, index) => goldenMap(index));
  const golden: CrushGolden = {
    crushtool: '16.2.15+ds-0+deb12u2',
    maps: made.map((each) => each.golden),
    pools: placedPools(made[0]?.golden.text ?? ''),
    ties: ties(),
  };
  writeFileSync(join(GOLDEN, 'maps.json.gz'), gzipSync(JSON.stringify(golden), { level: 9 }));
  made.slice(0, WHOLE_MAPS).forEach(({ golden: { text }, whole }, index) => {
    writeFileSync(join(GOLDEN, `map-${index}.txt`), text);
    writeFileSync(join(GOLDEN, `map-${index}.mappings.gz`), gzipSync(whole, { level: 9 }));
  });
  process.stdout.write(
    `logarithms as in libceph-common; ${MAPS} maps, ${readFileSync(join(GOLDEN, 'maps.json.gz')).length} bytes\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
