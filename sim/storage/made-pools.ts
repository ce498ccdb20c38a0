// MadePools: the pools of a run that are there. A pool to which nothing has happened is not: it is made when a host or a disk of it is
// lost first, or when somebody looks at it closely, as it would be if it had always been there. Where there are many, those that are
// whole again are given up, and only what they added up is kept.

import type { PoolConfig, TimeSpan } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { PoolKernel } from './pool-kernel.ts';
import { PoolMemory } from './pool-memory.ts';
import type { StorageLayout } from './storage-layout.ts';
import { metricsOf, type PoolTotals, type StorageMetrics, StoragePool } from './storage-pool.ts';

/**
 * Beyond so many pools, those that are whole again are given up. A pool of 1,024 groups takes 200 kB, and is made in less time than an
 * outage of a host costs it.
 */
const KEPT_MOST = 48;
/** So many are looked at for it whenever one is made. */
const LOOKS = 4;

export interface MadePoolsParts {
  readonly kernel: Kernel;
  readonly pools: readonly PoolConfig[];
  readonly layout: StorageLayout;
  readonly draws: Draws;
  /** Told of every pool that was made, before anything happens to it. */
  readonly made: (pool: StoragePool, index: number) => void;
  /** Absent: enough of them. */
  readonly keptMost?: number | undefined;
}

/** What a pool works with, and leaves to the next one when it is given up. */
interface Tools {
  readonly kernel: PoolKernel;
  readonly memory: PoolMemory;
  givenUpAtMs: number;
}

export class MadePools {
  private readonly parts: MadePoolsParts;
  private readonly keptMost: number;
  private readonly startMs: number;
  private readonly pools: (StoragePool | undefined)[];
  private readonly tools: (Tools | undefined)[];
  /** Of pools that were given up. */
  private readonly idleTools: Tools[] = [];
  private readonly totals: (PoolTotals | undefined)[];
  /** Those that may be given up when they are whole, in the order in which they were looked at. */
  private readonly passing = new Set<number>();

  constructor(parts: MadePoolsParts) {
    const { pools, kernel, keptMost = KEPT_MOST } = parts;
    this.parts = parts;
    this.keptMost = keptMost;
    this.startMs = kernel.nowMs;
    this.pools = pools.map(() => undefined);
    this.tools = pools.map(() => undefined);
    this.totals = pools.map(() => undefined);
  }

  /** Those that are there, by index. */
  get all(): readonly (StoragePool | undefined)[] {
    return this.pools;
  }

  /** Makes it if it is not there. */
  get(index: number): StoragePool {
    return this.pools[index] ?? this.make(index);
  }

  /** As `get`, for somebody who keeps it. */
  keep(index: number): StoragePool {
    const pool = this.get(index);
    this.passing.delete(index);
    return pool;
  }

  /** Up to now; undefined where nothing has ever happened. */
  metrics(index: number): StorageMetrics | undefined {
    const totals = this.totals[index];
    return this.pools[index]?.metrics ?? (totals === undefined ? undefined : metricsOf(totals));
  }

  private make(index: number): StoragePool {
    const { kernel, pools, layout, draws, made } = this.parts;
    const config = pools[index] as PoolConfig;
    if (this.passing.size >= this.keptMost) this.giveUpWhole();
    if (isForgetful(config) && layout.isQuiet(index)) this.passing.add(index);
    const tools = this.toolsFor(index);
    const seen = withSpansFrom(config, kernel.nowMs - this.startMs);
    const { members } = layout.members(index);
    const { memory } = tools;
    const given = { homes: layout.homes(index), draws, before: this.totals[index], memory };
    const pool = new StoragePool(tools.kernel, seen, members, given);
    this.pools[index] = pool;
    made(pool, index);
    return pool;
  }

  /** Looks at a few pools, the one that was not looked at for longest first, and gives up those that are whole. */
  private giveUpWhole(): void {
    let looks = LOOKS;
    for (const index of this.passing) {
      if (looks === 0) return;
      looks -= 1;
      this.passing.delete(index);
      const pool = this.pools[index];
      if (pool?.isAtRest !== true) {
        this.passing.add(index);
        continue;
      }
      this.totals[index] = pool.totals;
      this.pools[index] = undefined;
      this.takeTools(index);
    }
  }

  /** Those of a pool that was given up before this instant: one that was given up at it may be at work still, further up the stack. */
  private toolsFor(index: number): Tools {
    const { kernel } = this.parts;
    const [oldest] = this.idleTools;
    let tools: Tools | undefined;
    if (oldest !== undefined && oldest.givenUpAtMs < kernel.nowMs) tools = this.idleTools.shift();
    tools ??= { kernel: new PoolKernel(kernel), memory: new PoolMemory(), givenUpAtMs: Number.NaN };
    tools.kernel.forget();
    tools.memory.forget();
    this.tools[index] = tools;
    return tools;
  }

  private takeTools(index: number): void {
    const tools = this.tools[index];
    this.tools[index] = undefined;
    if (tools === undefined || this.idleTools.length >= this.keptMost) return;
    tools.givenUpAtMs = this.parts.kernel.nowMs;
    this.idleTools.push(tools);
  }
}

/** A pool of which nothing but sums is left once it is whole again: no draws that go on, no rates, no flags of its own. */
function isForgetful({ measures, recovery, resyncSlowness, writes, fillLimits, noOut }: PoolConfig): boolean {
  const coupling = recovery?.coupling ?? 'off';
  return (
    measures !== 'full' &&
    coupling === 'off' &&
    resyncSlowness === undefined &&
    writes !== 'drawn' &&
    fillLimits === undefined &&
    noOut === undefined
  );
}

/** A pool made so long after the start: spans of time that count from then. */
function withSpansFrom(pool: PoolConfig, elapsedMs: number): PoolConfig {
  if (pool.noOut === undefined || elapsedMs === 0) return pool;
  const noOut = pool.noOut
    .filter(({ untilMs }) => untilMs === null || untilMs > elapsedMs)
    .map(
      ({ fromMs, untilMs }): TimeSpan => ({
        fromMs: Math.max(0, fromMs - elapsedMs),
        untilMs: untilMs === null ? null : untilMs - elapsedMs,
      }),
    );
  return { ...pool, noOut };
}
