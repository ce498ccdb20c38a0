// What crushtool answered: the shape of test/sim/storage/crush/golden/maps.json.gz, written by tools/generate-crush-golden.ts.

import { createHash } from 'node:crypto';
import type { CrushCase } from './random-crush-map.ts';

/** Every question is asked for x from 0 to this many less one. */
export const INPUTS = 1_000;

/** Lines of one digest: a difference is found within them. */
const LINES_PER_DIGEST = 100;

export interface CrushGolden {
  /** Version of the package ceph-base. */
  readonly crushtool: string;
  readonly maps: readonly GoldenCrushMap[];
  /** In the first of the maps, by rule 0, everything in. */
  readonly pools: readonly PlacedPool[];
  readonly ties: CrushTies;
}

/**
 * So many inputs, in a map of such heavy hosts, that the longest two straws are of one length several times: the earlier one wins. Shows
 * how lengths are rounded.
 */
export interface CrushTies {
  readonly text: string;
  readonly inputs: number;
  /** Of the lines for one replica by rule 0. */
  readonly digests: readonly string[];
}

/** What osdmaptool says of the placement groups of a pool. */
export interface PlacedPool {
  readonly pool: number;
  readonly placedAs: number;
  /** OSDs of every group. */
  readonly groups: readonly (readonly number[])[];
}

export interface GoldenCrushMap {
  readonly seed: string;
  readonly text: string;
  /** As JSON. */
  readonly dump: string;
  readonly answers: readonly CrushAnswer[];
  readonly movements: readonly MovedMappings[];
}

export interface CrushAnswer extends CrushCase {
  readonly digests: readonly string[];
}

/** What changes when OSDs that were wholly in are out. */
export interface MovedMappings {
  readonly rule: number;
  readonly size: number;
  readonly out: readonly number[];
  /** Inputs with another mapping. */
  readonly changed: number;
  /** OSDs in new mappings that were not in the old one: replicas to copy. */
  readonly placements: number;
}

/** One short digest for as many lines. */
export function digestsOf(text: string, linesEach = LINES_PER_DIGEST): readonly string[] {
  const lines = text.trimEnd().split('\n');
  return Array.from({ length: Math.ceil(lines.length / linesEach) }, (_, index) =>
    createHash('sha256')
      .update(lines.slice(index * linesEach, (index + 1) * linesEach).join('\n'))
      .digest('hex')
      .slice(0, 12),
  );
}

/** What crushtool moves in a pool of a random map when OSDs of one host go out. */
export interface PoolMove {
  readonly seed: string;
  readonly rule: number;
  readonly size: number;
  readonly groups: number;
  readonly pool: number;
  /** Index of the host among those of the map. */
  readonly host: number;
  /** Its first OSD, or all of them. */
  readonly out: readonly number[];
  /** Replicas that groups which were whole get on OSDs that had not got them; of rule 1, each at its place. */
  readonly replicas: number;
}
