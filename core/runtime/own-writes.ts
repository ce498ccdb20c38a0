// A key's own writes, and when its view shows them. A confirmed write must be visible before the key is decided again; a
// write of unknown outcome is first looked at with a fresh read, and then what was found must be visible.

import type { WriteAction } from '../actions.ts';
import type { Kind, KubeObject, ObjectKey } from '../api/object.ts';
import { POD } from '../api/workload.ts';
import type { Informer } from '../ports/informer.ts';
import type { FreshAnswer } from '../ports/kube-writer.ts';
import { keyOfNew } from './action-label.ts';

/** A key waits this long for its own writes to show in the view, then it reads fresh. Source: DESIGN 3.1. */
const VISIBLE_WITHIN_MS = 5_000;

/** A deletion that was confirmed and that the view must show before the key is decided again. */
interface Absence {
  readonly kind: Kind;
  readonly key: ObjectKey;
  readonly uid: string;
}

interface Version {
  readonly kind: Kind;
  readonly resourceVersion: number;
}

/** A write that may or may not have happened. */
export interface Unsure {
  readonly kind: Kind;
  readonly key: ObjectKey;
}

const NO_ABSENCES: readonly Absence[] = [];
const NO_VERSIONS: readonly Version[] = [];
const NO_UNSURE: readonly Unsure[] = [];

export class OwnWrites {
  /** The view must show these until then; afterwards a fresh read takes its place. */
  visibleByMs = 0;
  private mustSee = 0;
  /** The same by kind, for views that know how far they are with each. */
  private versions = NO_VERSIONS;
  private mustMiss = NO_ABSENCES;
  private unsure = NO_UNSURE;

  /** A write was confirmed; `stored` as the server returned it. */
  confirmed(write: WriteAction, stored: KubeObject | undefined, view: Informer, nowMs: number): void {
    this.visibleByMs = nowMs + VISIBLE_WITHIN_MS;
    if (stored !== undefined) {
      this.require(kindOf(write), stored, view);
    } else if (write.do === 'delete') {
      const uid = write.onlyIf.uid ?? view.get(write.kind, write.key)?.metadata.uid;
      if (uid !== undefined) this.mustMiss = [...this.mustMiss, { kind: write.kind, key: write.key, uid }];
    }
  }

  /** A write of which nobody knows whether it happened. One whose name the server would have made cannot be looked for. */
  unknown(write: WriteAction): void {
    const key = write.do === 'create' ? keyOfNew(write.object) : write.key;
    if (key.name !== '') this.unsure = [...this.unsure, { kind: kindOf(write), key }];
  }

  /** The next write to look at with a fresh read before anything is decided. */
  get toLookAt(): Unsure | undefined {
    return this.unsure[0];
  }

  /** What the look found is what the view must show. */
  looked(at: Unsure, answer: Exclude<FreshAnswer, { kind: 'unknown' }>, view: Informer, nowMs: number): void {
    this.unsure = this.unsure.filter((other) => other !== at);
    this.visibleByMs = nowMs + VISIBLE_WITHIN_MS;
    if (answer.kind === 'found') {
      this.require(at.kind, answer.object, view);
      return;
    }
    const uid = view.get(at.kind, at.key)?.metadata.uid;
    if (uid !== undefined) this.mustMiss = [...this.mustMiss, { ...at, uid }];
  }

  isVisible(view: Informer): boolean {
    if (this.mustSee > view.seenResourceVersion && !this.seesEachKind(view)) return false;
    if (this.mustMiss.length === 0) return true;
    this.mustMiss = this.mustMiss.filter(({ kind, key, uid }) => view.get(kind, key)?.metadata.uid === uid);
    return this.mustMiss.length === 0;
  }

  /** A fresh read has taken the place of the view. */
  waive(): void {
    this.mustSee = 0;
    this.versions = NO_VERSIONS;
    this.mustMiss = NO_ABSENCES;
  }

  private require(kind: Kind, object: KubeObject, view: Informer): void {
    const resourceVersion = Number(object.metadata.resourceVersion);
    this.mustSee = Math.max(this.mustSee, resourceVersion);
    if (view.seenOf === undefined) return;
    this.versions = [...this.versions.filter((other) => other.kind.key !== kind.key), { kind, resourceVersion }];
  }

  private seesEachKind(view: Informer): boolean {
    if (view.seenOf === undefined) return false;
    for (const { kind, resourceVersion } of this.versions) {
      if (resourceVersion > view.seenOf(kind)) return false;
    }
    return true;
  }
}

function kindOf(write: WriteAction): Kind {
  return write.do === 'evict' ? POD : write.kind;
}
