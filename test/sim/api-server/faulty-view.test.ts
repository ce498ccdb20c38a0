// What a client knows while something is wrong between it and the API server: each fault with everything that it was told.

import { describe, expect, test } from 'vitest';
import { type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { CachedView } from '../../../sim/api-server/cached-view.ts';
import type { Change } from '../../../sim/api-server/change.ts';
import { ChangeHistory } from '../../../sim/api-server/change-history.ts';
import { type EventFate, FaultyView } from '../../../sim/api-server/faulty-view.ts';
import type { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { fc } from '../../kit/property.ts';
import { aMachine, aNode, aStore, keyIn, START_MS } from './objects.ts';
import { type RandomWrite, randomWrites, SEEN_KINDS, START_OBJECTS } from './random-writes.ts';

const NODES: ReadonlySet<string> = new Set([NODE.key]);

interface Bench {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly view: FaultyView;
  /** `ms type name label-before>label-after`, in the order heard. */
  readonly heard: string[];
  /** Sets the label `v` of Node a `atMs` after the start. */
  readonly set: (atMs: number, value: string) => void;
  readonly at: (atMs: number, run: () => void) => void;
  readonly run: (untilMs: number) => void;
}

function bench(lagMs = 10): Bench {
  const kernel = new Kernel(START_MS);
  const store = aStore([aNode('a'), aNode('b'), aMachine('m')], kernel);
  const view = new FaultyView(store, kernel, { lagMs, history: new ChangeHistory(store, kernel, 600_000) });
  const heard: string[] = [];
  const label = (object: KubeObject | undefined): string => object?.metadata.labels?.v ?? '';
  view.onChange(({ type, before, after }) =>
    heard.push(
      `${kernel.nowMs - START_MS} ${type} ${(after ?? before)?.metadata.name} ${label(before)}>${label(after)}`,
    ),
  );
  const at = (atMs: number, run: () => void): void => {
    kernel.call(START_MS + atMs, run);
  };
  return {
    kernel,
    store,
    view,
    heard,
    at,
    set: (atMs, value) => at(atMs, () => setLabel(store, value)),
    run: (untilMs) => kernel.runUntil(START_MS + untilMs),
  };
}

function setLabel(store: ObjectStore, value: string): void {
  store.update(NODE, keyIn('', 'a'), 'main', (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { v: value } },
  }));
}

function touchMachine(store: ObjectStore, value: string): void {
  store.update(OPENSHIFT_MACHINE, keyIn('metal', 'm'), 'main', (machine: Machine) => ({
    ...machine,
    metadata: { ...machine.metadata, labels: { v: value } },
  }));
}

/** One fate after the other; then events are left alone. */
function fates(kindKeys: ReadonlySet<string> | undefined, ...list: readonly (EventFate | undefined)[]) {
  let next = 0;
  return { kindKeys, fateOf: () => list[next++] };
}

describe('events on their way', () => {
  test('late ones hold up those behind them on the same watch, and nobody on another', () => {
    const { view, set, at, run, heard, store } = bench();
    view.addFault(fates(NODES, { kind: 'late', delayMs: 500 }));
    set(0, '1');
    set(100, '2');
    at(100, () => touchMachine(store, 'x'));
    run(1_000);
    expect(heard).toEqual(['110 MODIFIED m >x', '510 MODIFIED a >1', '510 MODIFIED a 1>2']);
  });

  test('a lost one is never heard of; the next is told against what the client knew', () => {
    const { view, set, run, heard, store } = bench();
    view.addFault(fates(undefined, { kind: 'lost' }));
    set(0, '1');
    set(1_000, '2');
    run(500);
    const known = view.get(NODE, keyIn('', 'a'))?.metadata.labels?.v;
    run(2_000);
    expect({ known, heard, converged: view.list(NODE) }).toEqual({
      known: undefined,
      heard: ['1010 MODIFIED a >2'],
      converged: store.list(NODE),
    });
  });

  test('a lost creation is an addition later, a lost deletion stays unknown until the kind is listed again', () => {
    const { view, at, run, heard, store } = bench();
    view.addFault(fates(undefined, { kind: 'lost' }, { kind: 'lost' }));
    at(0, () => store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'c' } }));
    at(1, () => store.delete(NODE, keyIn('', 'b')));
    at(100, () => store.update(NODE, keyIn('', 'c'), 'main', (node) => ({ ...node, spec: { unschedulable: true } })));
    run(1_000);
    const before = view.list(NODE).map(({ metadata }) => metadata.name);
    view.breakWatches(undefined)('relist');
    run(2_000);
    expect({ before, heard, after: view.list(NODE).map(({ metadata }) => metadata.name) }).toEqual({
      before: ['a', 'b', 'c'],
      heard: ['110 ADDED c >', '1010 DELETED b >'],
      after: ['a', 'c'],
    });
  });

  test('one that comes twice is told twice; a deletion only once', () => {
    const { view, set, at, run, heard, store } = bench();
    view.addFault(fates(undefined, { kind: 'twice' }, { kind: 'twice' }));
    set(0, '1');
    at(50, () => store.delete(NODE, keyIn('', 'b')));
    run(1_000);
    expect(heard).toEqual(['10 MODIFIED a >1', '10 MODIFIED a 1>1', '60 DELETED b >']);
  });

  test('a fault that has ended touches nothing', () => {
    const { view, set, run, heard } = bench();
    view.addFault({ kindKeys: undefined, fateOf: () => ({ kind: 'lost' }) })();
    set(0, '1');
    run(1_000);
    expect(heard).toEqual(['10 MODIFIED a >1']);
  });

  test('the client does not know of a lost event until a later one, or for a minute until a bookmark', () => {
    const { view, set, run, store } = bench();
    view.addFault(fates(undefined, { kind: 'lost' }));
    const before = store.resourceVersion;
    set(0, '1');
    const seen = [500, 59_999, 60_000].map((ms) => {
      run(ms);
      return view.seenResourceVersion - before;
    });
    expect(seen).toEqual([0, 0, 1]);
  });
});

describe('a broken watch', () => {
  test('that resumes tells every missed change, what was on its way included', () => {
    const { view, set, at, run, heard } = bench();
    set(95, '1');
    at(100, () => {
      const connect = view.breakWatches(undefined);
      at(60_000, () => connect('resume'));
    });
    set(200, '2');
    set(300, '3');
    run(100_000);
    expect(heard).toEqual(['60010 MODIFIED a >1', '60010 MODIFIED a 1>2', '60010 MODIFIED a 2>3']);
  });

  test('that is told 410 Expired lists, and tells the differences', () => {
    const { view, set, at, run, heard, store } = bench();
    at(100, () => {
      const connect = view.breakWatches(NODES);
      at(60_000, () => connect('relist'));
    });
    set(200, '2');
    set(300, '3');
    at(400, () => store.delete(NODE, keyIn('', 'b')));
    at(500, () => store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'c' } }));
    at(600, () => store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'd' } }));
    at(700, () => store.delete(NODE, keyIn('', 'd')));
    at(800, () => touchMachine(store, 'x'));
    run(30_000);
    const meanwhile = [view.list(NODE).length, view.seenOf(NODE) < view.seenOf(OPENSHIFT_MACHINE)];
    run(100_000);
    expect({ meanwhile, heard, seen: view.seenResourceVersion }).toEqual({
      meanwhile: [2, true],
      heard: ['810 MODIFIED m >x', '60010 DELETED b >', '60010 MODIFIED a >3', '60010 ADDED c >'],
      seen: store.resourceVersion,
    });
  });

  test('an object that was deleted and created again meanwhile is one change of another uid', () => {
    const { view, at, run, heard, store } = bench();
    const uids: (string | undefined)[] = [];
    view.onChange(({ before, after }) => uids.push(before?.metadata.uid, after?.metadata.uid));
    const connect = view.breakWatches(undefined);
    at(100, () => store.delete(NODE, keyIn('', 'b')));
    at(200, () => store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'b' } }));
    at(300, () => connect('relist'));
    run(1_000);
    expect(heard).toEqual(['310 MODIFIED b >']);
    expect(uids).toEqual(['uid-of-b', store.get(NODE, keyIn('', 'b'))?.metadata.uid]);
    expect(new Set(uids).size).toBe(2);
  });

  test('stays broken until the last of several faults has ended, and lists if any of them asks for it', () => {
    const { view, set, at, run, heard } = bench();
    const [first, second] = [view.breakWatches(undefined), view.breakWatches(NODES)];
    set(100, '1');
    set(200, '2');
    at(300, () => first('relist'));
    at(400, () => second('resume'));
    run(1_000);
    expect(heard).toEqual(['410 MODIFIED a >2']);
  });
});

describe('a process', () => {
  test('that dies knows nothing; its successor has synced when every list is there', () => {
    const { view, set, at, run, heard, store } = bench();
    set(95, '1');
    const synced: number[] = [];
    at(100, () => view.die());
    set(200, '2');
    at(1_000, () => view.start(() => synced.push(view.list(NODE).length)));
    run(500);
    const dead = [view.list(NODE).length, view.hasSynced(NODE)];
    run(1_009);
    const listing = view.hasSynced(NODE);
    run(2_000);
    set(2_000, '3');
    run(3_000);
    expect({ dead, listing, synced, heard }).toEqual({
      dead: [0, false],
      listing: false,
      synced: [2],
      heard: ['2010 MODIFIED a 2>3'],
    });
    expect(view.list(NODE)).toEqual(store.list(NODE));
  });

  test('that starts while watches are broken syncs when they are connected', () => {
    const { view, at, run } = bench();
    const synced: string[] = [];
    const connect = view.breakWatches(NODES);
    view.die();
    view.start(() => synced.push('all'));
    run(500);
    const meanwhile = [view.hasSynced(NODE), view.hasSynced(OPENSHIFT_MACHINE), synced.length];
    at(500, () => connect('relist'));
    run(1_000);
    expect({ meanwhile, afterwards: [view.hasSynced(NODE), synced] }).toEqual({
      meanwhile: [false, true, 0],
      afterwards: [true, ['all']],
    });
  });

  test('that starts from a lagging server sees the past, and hears the rest when the server has caught up', () => {
    const { view, set, at, run, heard, store } = bench();
    set(100, '1');
    at(200, () => store.delete(NODE, keyIn('', 'b')));
    set(300, '2');
    at(1_000, () => view.die());
    at(2_000, () => view.start(() => undefined, { asOfMs: START_MS + 150, caughtUpAtMs: START_MS + 5_000 }));
    set(2_500, '3');
    run(4_999);
    const past = view.list(NODE).map(({ metadata }) => [metadata.name, metadata.labels?.v]);
    const heardBefore = heard.splice(0);
    run(6_000);
    expect({ past, heardBefore, heard, now: view.list(NODE) }).toEqual({
      past: [
        ['a', '1'],
        ['b', undefined],
      ],
      heardBefore: ['110 MODIFIED a >1', '210 DELETED b >', '310 MODIFIED a 1>2'],
      heard: ['5000 DELETED b >', '5000 MODIFIED a 1>2', '5000 MODIFIED a 2>3'],
      now: store.list(NODE),
    });
  });

  test('that stands still takes everything in when it goes on', () => {
    const { view, set, at, run, heard } = bench();
    at(50, () => view.hold());
    set(100, '1');
    set(200, '2');
    at(5_000, () => view.release());
    set(5_005, '3');
    run(10_000);
    expect(heard).toEqual(['5000 MODIFIED a >1', '5000 MODIFIED a 1>2', '5015 MODIFIED a 2>3']);
  });
});

describe('whatever goes wrong', () => {
  test('without a fault the client hears what a cached view hears, when it hears it', () => {
    fc.assert(
      fc.property(randomWrites, fc.nat(20), fc.array(fc.nat(9)), (writes, lagMs, gaps) => {
        const kernel = new Kernel(START_MS);
        const store = aStore(START_OBJECTS, kernel);
        const log = (view: CachedView | FaultyView) => {
          const heard: (readonly [number, Change])[] = [];
          view.onChange((change) => heard.push([kernel.nowMs, change]));
          return heard;
        };
        const cached = log(new CachedView(store, kernel, { lagMs }));
        const faulty = log(new FaultyView(store, kernel, { lagMs }));
        played(kernel, store, writes, gaps);
        kernel.runUntil(kernel.nowMs + lagMs);
        expect(faulty).toEqual(cached);
      }),
    );
  });

  const kinds = fc.constantFrom<ReadonlySet<string> | undefined>(undefined, NODES, new Set([OPENSHIFT_MACHINE.key]));
  const span = { fromMs: fc.nat(200), forMs: fc.nat(200) };
  const fate = fc.oneof(
    fc.nat(50).map((delayMs): EventFate => ({ kind: 'late', delayMs })),
    fc.constantFrom<EventFate>({ kind: 'lost' }, { kind: 'twice' }),
  );
  const fault = fc.oneof(
    fc.record({ what: fc.constant('events' as const), kinds, fate, ...span }),
    fc.record({ what: fc.constant('break' as const), kinds, how: fc.constantFrom('resume', 'relist'), ...span }),
    fc.record({ what: fc.constant('death' as const), lagging: fc.option(fc.nat(100)), ...span }),
    fc.record({ what: fc.constant('pause' as const), ...span }),
  );
  type AnyFault = typeof fault extends fc.Arbitrary<infer F> ? F : never;

  /** One after the other for what one process can suffer only once at a time. */
  function struck(kernel: Kernel, view: FaultyView, one: AnyFault, fromMs: number): void {
    const end = (run: () => void): void => {
      kernel.call(START_MS + fromMs + one.forMs, run);
    };
    kernel.call(START_MS + fromMs, () => {
      switch (one.what) {
        case 'events':
          end(view.addFault({ kindKeys: one.kinds, fateOf: () => one.fate }));
          break;
        case 'break': {
          const connect = view.breakWatches(one.kinds);
          end(() => connect(one.how));
          break;
        }
        case 'death':
          view.die();
          end(() =>
            view.start(
              () => undefined,
              one.lagging === null
                ? undefined
                : { asOfMs: kernel.nowMs - one.lagging, caughtUpAtMs: kernel.nowMs + one.lagging },
            ),
          );
          break;
        case 'pause':
          view.hold();
          end(() => view.release());
          break;
      }
    });
  }

  test('each watch goes forward only, but at a death; and once the faults have ended and the kinds are listed, nothing is missing', () => {
    fc.assert(
      fc.property(
        randomWrites,
        fc.nat(20),
        fc.array(fc.nat(19)),
        fc.array(fault, { maxLength: 5 }),
        (writes, lagMs, gaps, faults) => {
          const kernel = new Kernel(START_MS);
          const store = aStore(START_OBJECTS, kernel);
          const view = new FaultyView(store, kernel, { lagMs, history: new ChangeHistory(store, kernel, 10_000) });
          const versions = new Map<string, number>();
          view.onChange(({ kind, resourceVersion }) => {
            expect(resourceVersion).toBeGreaterThanOrEqual(versions.get(kind.key) ?? 0);
            versions.set(kind.key, resourceVersion);
          });
          let freeAtMs = 0;
          for (const one of faults) {
            const alone = one.what === 'death' || one.what === 'pause';
            const fromMs = alone ? freeAtMs + one.fromMs : one.fromMs;
            if (alone) freeAtMs = fromMs + one.forMs + 1;
            if (one.what === 'death') kernel.call(START_MS + fromMs, () => versions.clear());
            struck(kernel, view, one, fromMs);
          }
          played(kernel, store, writes, gaps);
          kernel.runUntil(START_MS + 20_000);
          const known = SEEN_KINDS.flatMap((kind) => view.list(kind));
          const isLossy = faults.some((one) => one.what === 'events' && one.fate.kind === 'lost');
          if (!isLossy) expect(known).toEqual(SEEN_KINDS.flatMap((kind) => store.list(kind)));
          view.breakWatches(undefined)('relist');
          kernel.runUntil(kernel.nowMs + lagMs);
          expect(SEEN_KINDS.flatMap((kind) => view.list(kind))).toEqual(SEEN_KINDS.flatMap((kind) => store.list(kind)));
          expect([view.seenResourceVersion, view.hasSynced(NODE)]).toEqual([store.resourceVersion, true]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function played(kernel: Kernel, store: ObjectStore, writes: readonly RandomWrite[], gaps: readonly number[]): void {
  writes.forEach((write, i) => {
    write(store);
    kernel.runUntil(kernel.nowMs + (gaps[i] ?? 3));
  });
}
