// JSON that Ceph prints about a running cluster: `ceph osd tree`, `ceph osd df` and `ceph pg dump`, each with -f json (`ceph osd dump`: read-osd-dump.ts). Read by
// JSON.parse, for a dump of placement groups is too long for a reader that knows the place of every value; what is wrong is found in the text again.
// Source: Ceph src/osd/OSDMap.cc (OSDTreeFormattingDumper, OSDUtilizationFormatDumper) and src/mon/PGMap.cc (dump_pg_stats).

import * as z from 'zod/mini';
import { NO_ITEM } from '../../sim/storage/crush/crush-map.ts';
import type { Place, Problem } from '../problem.ts';
import { pathText } from '../schema-problems.ts';
import { crushProblem } from './crush-problems.ts';

/** One OSD of `ceph osd tree`, `ceph osd df` or `ceph osd dump`. */
export interface ListedOsd {
  readonly id: number;
  /** As in the CRUSH map, not fixed-point; undefined where the listing does not say. */
  readonly crushWeight: number | undefined;
  /** From 0, which is out, to 1. */
  readonly reweight: number;
  /** `up`, `down`, `destroyed`; undefined where the listing does not say. */
  readonly status: string | undefined;
  /** Stored on it, by all pools; undefined where the listing does not say. */
  readonly usedBytes: number | undefined;
  /** What it holds; undefined where the listing does not say. */
  readonly sizeBytes: number | undefined;
}

/** One group of `ceph pg dump`. */
export interface ListedGroup {
  readonly pool: number;
  readonly group: number;
  readonly state: string;
  /** NO_ITEM at a place of an erasure code that nobody has. */
  readonly up: readonly number[];
  readonly acting: readonly number[];
}

export type Listing<T> = { readonly rows: readonly T[]; readonly problems: readonly Problem[] };

const KIB = 1024;

const osdNodes = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      type: z.optional(z.string()),
      crush_weight: z.optional(z.number()),
      reweight: z.optional(z.number()),
      status: z.optional(z.string()),
      kb: z.optional(z.number()),
      kb_used: z.optional(z.number()),
    }),
  ),
});

const groupRow = z.object({
  pgid: z.string(),
  state: z.string(),
  up: z.array(z.int()),
  acting: z.array(z.int()),
});

const groups = z.union([
  z.object({ pg_map: z.object({ pg_stats: z.array(groupRow) }) }),
  z.object({ pg_stats: z.array(groupRow) }),
]);

/** `ceph osd tree -f json`, `ceph osd df -f json` or `ceph osd df tree -f json`; only the rows of OSDs. */
export function readOsdListing(file: string, text: string): Listing<ListedOsd> {
  const read = readListing(file, text, osdNodes, 'ceph osd tree -f json');
  if (read.value === undefined) return { rows: [], problems: read.problems };
  const rows = read.value.nodes.flatMap((node): readonly ListedOsd[] => {
    if (node.id < 0) return [];
    return [
      {
        id: node.id,
        crushWeight: node.crush_weight ?? 0,
        reweight: node.reweight ?? 1,
        status: node.status,
        usedBytes: node.kb_used === undefined ? undefined : node.kb_used * KIB,
        sizeBytes: node.kb === undefined ? undefined : node.kb * KIB,
      },
    ];
  });
  return { rows, problems: [] };
}

/** `ceph pg dump -f json` or `ceph pg dump pgs -f json`, of one pool. */
export function readGroupListing(file: string, text: string, pool: number): Listing<ListedGroup> {
  const read = readListing(file, text, groups, 'ceph pg dump -f json');
  if (read.value === undefined) return { rows: [], problems: read.problems };
  const stats = 'pg_map' in read.value ? read.value.pg_map.pg_stats : read.value.pg_stats;
  const problems: Problem[] = [];
  const rows = stats.flatMap(({ pgid, state, up, acting }): readonly ListedGroup[] => {
    const parts = /^(\d+)\.([0-9a-f]+)$/.exec(pgid);
    if (parts === null) {
      problems.push(
        crushProblem(
          'MT165',
          `"${pgid}" is not a placement group`,
          placeIn(file, text, `"${pgid}"`),
          'write POOL.HEX, as 1.2f',
        ),
      );
      return [];
    }
    if (Number(parts[1]) !== pool) return [];
    const osds = (ids: readonly number[]) => ids.map((id) => (id < 0 ? NO_ITEM : id));
    return [{ pool, group: Number.parseInt(parts[2] ?? '', 16), state, up: osds(up), acting: osds(acting) }];
  });
  return { rows, problems };
}

/** The document as Ceph prints it, or what is wrong with it; `command` prints it. */
export function readListing<S extends z.ZodMiniType>(
  file: string,
  text: string,
  schema: S,
  command: string,
): { readonly value: z.output<S> | undefined; readonly problems: readonly Problem[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      value: undefined,
      problems: [crushProblem('MT165', `no JSON: ${why}`, placeIn(file, text), `save ${command}`)],
    };
  }
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data, problems: [] };
  const problems = checked.error.issues.map((issue) => {
    const path = pathText(issue.path.map((step) => (typeof step === 'number' ? step : String(step))));
    const where = path === '' ? 'the document' : `"${path}"`;
    const wanted = issue.code === 'invalid_type' ? `is no ${issue.expected}` : 'is not what Ceph prints';
    return crushProblem('MT165', `${where} ${wanted}`, placeIn(file, text), `save ${command}`);
  });
  return { value: undefined, problems };
}

/** Where a word stands first; the beginning of the file for one that is not in it. */
export function placeIn(file: string, text: string, word = ''): Place {
  const at = Math.max(0, word === '' ? 0 : text.indexOf(word));
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return { file, line, column: at - lineStart + 1, endColumn: at - lineStart + 1 + word.length };
}
