// When is an action confirmed? Refusals that say that the wanted state is already there are turned into `done`, and the
// guard of an external effect is checked with fresh reads. Both read past the cache, so both answer by callback.

import type { EffectCondition, EffectGuard, WriteAction } from '../actions.ts';
import type { KubeObject } from '../api/object.ts';
import { POD } from '../api/workload.ts';
import type { Outcome } from '../facts.ts';
import type { Clock } from '../ports/clock.ts';
import type { FreshAnswer, KubeWriter } from '../ports/kube-writer.ts';
import { keyOfNew } from './action-label.ts';

type Refused = Extract<Outcome, { kind: 'refused' }>;

/**
 * Submits a write and settles its outcome:
 *   create, 409 AlreadyExists, the stored object has the same owner              -> done (names derive from the owner)
 *   delete or evict, 404                                                         -> done (gone)
 *   delete or evict, 409, the stored object is absent or has another uid         -> done (gone)
 *   anything else                                                                -> as answered
 */
export function submitAndSettle(
  writer: KubeWriter,
  fieldManager: string,
  write: WriteAction,
  done: (outcome: Outcome) => void,
): void {
  writer.submit(fieldManager, write, (outcome) => {
    if (outcome.kind !== 'refused') done(outcome);
    else settleRefusal(writer, write, outcome, done);
  });
}

function settleRefusal(
  writer: KubeWriter,
  write: WriteAction,
  refusal: Refused,
  done: (outcome: Outcome) => void,
): void {
  const owner = write.do === 'create' ? write.object.metadata.ownerReferences?.[0]?.uid : undefined;
  if (write.do === 'create' && refusal.reason === 'AlreadyExists' && owner !== undefined) {
    writer.readFresh(write.kind, keyOfNew(write.object), (answer) => {
      const isOurs = answer.kind === 'found' && isOwnedBy(answer.object, owner);
      done(isOurs ? { kind: 'done', object: answer.object } : refusal);
    });
    return;
  }
  if ((write.do === 'delete' || write.do === 'evict') && refusal.code === 404) {
    done({ kind: 'done' });
    return;
  }
  const uid = write.do === 'delete' || write.do === 'evict' ? write.onlyIf.uid : undefined;
  if (uid === undefined || refusal.code !== 409 || (write.do !== 'delete' && write.do !== 'evict')) {
    done(refusal);
    return;
  }
  writer.readFresh(write.do === 'evict' ? POD : write.kind, write.key, (answer) => {
    const isGone = answer.kind === 'absent' || (answer.kind === 'found' && answer.object.metadata.uid !== uid);
    done(isGone ? { kind: 'done' } : refusal);
  });
}

function isOwnedBy(object: KubeObject, uid: string): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;
}

/** Calls `then` with why the effect must not start, or with undefined when every condition holds right now. */
export function checkGuard(
  ports: { readonly clock: Clock; readonly writer: KubeWriter },
  guard: EffectGuard,
  then: (refusal: Outcome | undefined) => void,
): void {
  const checkFrom = (index: number): void => {
    const condition = guard.onlyIf[index];
    if (condition === undefined) {
      const lateByMs = ports.clock.nowMs() - guard.notAfterMs;
      then(lateByMs > 0 ? refused(408, 'TooLate', `${lateByMs} ms after the last allowed instant`) : undefined);
      return;
    }
    ports.writer.readFresh(condition.kind, condition.key, (answer) => {
      const refusal = violation(condition, answer);
      if (refusal === undefined) checkFrom(index + 1);
      else then(refusal);
    });
  };
  checkFrom(0);
}

function violation(condition: EffectCondition, answer: FreshAnswer): Outcome | undefined {
  const what = `${condition.kind.key} ${condition.key.name}`;
  if (answer.kind === 'unknown') return answer;
  if (answer.kind === 'absent') return refused(412, 'PreconditionFailed', `${what} is gone`);
  const { uid, resourceVersion } = answer.object.metadata;
  if (uid !== condition.uid) return refused(412, 'PreconditionFailed', `${what} is another object now`);
  if (condition.resourceVersion !== undefined && resourceVersion !== condition.resourceVersion) {
    return refused(412, 'PreconditionFailed', `${what} has changed since the decision`);
  }
  const field = condition.fields?.find(({ path, equals }) => valueAt(answer.object, path) !== equals);
  if (field === undefined) return undefined;
  return refused(
    412,
    'PreconditionFailed',
    `${field.path.join('.')} of ${what} is not ${String(field.equals)} any more`,
  );
}

/** The value at a path of own fields; undefined where the path ends early. */
function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

function refused(code: number, reason: string, message: string): Outcome {
  return { kind: 'refused', code, reason, message };
}
