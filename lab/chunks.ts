// Chunks: the idempotent units of work that the lab hands out. A chunk names policies, one variant of the world and a
// range of replications; all policies of a chunk meet the same draws, so finished chunks always cover policies alike.

import { assert } from '../core/assert.ts';
import type { AssumedInput } from '../sim/assumptions.ts';
import { CHOSEN_INPUTS } from '../sim/chosen-inputs.ts';
import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import type { RunResult, TimelineSpan } from '../sim/result.ts';
import type { RunFunction } from './executor.ts';

/** One assumed or chosen input set to a value. */
export interface Setting {
  readonly input: string;
  readonly value: number;
}

export interface Chunk {
  /** What differs from the study's config, applied in this order; empty: nothing. Workers hold the config itself. */
  readonly variant: readonly Setting[];
  /** Indexes into the study's policies. */
  readonly policies: readonly number[];
  readonly firstReplication: number;
  readonly replications: number;
  /** Keep the timeline of every run. */
  readonly record: boolean;
}

export interface ChunkResult {
  /** Replication by replication, and within one in the order of the chunk's policies. */
  readonly results: readonly RunResult[];
  /** Beside `results`, where the chunk records; else empty. */
  readonly timelines: readonly (readonly TimelineSpan[])[];
}

/** What every worker of a study holds from its start. */
export interface ChunkWorld {
  readonly config: SimConfig;
  readonly policies: readonly PolicyConfig[];
  readonly inputs: readonly AssumedInput[];
  readonly run: RunFunction;
}

/** Cuts replications `first .. first + count - 1` into chunks of at most `size`, in order. */
export function cutChunks(
  template: Omit<Chunk, 'firstReplication' | 'replications'>,
  range: { readonly first: number; readonly count: number; readonly size: number },
): readonly Chunk[] {
  assert(range.size >= 1, 'a chunk holds at least one replication');
  const chunks: Chunk[] = [];
  for (let done = 0; done < range.count; done += range.size) {
    const replications = Math.min(range.size, range.count - done);
    chunks.push({ ...template, firstReplication: range.first + done, replications });
  }
  return chunks;
}

/** Runs chunks against one world; the config of the last variant is kept, since neighbours in the queue share it. */
export class ChunkRunner {
  private readonly world: ChunkWorld;
  private variant: readonly Setting[] = [];
  private config: SimConfig;

  constructor(world: ChunkWorld) {
    this.world = world;
    this.config = world.config;
  }

  run(chunk: Chunk): ChunkResult {
    const config = this.configOf(chunk.variant);
    const results: RunResult[] = [];
    const timelines: (readonly TimelineSpan[])[] = [];
    for (let offset = 0; offset < chunk.replications; offset++) {
      for (const index of chunk.policies) {
        const policy = this.world.policies[index];
        assert(policy !== undefined, `policy ${index} is one of the study`);
        const replication = chunk.firstReplication + offset;
        const { result, recording } = this.world.run(config, policy, { replication, record: chunk.record });
        results.push(result);
        if (chunk.record) timelines.push(recording?.timeline ?? []);
      }
    }
    return { results, timelines };
  }

  private configOf(variant: readonly Setting[]): SimConfig {
    if (!sameSettings(variant, this.variant)) {
      this.config = variant.reduce(
        (config, setting) => applySetting(config, setting, this.world.inputs),
        this.world.config,
      );
      this.variant = variant;
    }
    return this.config;
  }
}

function applySetting(config: SimConfig, setting: Setting, inputs: readonly AssumedInput[]): SimConfig {
  const input = [...inputs, ...CHOSEN_INPUTS].find((candidate) => candidate.name === setting.input);
  assert(input !== undefined, `${setting.input} is an assumed or chosen input`);
  return input.apply(config, setting.value);
}

function sameSettings(a: readonly Setting[], b: readonly Setting[]): boolean {
  return (
    a.length === b.length && a.every((setting, i) => setting.input === b[i]?.input && setting.value === b[i]?.value)
  );
}
