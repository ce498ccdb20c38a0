// How a pool is set: its shape, and what the cluster says where the scenario says nothing else.

import type { FillLimitsConfig, OsdConfig, PoolConfig } from '../../sim/config.ts';
import { formatBytes } from '../quantities.ts';
import { type PoolJoining, some } from './pool-joining.ts';
import type { ListedGroup, ListedOsd } from './read-ceph-listing.ts';
import type { OsdDump } from './read-osd-dump.ts';

type SaidByDump = Pick<PoolConfig, 'noOut' | 'fillLimits'>;

/** Flags of the whole cluster that would change what happens, and are not simulated. */
const UNHEEDED_FLAGS: ReadonlySet<string> = new Set([
  'full',
  'pauserd',
  'pausewr',
  'nobackfill',
  'nodown',
  'noin',
  'norebalance',
  'norecover',
  'noup',
]);

/** The scenario's own numbers before what the cluster has. */
export function poolShape(
  joining: PoolJoining,
  groups: readonly ListedGroup[],
  dump: OsdDump | undefined,
): Pick<PoolConfig, 'replicas' | 'minSize' | 'placementGroups'> {
  const { pool, storage } = joining.parts;
  const found = dump?.pool.size ?? Math.max(0, ...groups.map(({ up }) => up.length));
  const isGiven = storage.replicas !== undefined || storage.erasureCode !== undefined;
  const replicas = isGiven || found === 0 ? pool.replicas : found;
  const placementGroups =
    dump?.pool.groups ?? (groups.length > 0 ? Math.max(...groups.map(({ group }) => group)) + 1 : pool.placementGroups);
  // Source: Ceph osd_pool_default_min_size 0: half of the replicas, rounded up.
  const usual = isGiven || dump === undefined ? replicas - Math.floor(replicas / 2) : dump.pool.minSize;
  const isOwn = storage.minSize !== undefined || storage.erasureCode !== undefined;
  return { replicas, minSize: isOwn ? pool.minSize : usual, placementGroups };
}

/** What the cluster is set to, where the scenario says nothing else; what of it is not simulated is said. */
export function settingsOf(
  joining: PoolJoining,
  dump: OsdDump,
  listed: ReadonlyMap<number, ListedOsd>,
  osds: readonly OsdConfig[],
): SaidByDump {
  const { storage, pool, at } = joining.parts;
  const from = storage.crush.osdDump ?? '';
  const ignored = dump.flags.filter((flag) => UNHEEDED_FLAGS.has(flag));
  if (ignored.length > 0 || dump.groupFlags.length > 0) {
    joining.warn(
      'MT165',
      `flags that are not simulated: ${some([...ignored, ...dump.groupFlags])}`,
      at(['crush', 'osdDump']),
      'recovery goes on as without them; noout of the whole cluster is heeded',
    );
  }
  const isForgotten = dump.flags.includes('noout') && storage.noOut === undefined;
  if (isForgotten) joining.assume(`pool ${pool.name}: noout`, 'set for the whole run', from);
  const limits = limitsOf(joining, dump, listed, osds);
  if (limits !== undefined) {
    const { nearFull = 0, backfillFull, full, bytesPerHost } = limits;
    joining.assume(
      `pool ${pool.name}: limits`,
      `nearfull ${nearFull}, backfillfull ${backfillFull}, full ${full} of ${formatBytes(bytesPerHost)} on each host`,
      from,
    );
  }
  return {
    ...(isForgotten ? { noOut: [{ fromMs: 0, untilMs: null }] } : {}),
    ...(limits === undefined ? {} : { fillLimits: limits }),
  };
}

/** Limits hold where the scenario wants them, or where the listings say how large the OSDs are. */
function limitsOf(
  joining: PoolJoining,
  { ratios }: OsdDump,
  listed: ReadonlyMap<number, ListedOsd>,
  osds: readonly OsdConfig[],
): FillLimitsConfig | undefined {
  const { pool, storage } = joining.parts;
  const sizes = osds.map(({ id }) => listed.get(id)?.sizeBytes);
  const total = sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const isListed =
    sizes.length > 0 && sizes.every((bytes) => bytes !== undefined) && storage.capacityPerHost === undefined;
  const bytesPerHost =
    isListed && storage.fill === undefined
      ? total / new Set(osds.map(({ host }) => host)).size
      : pool.fillLimits?.bytesPerHost;
  if (bytesPerHost === undefined) return undefined;
  return { bytesPerHost, ...ratios, ...written(storage.fillLimits) };
}

/** What the scenario says itself. */
function written<T extends object>(limits: T | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  const entries = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>;
}
