// StoreWriter: the KubeWriter of the virtual world. Every write is answered before `submit` returns, and never `unknown`:
// lost replies and slow servers are faults that a decorator of this port adds.

import type { WriteAction } from '../../core/actions.ts';
import type { Kind, ObjectKey } from '../../core/api/object.ts';
import { assertNever } from '../../core/assert.ts';
import type { Outcome } from '../../core/facts.ts';
import type { FreshAnswer, KubeWriter } from '../../core/ports/kube-writer.ts';
import type { ObjectStore } from './object-store.ts';

export class StoreWriter implements KubeWriter {
  private readonly store: ObjectStore;

  constructor(store: ObjectStore) {
    this.store = store;
  }

  submit(fieldManager: string, write: WriteAction, done: (outcome: Outcome) => void): void {
    done(this.store.writeAs(fieldManager, () => this.perform(write)));
  }

  readFresh(kind: Kind, key: ObjectKey, done: (answer: FreshAnswer) => void): void {
    const object = this.store.get(kind, key);
    done(object === undefined ? { kind: 'absent' } : { kind: 'found', object });
  }

  private perform(write: WriteAction): Outcome {
    switch (write.do) {
      case 'create':
        return this.store.create(write.kind, write.object);
      case 'patch':
        return this.store.patch(write.kind, write.key, write.patch, {
          subresource: write.subresource,
          onlyIf: write.onlyIf,
        });
      case 'delete':
        return this.store.delete(write.kind, write.key, {
          onlyIf: write.onlyIf,
          ...(write.gracePeriodSeconds === undefined ? {} : { gracePeriodMs: write.gracePeriodSeconds * 1000 }),
        });
      case 'evict':
        return this.store.evict(write.key, write.onlyIf);
      default:
        return assertNever(write);
    }
  }
}
