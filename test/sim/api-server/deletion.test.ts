import { describe, expect, test } from 'vitest';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { formatTime } from '../../../core/api/time.ts';
import { POD, type Pod } from '../../../core/api/workload.ts';
import { aMachine, aPod, aStore, keyIn, START_MS } from './objects.ts';

const DB = keyIn('shop', 'db-0');

describe('a pod that is deleted', () => {
  test.each<{ readonly title: string; readonly given: Pod; readonly graceMs?: number; readonly left: number | 'gone' }>(
    [
      { title: 'waits for its own period', given: aPod('db-0'), left: 20 },
      {
        title: 'waits 30 s when it names no period',
        given: { ...aPod('db-0'), spec: { nodeName: 'node-1' } },
        left: 30,
      },
      { title: 'waits for the period that was asked for', given: aPod('db-0'), graceMs: 3000, left: 3 },
      { title: 'rounds a part of a second up', given: aPod('db-0'), graceMs: 1, left: 1 },
      { title: 'goes at once with period 0', given: aPod('db-0'), graceMs: 0, left: 'gone' },
      {
        title: 'goes at once when it was never scheduled',
        given: aPod('db-0', { spec: { nodeName: '' } }),
        left: 'gone',
      },
      { title: 'goes at once when it has succeeded', given: aPod('db-0', { phase: 'Succeeded' }), left: 'gone' },
      { title: 'goes at once when it has failed', given: aPod('db-0', { phase: 'Failed' }), left: 'gone' },
      {
        title: 'waits for its finalizers, without a period, when it was never scheduled',
        given: aPod('db-0', { spec: { nodeName: '' }, metadata: { finalizers: ['f'] } }),
        left: 0,
      },
    ],
  )('$title', ({ given, graceMs, left }) => {
    const store = aStore([given]);
    store.delete(POD, DB, graceMs === undefined ? {} : { gracePeriodMs: graceMs });
    const pod = store.get(POD, DB);
    if (left === 'gone') expect(pod).toBeUndefined();
    else {
      expect(pod?.metadata).toMatchObject({
        deletionTimestamp: formatTime(START_MS + left * 1000),
        deletionGracePeriodSeconds: left,
      });
    }
  });

  test('and deleted again only shortens its period', () => {
    const clock = { nowMs: START_MS };
    const store = aStore([aPod('db-0')], clock);
    const versions: (string | undefined)[] = [];
    for (const gracePeriodMs of [20_000, 60_000, 20_000, 5_000]) {
      store.delete(POD, DB, { gracePeriodMs });
      versions.push(store.get(POD, DB)?.metadata.resourceVersion);
      clock.nowMs += 1000;
    }
    expect(versions).toEqual(['101', '101', '101', '102']);
    expect(store.get(POD, DB)?.metadata).toMatchObject({
      deletionTimestamp: formatTime(START_MS + 5000),
      deletionGracePeriodSeconds: 5,
    });
    store.delete(POD, DB, { gracePeriodMs: 0 });
    expect(store.get(POD, DB)).toBeUndefined();
  });

  test('and deleted again without a period keeps the pending one', () => {
    const store = aStore([aPod('db-0')]);
    store.delete(POD, DB, { gracePeriodMs: 60_000 });
    const pending = store.get(POD, DB);
    store.delete(POD, DB);
    expect(store.get(POD, DB)).toBe(pending);
  });

  test('stays for its finalizers after its containers have stopped, and for its containers after its finalizers', () => {
    const finalized = aPod('db-0', { metadata: { finalizers: ['f'] } });
    const free = (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, finalizers: [] } });

    const stoppedFirst = aStore([finalized]);
    stoppedFirst.delete(POD, DB);
    stoppedFirst.delete(POD, DB, { gracePeriodMs: 0 });
    expect(stoppedFirst.get(POD, DB)?.metadata).toMatchObject({ finalizers: ['f'], deletionGracePeriodSeconds: 0 });
    stoppedFirst.update(POD, DB, 'main', free);
    expect(stoppedFirst.get(POD, DB)).toBeUndefined();

    const freedFirst = aStore([finalized]);
    freedFirst.delete(POD, DB);
    freedFirst.update(POD, DB, 'main', free);
    expect(freedFirst.get(POD, DB)?.metadata).toMatchObject({ finalizers: [], deletionGracePeriodSeconds: 20 });
    freedFirst.delete(POD, DB, { gracePeriodMs: 0 });
    expect(freedFirst.get(POD, DB)).toBeUndefined();
  });
});

describe('an object with finalizers that is deleted', () => {
  const key = keyIn('metal', 'm');
  const finalized = aMachine('m', { metadata: { finalizers: ['f'] } });

  test('is marked once; deletes after that change nothing', () => {
    const clock = { nowMs: START_MS };
    const store = aStore([finalized], clock);
    store.delete(OPENSHIFT_MACHINE, key);
    clock.nowMs += 60_000;
    const again = store.delete(OPENSHIFT_MACHINE, key);
    expect(store.get(OPENSHIFT_MACHINE, key)?.metadata).toEqual({
      ...finalized.metadata,
      resourceVersion: '101',
      generation: 2,
      deletionTimestamp: formatTime(START_MS),
      deletionGracePeriodSeconds: 0,
    });
    expect(again).toEqual({ kind: 'done', object: store.get(OPENSHIFT_MACHINE, key) });
  });

  test('emits one DELETED when its last finalizer goes, and the writer gets that version', () => {
    const store = aStore([finalized]);
    store.delete(OPENSHIFT_MACHINE, key);
    const marked = store.get(OPENSHIFT_MACHINE, key);
    const changes: unknown[] = [];
    store.tap(({ type, before, resourceVersion }) => changes.push([type, before, resourceVersion]));
    const outcome = store.patch(OPENSHIFT_MACHINE, key, { metadata: { finalizers: [] } }, { subresource: 'main' });
    expect(changes).toEqual([['DELETED', marked, 102]]);
    expect(outcome).toMatchObject({ kind: 'done', object: { metadata: { finalizers: [], resourceVersion: '102' } } });
  });

  test.each([
    [
      { uid: 'another' },
      'the UID in the precondition (another) does not match the UID in record (uid-of-m). The object might have been deleted and then recreated',
    ],
    [
      { resourceVersion: '7' },
      'the ResourceVersion in the precondition (7) does not match the ResourceVersion in record (100). The object might have been modified',
    ],
  ])('is not deleted under %j', (onlyIf, why) => {
    const store = aStore([finalized]);
    expect(store.delete(OPENSHIFT_MACHINE, key, { onlyIf })).toEqual({
      kind: 'refused',
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on Machine.machine.openshift.io "m": ${why}`,
    });
    expect(store.get(OPENSHIFT_MACHINE, key)).toBe(finalized);
  });
});
