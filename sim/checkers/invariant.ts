// The shape of an invariant, and what is found about it. Three-valued: false wins, then unknown. An invariant that nothing in a
// run could have broken says so by `exercised: 0`, so that a green page is not taken for a proof.

import type { Observation } from './observation.ts';
import type { Scene } from './scene.ts';

/**
 * `state`: judged whenever something changes. `step`: on single acts. `history`: over all that went before. `end`: when
 * nothing moves any more.
 */
export type InvariantKind = 'state' | 'step' | 'history' | 'end';

/** 3: data are lost or written by two. 2: an outage, or a flood of fencings. 1: a nuisance. */
export type Severity = 1 | 2 | 3;

export interface Invariant {
  readonly id: string;
  readonly name: string;
  /** The definition, in words. */
  readonly words: string;
  readonly kind: InvariantKind;
  readonly severity: Severity;
  readonly source: string;
  /** When it can be neither broken nor kept. */
  readonly unknownWhen: string;
  watch(findings: Findings): Watcher;
}

export interface Watcher {
  /** Called with everything that happens, after `scene` has taken it in. */
  saw?(seen: Observation, scene: Scene): void;
  /** Called once, when the run is over. */
  ended?(atMs: number, scene: Scene): void;
}

export interface Finding {
  readonly atMs: number;
  /** Absent where it concerns no single host. */
  readonly host?: string;
  readonly says: string;
}

export type Truth = true | false | 'unknown';

/** What became of one invariant in one run. */
export interface InvariantVerdict {
  readonly id: string;
  readonly verdict: Truth;
  /** How often it could have been broken. */
  readonly exercised: number;
  readonly broken: readonly Finding[];
  readonly brokenCount: number;
  readonly unsure: readonly Finding[];
}

/** Findings kept of each sort: enough to see a pattern. */
const KEPT = 20;

export class Findings {
  private readonly broken: Finding[] = [];
  private readonly unsure: Finding[] = [];
  private brokenCount = 0;
  private exercised = 0;

  /** Here it could have been broken. */
  exercise(): void {
    this.exercised++;
  }

  /** Judges one occasion. */
  expect(holds: boolean, finding: Finding): void {
    this.exercise();
    if (!holds) this.break(finding);
  }

  break(finding: Finding): void {
    this.brokenCount++;
    if (this.broken.length < KEPT) this.broken.push(finding);
  }

  /** Nobody can tell. */
  doubt(finding: Finding): void {
    if (this.unsure.length < KEPT) this.unsure.push(finding);
  }

  verdictOf(id: string): InvariantVerdict {
    const { broken, unsure, brokenCount, exercised } = this;
    const verdict = brokenCount > 0 ? false : unsure.length > 0 ? 'unknown' : true;
    return { id, verdict, exercised, broken, brokenCount, unsure };
  }
}
