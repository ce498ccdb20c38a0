// Failures that come again: a host that failed is for a while likelier to fail than it was, and one that failed twice even more.
// The signature of a fault that nobody found, although something ended it.
//
// Divergence from reality
// - The next failure is counted from the last one, not from its repair: its instant would depend on the policy otherwise.
// - It is of the same kind; records have about one half of the same cause, where chance alone would have two fifths.

import type { FaultName, RepeatsConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';

/** Draws of one failure: whether it comes again, when, length, severity. */
const DRAWS_PER_REPEAT = 4;

export interface Repeated {
  readonly name: FaultName;
  readonly host: number;
  readonly stream: Stream;
  /** Its length and severity are draws `first + 2` and `first + 3`. */
  readonly first: number;
}

export class Repeats {
  private readonly kernel: Kernel;
  private readonly config: RepeatsConfig;
  private readonly draws: Draws;
  private readonly strike: (repeated: Repeated) => void;

  constructor(kernel: Kernel, config: RepeatsConfig, draws: Draws, strike: (repeated: Repeated) => void) {
    this.kernel = kernel;
    this.config = config;
    this.draws = draws;
    this.strike = strike;
  }

  /**
   * A host has failed, and not because it had failed before.
   * @param which tells this failure from all others of the host, whatever the policy.
   */
  failed(name: FaultName, host: { readonly index: number; readonly bareMetalHost: string }, which: string): void {
    const stream = this.draws.stream(host.bareMetalHost, `repeat/${which}`);
    this.maybeAgain(name, host.index, stream, 0);
  }

  private maybeAgain(name: FaultName, host: number, stream: Stream, generation: number): void {
    const { share, againShare, afterMs } = this.config;
    const first = generation * DRAWS_PER_REPEAT;
    if (stream.at(first) >= (generation === 0 ? share : againShare)) return;
    const waitsMs = Math.max(1, Math.round(sample(afterMs, stream.at(first + 1))));
    this.kernel.call(this.kernel.nowMs + waitsMs, () => {
      this.strike({ name, host, stream, first });
      this.maybeAgain(name, host, stream, generation + 1);
    });
  }
}
