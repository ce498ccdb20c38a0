// The trace of a run: every change of an API object, in the order of its resourceVersion. Always folded into the run's
// fingerprint; its records are kept only when the run is recorded, so that two runs that should be one can be compared line
// by line and differ first where they differ.

import { keyOf, keyString } from '../../core/api/object.ts';
import type { Change } from '../api-server/change.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import { Trace } from '../kernel/trace.ts';

export class RunTrace {
  readonly fingerprint = new Fingerprint();
  /** Kind: `MODIFIED Node`; subject: `namespace/name`; a: resourceVersion; b: unused. Undefined when nobody records. */
  readonly records: Trace | undefined;
  private readonly startMs: number;
  private readonly ordinals: ReadonlyMap<string, number>;

  /** @param kindKeys the kinds of the store, in their order. */
  constructor(startMs: number, kindKeys: readonly string[], record: boolean) {
    this.startMs = startMs;
    this.ordinals = new Map(kindKeys.map((key, ordinal) => [key, ordinal]));
    this.records = record ? new Trace() : undefined;
  }

  changed(nowMs: number, change: Change): void {
    const atMs = nowMs - this.startMs;
    this.fingerprint.add(atMs);
    this.fingerprint.add(change.resourceVersion);
    this.fingerprint.add(this.ordinals.get(change.kind.key) ?? -1);
    const { records } = this;
    const object = change.after ?? change.before;
    if (records === undefined || object === undefined) return;
    const kind = records.intern(`${change.type} ${change.kind.key}`);
    records.add(atMs, kind, records.intern(keyString(keyOf(object))), change.resourceVersion);
  }
}
