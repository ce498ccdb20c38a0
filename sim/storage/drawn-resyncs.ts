// What a pool draws about its resyncs, where its config asks for it: how slow each is, and where the writes fell that a host missed.

import { assert } from '../../core/assert.ts';
import type { PoolConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import type { StorageHost } from './pool-hosts.ts';
import { type Resync, resyncAfterOutage, resyncOfDrawnWrites } from './resync-bytes.ts';

/** Needed by pools that draw something. */
export type PoolDraws = Draws | undefined;

/** A draw of no slowness at all would be a flow that ends before it starts. */
const SLOWNESS_LEAST = 1e-9;

/** By host, how many times the work that its bytes are its next resync is; drawn anew each time that one starts or goes on. */
export function slownessOf(
  { name: pool, resyncSlowness }: PoolConfig,
  hosts: readonly StorageHost[],
  draws: PoolDraws,
): (host: number) => number {
  if (resyncSlowness === undefined) return () => 1;
  const streams = streamsOf(hosts, draws, `slowness of resync/${pool}`);
  return (host) => Math.max(SLOWNESS_LEAST, sample(resyncSlowness, streams[host]?.next() ?? 0));
}

/** What a host with so many bytes owes after it missed the writes of so much time: expected, or by drawing every write. */
export function resyncRule(
  pool: PoolConfig,
  hosts: readonly StorageHost[],
  draws: PoolDraws,
): (host: number, hostBytes: number, missedMs: number) => Resync {
  if (pool.writes !== 'drawn') return (_host, hostBytes, missedMs) => resyncAfterOutage(pool, hostBytes, missedMs);
  const streams = streamsOf(hosts, draws, `writes missed/${pool.name}`);
  return (host, hostBytes, missedMs) => resyncOfDrawnWrites(pool, hostBytes, missedMs, streams[host] as Stream);
}

function streamsOf(hosts: readonly StorageHost[], draws: PoolDraws, purpose: string): readonly Stream[] {
  assert(draws !== undefined, 'a pool that draws is given draws');
  return hosts.map(({ name }) => draws.stream(name, purpose));
}
