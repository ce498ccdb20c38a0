// The two revisions of a StatefulSet during an update: the one that its pods had, and the one of its present template.
// Source: kubernetes pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions), stateful_set_utils.go.
//
// Divergence from reality: ControllerRevision objects are not made, so what lies further back than the current revision is
// forgotten; a pod without the revision label is of the revision that the set had at the start.

import { Fingerprint } from '../kernel/fingerprint.ts';
import type { StatefulControl } from './control-table.ts';
import type { PodRecord } from './pod-table.ts';
import { REVISION_LABEL, type SetRevision } from './pod-template.ts';

interface Revisions {
  current: SetRevision;
  update: SetRevision;
  /** Of pods without a label. */
  readonly first: string;
}

export class SetRevisions {
  private readonly bySet = new Map<string, Revisions>();

  /** The revisions of a set as of now; the first time, the present one is both. */
  of(control: StatefulControl): Readonly<Revisions> {
    const template = control.object.spec?.template;
    const known = this.bySet.get(control.uid);
    if (known === undefined) {
      const { currentRevision, updateRevision } = control.object.status ?? {};
      const update = { name: updateRevision ?? nameOf(control), template };
      const current = { name: currentRevision ?? update.name, template };
      const made = { current, update, first: current.name };
      this.bySet.set(control.uid, made);
      return made;
    }
    if (known.update.template !== template) {
      const name = nameOf(control);
      if (name !== known.update.name) known.update = name === known.current.name ? known.current : { name, template };
    }
    return known;
  }

  /** All pods are of the new revision: it is the current one from here on. */
  completed(control: StatefulControl): void {
    const known = this.bySet.get(control.uid);
    if (known !== undefined) known.current = known.update;
  }

  forget(uid: string): void {
    this.bySet.delete(uid);
  }
}

export function revisionOfPod(record: PodRecord, { first }: { readonly first: string }): string {
  return record.object.metadata.labels?.[REVISION_LABEL] ?? first;
}

function nameOf({ key, object }: StatefulControl): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(JSON.stringify(object.spec?.template ?? {}));
  return `${key.name}-${fingerprint.digest().slice(0, 10)}`;
}
