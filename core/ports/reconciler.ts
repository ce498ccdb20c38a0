// The contract of every controller in core. Read this file first: the prose is the specification, the types restate it.
//
// A controller is a value: what it watches, which indexes it needs, and one pure function `decide`. It never performs
// anything. It gets a local view of the API that may be stale, its own memory for this key, the facts that arrived since
// its last decision on this key, and the time of its own clock, which may be wrong. It answers with an ordered list of
// actions, its new memory, the earliest instant at which the answer could differ although nothing changed, and the rule
// that decided, as data.
//
// When is a key decided?
//   - when an object that the controller watches changed, and its mapping names the key; of its own object not by its own
//     write, where it `settlesAtOnce`;
//   - when a fact for the key arrived (power reading, end of an operation, outcome of an action);
//   - when `recheckAtMs` of its last decision has come;
//   - after an action of its last list was refused or is unknown: again, with back-off (see core/backoff.ts), or at `recheckAtMs`
//     where that is earlier, but not within a second of the failure;
//   - once for every existing object of its primary kind after start or change of leader, with empty memory.
// Never twice at once, and not before the view has reached the resourceVersions of its own earlier writes to that key.
//
// What a decision may rely on:
//   - the view is ordered per kind, not across kinds. A Machine may be newer than its Node; absence proves nothing until
//     that kind has synced;
//   - memory and facts are hints. They are lost at a crash. All state that matters is in API objects;
//   - a duration compares two stamps of one clock, or this controller's own observations of one thing.
//
// What is told beside a decision is never read by a controller: `weighed` costs nothing, for it was looked at anyway, and
// `outlook` is only asked while somebody records.
//
// What a decision must do:
//   - be pure: same input, same output, no clock, no randomness, no I/O, no mutation of what it was given;
//   - put its intent into the API in one decision and act on it in a later one, when it reads the intent back;
//   - say in `recheckAtMs` when it must look again. Any earlier instant with unchanged input gives the same actions.
//   - stand-ins that poll declare `pollEveryMs`: their rechecks are then rounded up to that grid, as the product's are,
//     without an event for the polls that change nothing.

import type { Action } from '../actions.ts';
import type { LineageSwitch } from '../api/lineage.ts';
import type { ChangeOf, Kind, ObjectKey } from '../api/object.ts';
import type { Fact } from '../facts.ts';
import type { Weighed } from '../state-table.ts';
import type { ClusterView, IndexSpec } from './cluster-view.ts';

/** A rule's code and the numbers that it compared. Words are made when someone reads it. */
export interface Because {
  /** Stable, kebab-case: `unhealthy-longer-than-timeout`. Listed in the controller's `rules`. */
  readonly rule: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

export interface Decision<Memory> {
  readonly actions: readonly Action[];
  /** Undefined forgets the key. */
  readonly memory: Memory | undefined;
  /** Absolute, in the controller's clock. Absent: only a change or a fact can alter the answer. */
  readonly recheckAtMs?: number;
  readonly because: Because;
  /** Where a state table has the rule: what it was looked up with. */
  readonly weighed?: Weighed;
}

/** What surrounds a decision, for somebody who asks why. Each is a rule of the controller with its numbers. */
export interface Outlook {
  /** What could have been done in place of it, in order, and what became of each. */
  readonly alternatives: readonly Because[];
  /** What the limits say, and who waits for them, in order. */
  readonly limits: readonly Because[];
  /** What comes next if nothing changes, in order. Instants are `…AtMs`, by the controller's own clock. */
  readonly next: readonly Because[];
}

export interface DecisionInput<Memory> {
  readonly view: ClusterView;
  readonly key: ObjectKey;
  readonly nowMs: number;
  readonly memory: Memory | undefined;
  readonly facts: readonly Fact[];
}

/** Which keys of the controller a change of another object concerns. */
export interface Watch {
  readonly kind: Kind;
  keysFor(change: ChangeOf, view: ClusterView): readonly ObjectKey[];
}

export interface Controller<Memory = unknown> {
  /** Field manager and trace name: `machine-health-check.openshift`. */
  readonly name: string;
  /** Keys are those of this kind. Its own changes name their key, unless `watches` has an entry for it with predicates. */
  readonly primary: Kind;
  readonly watches: readonly Watch[];
  readonly indexes: readonly IndexSpec[];
  /** Kinds that decisions read although none of the above names them; changes of those wake nobody. */
  readonly reads?: readonly Kind[];
  /** Rule code to a sentence with `{value}` places, for events and `explain`. */
  readonly rules: Readonly<Record<string, string>>;
  /** Known defects of the product that `exact` reproduces and `corrected` mends; absent when the two do not differ. */
  readonly switches?: readonly LineageSwitch[];
  /**
   * What it writes to its own object leaves it nothing to do, and its `recheckAtMs` counts from there: seeing such a write again
   * wakes no key. Absent where a decision goes on from what the one before it has written.
   */
  readonly settlesAtOnce?: true;
  /** Grid of the product's polling, in ms; absent when it is driven by watches and exact timers. */
  readonly pollEveryMs?: number;
  /** Method syntax, so that controllers of different memories may stand in one list. */
  decide(input: DecisionInput<Memory>): Decision<Memory>;
  /** What surrounds the decision on the same input. As pure; only asked while somebody records, and never part of a decision. */
  outlook?(input: DecisionInput<Memory>): Outlook | undefined;
}
