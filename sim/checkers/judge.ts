// Judges a run, or a trace written by hand, by invariants: folds what happens into one scene, shows it to every watcher, and gathers
// the verdicts.

import { Findings, type Invariant, type InvariantVerdict, type Watcher } from './invariant.ts';
import type { Observation } from './observation.ts';
import { Scene } from './scene.ts';

export class Judge {
  readonly scene = new Scene();
  private readonly watched: readonly {
    readonly id: string;
    readonly findings: Findings;
    readonly watcher: Watcher;
  }[];

  constructor(invariants: readonly Invariant[]) {
    this.watched = invariants.map((invariant) => {
      const findings = new Findings();
      return { id: invariant.id, findings, watcher: invariant.watch(findings) };
    });
  }

  saw(seen: Observation): void {
    this.scene.take(seen);
    for (const { watcher } of this.watched) watcher.saw?.(seen, this.scene);
  }

  /** The run is over: one verdict an invariant, in their order. */
  verdicts(atMs: number): readonly InvariantVerdict[] {
    for (const { watcher } of this.watched) watcher.ended?.(atMs, this.scene);
    return this.watched.map(({ id, findings }) => findings.verdictOf(id));
  }
}
