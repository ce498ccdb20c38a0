// The draws of one swarm run: named, so that another question changes no other answer of the same seed.

import { Draws, rootKey } from '../../sim/kernel/rng.ts';

export class Luck {
  private readonly draws: Draws;

  constructor(seed: string) {
    this.draws = new Draws(rootKey(seed), 0);
  }

  /** In [0, 1). */
  share(what: string): number {
    return this.draws.at('swarm', what, 0);
  }

  chance(what: string, share: number): boolean {
    return this.share(what) < share;
  }

  /** A whole number from `least` to `most`. */
  whole(what: string, least: number, most: number): number {
    return least + Math.floor(this.share(what) * (most - least + 1));
  }

  one<T>(what: string, options: readonly [T, ...T[]]): T {
    return options[this.whole(what, 0, options.length - 1)] ?? options[0];
  }

  /** Each option in or out by itself. */
  some<T extends string>(what: string, options: readonly T[], share: number): readonly T[] {
    return options.filter((option) => this.chance(`${what} ${option}`, share));
  }
}
