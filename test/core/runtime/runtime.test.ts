// The runtime's promises, each with a small controller that asks for the case: the list is dropped at the first unconfirmed
// action, own writes are seen before the next decision, effects are guarded, crashes lose memory, polls follow their grid.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD, POD_DISRUPTION_BUDGET } from '../../../core/api/workload.ts';
import type { Outcome } from '../../../core/facts.ts';
import type { KubeWriter } from '../../../core/ports/kube-writer.ts';
import type { Controller, Decision, DecisionInput } from '../../../core/ports/reconciler.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';

type Decide = (input: DecisionInput<number>) => Decision<number>;

const IDLE: Decision<number> = { actions: [], memory: undefined, because: { rule: 'idle', values: {} } };

function controllerOf(decide: Decide, rest: Partial<Controller<number>> = {}): Controller<number> {
  return { name: 'test', primary: NODE, watches: [], indexes: [], rules: {}, decide, ...rest };
}

function bench(decide: Decide, rest: Partial<CoreBenchOptions> = {}, of: Partial<Controller<number>> = {}): CoreBench {
  return coreBench({ objects: [aNode('n')], controllers: [controllerOf(decide, of)], atMs: NOW_MS, ...rest });
}

function label(key: string, value: string | null, onlyIf: { uid?: string; resourceVersion?: string } = {}): Action {
  return {
    do: 'patch',
    kind: NODE,
    key: { namespace: '', name: 'n' },
    subresource: 'main',
    patch: { metadata: { labels: { [key]: value } } },
    onlyIf,
  };
}

function ask(rule: string, actions: readonly Action[], more: Partial<Decision<number>> = {}): Decision<number> {
  return { actions, memory: undefined, because: { rule, values: {} }, ...more };
}

function labelsOf(run: CoreBench): Readonly<Record<string, string>> {
  return run.the(NODE, 'n').metadata.labels ?? {};
}

function nodeIn({ view }: DecisionInput<number>): Node | undefined {
  return view.get(NODE, { namespace: '', name: 'n' });
}

function outcomesOf(run: CoreBench): readonly string[] {
  return run.performed.map(({ action, outcome }) => `${action.do} ${outcome.kind}`);
}

test('a key at rest is told once, however often it is decided to the same end', () => {
  const run = bench((input) => (nodeIn(input)?.metadata.labels?.a === '2' ? ask('moved', []) : IDLE));
  for (const [atMs, a] of ['1', '2', '2b', '3'].entries()) {
    run.runFor(1_000 + atMs);
    run.update(NODE, 'n', 'main', (node) => ({ ...node, metadata: { ...node.metadata, labels: { a } } }));
  }
  run.runFor(1_000);
  expect([run.runtime.decided, run.rules()]).toEqual([5, ['idle', 'moved', 'idle']]);
});

test('a key remembers while it rests between changes', () => {
  const remembered: (number | undefined)[] = [];
  const run = bench(({ memory = 0 }) => {
    remembered.push(memory);
    return ask('look', [], { memory: memory + 1 });
  });
  for (const a of ['1', '2']) {
    run.runFor(1_000);
    run.update(NODE, 'n', 'main', (node) => ({ ...node, metadata: { ...node.metadata, labels: { a } } }));
  }
  run.runFor(1_000);
  expect([remembered, run.rules()]).toEqual([[0, 1, 2], ['look']]);
});

describe('a list of actions', () => {
  test('is performed in order and leaves its mark', () => {
    const run = bench((input) =>
      nodeIn(input)?.metadata.labels === undefined ? ask('label', [label('a', '1'), label('b', '2')]) : IDLE,
    );
    run.runFor(1_000);
    expect(labelsOf(run)).toEqual({ a: '1', b: '2' });
    expect(run.rules()).toEqual(['label', 'idle']);
  });

  test('is dropped at the first action that is not confirmed, and decided again with back-off and the outcome', () => {
    const seen: { atMs: number; facts: readonly string[] }[] = [];
    const run = bench(({ nowMs, facts }) => {
      seen.push({
        atMs: nowMs - NOW_MS,
        facts: facts.map((fact) => (fact.fact === 'outcome' ? `${fact.action}: ${fact.outcome.kind}` : fact.fact)),
      });
      const stale = label('b', '2', { resourceVersion: '0' });
      return seen.length < 4 ? ask('stale', [stale, label('c', '3')]) : IDLE;
    });
    run.runFor(1_000);
    const refused = ['patch Node n: refused'];
    expect(seen).toEqual([
      { atMs: 0, facts: [] },
      { atMs: 5, facts: refused },
      { atMs: 15, facts: refused },
      { atMs: 35, facts: refused },
    ]);
    expect(labelsOf(run)).toEqual({});
  });

  test.each([
    { asks: 'nothing', triesMs: [0, 5, 15, 35, 75, 155, 315, 635, 1_275, 2_555, 5_115] },
    { asks: 'the moment after a success', inMs: 1, triesMs: [0, 5, 15, 35, 75, 155, 315, 635, 1_275, 2_275] },
    { asks: 'before the back-off is over', inMs: 1_100, triesMs: [0, 5, 15, 35, 75, 155, 315, 635, 1_275, 2_375] },
  ])('that fails again and again backs off, though it asks for a recheck: $asks', ({ inMs, triesMs }) => {
    const atMs: number[] = [];
    const run = bench(({ nowMs }) => {
      atMs.push(nowMs - NOW_MS);
      const recheck = inMs === undefined ? {} : { recheckAtMs: nowMs + inMs };
      return ask('stale', [label('b', '2', { resourceVersion: '0' })], recheck);
    });
    run.runFor((triesMs.at(-1) ?? 0) + 1);
    expect(atMs).toEqual(triesMs);
  });

  test('reads in between prove nothing: what fails again and again backs off', () => {
    const atMs: number[] = [];
    const run = bench(({ nowMs, facts }) => {
      if (facts.some(({ fact }) => fact === 'outcome')) {
        return ask('look', [{ do: 'readFresh', kind: NODE, key: { namespace: '', name: 'n' } }]);
      }
      atMs.push(nowMs - NOW_MS);
      return ask('stale', [label('b', '2', { resourceVersion: '0' })]);
    });
    run.runFor(200);
    expect(atMs).toEqual([0, 5, 15, 35, 75, 155]);
  });

  test('an event never drops anything, and a change that changes nothing is done and triggers nothing', () => {
    const node = aNode('n', 'True', 0, { labels: { a: '1' } });
    const event: Action = { do: 'recordEvent', about: node, type: 'Normal', reason: 'Hello', message: 'hello' };
    const run = bench(() => ask('same', [event, label('a', '1')]), { objects: [node] });
    run.runFor(60_000);
    expect({ decided: run.runtime.decided, events: run.eventReasons(), outcomes: outcomesOf(run) }).toEqual({
      decided: 1,
      events: ['Hello'],
      outcomes: ['patch done'],
    });
  });

  test('a controller that answers its own writes for ever is stopped by an assertion, not by an endless loop', () => {
    let n = 0;
    const run = bench(() => ask('spin', [label('a', String(n++))]));
    expect(() => run.runFor(1)).toThrow('test comes to rest on n (last rule: spin)');
  });
});

describe('what counts as confirmed', () => {
  const owned = (uid: string): KubeObject => ({
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: meta('h', {
      namespace: 'ns',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid }],
    }),
  });
  const { metadata, ...body } = owned('uid-n');
  const create: Action = {
    do: 'create',
    kind: BARE_METAL_HOST,
    object: { ...body, metadata: { name: 'h', namespace: 'ns', ownerReferences: metadata.ownerReferences ?? [] } },
  };
  const remove = (uid: string): Action => ({
    do: 'delete',
    kind: BARE_METAL_HOST,
    key: { namespace: 'ns', name: 'h' },
    onlyIf: { uid },
  });
  test.each([
    { id: 'create: what is there has the same owner', there: [owned('uid-n')], action: create, end: 'done' },
    { id: 'create: what is there has another owner', there: [owned('uid-m')], action: create, end: 'refused' },
    { id: 'delete: it is gone', there: [], action: remove('uid-h'), end: 'done' },
    {
      id: 'delete: another object has taken its name',
      there: [owned('uid-n')],
      action: remove('uid-old'),
      end: 'done',
    },
  ])('$id: $end', ({ there, action, end }) => {
    let asked = false;
    const run = bench(
      () => {
        if (asked) return IDLE;
        asked = true;
        return ask('once', [action]);
      },
      { objects: [aNode('n'), ...there] },
    );
    run.runFor(1);
    expect(run.performed.map(({ outcome }) => outcome.kind)).toEqual([end]);
    expect(run.list(BARE_METAL_HOST).length).toBe(there.length === 0 && action.do === 'delete' ? 0 : 1);
  });
});

describe('own writes', () => {
  test('a key is not decided again before the view shows them', () => {
    const seen: (string | undefined)[] = [];
    const run = bench(
      (input) => {
        const value = nodeIn(input)?.metadata.labels?.count;
        seen.push(value);
        const next = Number(value ?? 0) + 1;
        return next > 3 ? IDLE : ask('count', [label('count', String(next))]);
      },
      { lagMs: 700 },
    );
    // Meanwhile somebody else keeps changing the object.
    for (let i = 1; i < 50; i++) {
      run.kernel.call(NOW_MS + i * 40, () =>
        run.update(NODE, 'n', 'main', (node) => ({
          ...node,
          metadata: { ...node.metadata, annotations: { i: String(i) } },
        })),
      );
    }
    run.runFor(10_000);
    expect([...new Set(seen)]).toEqual([undefined, '1', '2', '3']);
    expect(labelsOf(run)).toEqual({ count: '3' });
    expect(run.performed.length).toBe(3);
  });

  test.each([{ settlesAtOnce: true, decided: 2 }, { decided: 3 }] as const)(
    'wake their key, but not one of a controller that settles at once; those of others always do: %j',
    ({ decided, ...of }) => {
      const run = bench(() => ask('count', [label('count', '1')]), { lagMs: 700 }, of);
      run.kernel.call(NOW_MS + 5_000, () =>
        run.update(NODE, 'n', 'main', (node) => ({ ...node, metadata: { ...node.metadata, annotations: { a: '1' } } })),
      );
      run.runFor(10_000);
      expect(run.runtime.decided).toBe(decided);
    },
  );

  test('a confirmed delete is waited for too', () => {
    const run = bench(
      (input) => {
        const node = nodeIn(input);
        if (node === undefined) return ask('gone', []);
        const { uid } = node.metadata;
        return ask('delete', [{ do: 'delete', kind: NODE, key: input.key, onlyIf: { uid } }], {
          recheckAtMs: input.nowMs + 10,
        });
      },
      { lagMs: 700 },
    );
    run.runFor(5_000);
    expect({ rules: run.rules(), deletes: run.performed.length }).toEqual({ rules: ['delete', 'gone'], deletes: 1 });
  });

  test('after 5 s the key is decided with a fresh read', () => {
    const seen: { atMs: number; facts: readonly string[] }[] = [];
    const run = bench(
      ({ nowMs, facts, memory }) => {
        seen.push({ atMs: nowMs - NOW_MS, facts: facts.map(({ fact }) => fact) });
        return memory === undefined
          ? ask('write', [label('a', '1')], { memory: 1, recheckAtMs: nowMs + 100 })
          : ask('again', [], { memory: 1 });
      },
      { lagMs: 60_000 },
    );
    run.runFor(59_000);
    expect(seen).toEqual([
      { atMs: 0, facts: [] },
      { atMs: 5_000, facts: ['fresh'] },
    ]);
  });
});

describe('evictions', () => {
  const pod = (name: string, app: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { namespace: 'ns', labels: { app } }),
    spec: { nodeName: 'n' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const budget: KubeObject = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta('db', { namespace: 'ns' }),
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } },
    status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, observedGeneration: 1 },
  };

  test('are an independent set: a refused one does not hold up the next, and is asked again after 5 s', () => {
    const evict = (name: string): Action => ({ do: 'evict', key: { namespace: 'ns', name }, onlyIf: {} });
    const run = bench(
      ({ view }) => {
        const left = view.list(POD).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
        return left.length === 0
          ? IDLE
          : ask('drain', [...left.map(({ metadata }) => evict(metadata.name)), label('drained', 'yes')]);
      },
      { objects: [aNode('n'), pod('db-0', 'db'), pod('web-0', 'web'), budget] },
    );
    run.runFor(12_000);
    expect(
      run.performed.map(({ action, outcome, atMs }) => [
        action.do === 'evict' ? action.key.name : action.do,
        outcome.kind,
        atMs - NOW_MS,
      ]),
    ).toEqual([
      ['db-0', 'refused', 0],
      ['web-0', 'done', 0],
      ['db-0', 'refused', 5_000],
      ['db-0', 'refused', 10_000],
    ]);
    run.delete(POD_DISRUPTION_BUDGET, 'ns/db');
    run.runFor(5_000);
    expect(labelsOf(run)).toEqual({ drained: 'yes' });
  });
});

describe('external effects', () => {
  const host = { namespace: 'ns', name: 'h' };
  const powerOff = (uid: string, notAfterMs: number, resourceVersion?: string): Action => ({
    do: 'setPower',
    host,
    power: 'off',
    mode: 'hard',
    operationId: 'op-1',
    guard: {
      onlyIf: [
        {
          kind: NODE,
          key: { namespace: '', name: 'n' },
          uid,
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
        },
      ],
      notAfterMs,
    },
  });

  test.each([
    { id: 'the guard holds', action: powerOff('uid-n', NOW_MS), commands: 1, outcome: 'done' },
    { id: 'the object is another one', action: powerOff('uid-m', NOW_MS), commands: 0, outcome: '412' },
    { id: 'the object has changed', action: powerOff('uid-n', NOW_MS, '0'), commands: 0, outcome: '412' },
    { id: 'it is too late', action: powerOff('uid-n', NOW_MS - 1), commands: 0, outcome: '408' },
  ])('$id: $commands commands', ({ action, commands, outcome }) => {
    let asked = false;
    const run = bench(() => {
      if (asked) return IDLE;
      asked = true;
      return ask('fence', [action]);
    });
    run.runFor(1);
    const text = (given: Outcome): string => (given.kind === 'refused' ? String(given.code) : given.kind);
    expect(run.performed.map((done) => text(done.outcome))).toEqual([outcome]);
    expect(run.bmc.commands.length).toBe(commands);
  });

  const cordoned = (equals: boolean | undefined) => ({ path: ['spec', 'unschedulable'], equals });
  const nameless = { path: ['metadata', 'labels', 'constructor'], equals: undefined };

  test.each([
    { id: 'no field is asked for', fields: [], gives: { outcome: 'done', labels: { held: 'yes' } } },
    {
      id: 'all fields are as asked',
      fields: [cordoned(true), nameless],
      gives: { outcome: 'done', labels: { held: 'yes' } },
    },
    {
      id: 'one has another value',
      fields: [nameless, cordoned(undefined)],
      gives: { outcome: 'spec.unschedulable of Node n is not undefined any more', labels: {} },
    },
  ])('a write that asks for an effect, $id', ({ fields, gives }) => {
    const guard = {
      onlyIf: [{ kind: NODE, key: { namespace: '', name: 'n' }, uid: 'uid-n', fields }],
      notAfterMs: NOW_MS,
    };
    let asked = false;
    const run = bench(
      () => {
        if (asked) return IDLE;
        asked = true;
        return ask('hold', [{ ...label('held', 'yes'), guard } as Action]);
      },
      { objects: [{ ...aNode('n'), spec: { unschedulable: true } }] },
    );
    run.runFor(1);
    const said = run.performed.map(({ outcome }) => ('message' in outcome ? outcome.message : outcome.kind));
    expect({ outcome: said.join(), labels: labelsOf(run) }).toEqual(gives);
  });

  test('the end of the operation comes back as a fact', () => {
    const facts: string[] = [];
    const run = bench((input) => {
      for (const fact of input.facts) {
        if (fact.fact === 'operation') facts.push(`${fact.operationId} ${fact.end.kind} at ${fact.atMs - NOW_MS}`);
      }
      return input.memory === undefined
        ? ask('fence', [powerOff('uid-n', input.nowMs)], { memory: 1 })
        : ask('fenced', [], { memory: 1 });
    });
    run.runFor(60_000);
    expect(facts).toEqual(['op-1 succeeded at 5000']);
    expect(run.bmc.power(host)).toBe('off');
  });

  test('a BMC that falls silent ends the operation as unknown', () => {
    const ends: string[] = [];
    const run = bench((input) => {
      for (const fact of input.facts) if (fact.fact === 'operation') ends.push(fact.end.kind);
      return input.memory === undefined ? ask('fence', [powerOff('uid-n', input.nowMs)], { memory: 1 }) : IDLE;
    });
    run.bmc.setReachable(host, false);
    run.runFor(60_000);
    expect({ ends, commands: run.bmc.commands }).toEqual({ ends: ['unknown'], commands: [] });
  });

  test('a standing poll tells changes only, keeps its own grid and survives being asked for again', () => {
    const readings: string[] = [];
    const run = bench((input) => {
      for (const fact of input.facts) {
        if (fact.fact === 'power') readings.push(`${fact.reading.power} ${fact.reading.readAtMs - NOW_MS}`);
      }
      return ask('watch', [{ do: 'observePower', host, everyMs: 10_000 }], { memory: 1 });
    });
    run.kernel.call(NOW_MS + 12_000, () => run.bmc.setTruth(host, 'off'));
    run.kernel.call(NOW_MS + 41_000, () => run.bmc.setReachable(host, false));
    run.runFor(100_000);
    expect(readings).toEqual(['on 0', 'off 20000', 'unreachable 50000']);
    run.runtime.stop();
    run.bmc.setReachable(host, true);
    run.runFor(100_000);
    expect([readings.length, run.kernel.pending]).toEqual([3, 0]);
  });
});

describe('when a key is decided', () => {
  test('at recheckAtMs, which a later decision replaces', () => {
    const at: number[] = [];
    const run = bench(({ nowMs }) => {
      at.push(nowMs - NOW_MS);
      return ask('wait', [], { recheckAtMs: nowMs + 1_000 });
    });
    run.run(NOW_MS + 1_500);
    run.update(NODE, 'n', 'main', (node) => ({ ...node, metadata: { ...node.metadata, labels: { x: 'y' } } }));
    run.run(NOW_MS + 3_000);
    expect(at).toEqual([0, 1_000, 1_500, 2_500]);
  });

  test('a recheck that is not in the future is a mistake of the controller', () => {
    const run = bench(({ nowMs }) => ask('now', [], { recheckAtMs: nowMs }));
    expect(() => run.runFor(1)).toThrow('test rechecks n in the future');
  });

  test('a product that polls rechecks on the grid that began with its first look', () => {
    const at: number[] = [];
    const run = bench(
      ({ nowMs }) => {
        at.push(nowMs - NOW_MS);
        return ask('wait', [], { recheckAtMs: NOW_MS + 34_500 });
      },
      {},
      { pollEveryMs: 10_000 },
    );
    run.run(NOW_MS + 3_000);
    run.update(NODE, 'n', 'main', (node) => ({ ...node, metadata: { ...node.metadata, labels: { x: 'y' } } }));
    run.run(NOW_MS + 34_999);
    expect(at).toEqual([0, 3_000]);
    expect(() => run.run(NOW_MS + 50_000)).toThrow('test rechecks n in the future');
    expect(at).toEqual([0, 3_000, 40_000]);
  });

  test('only for changes that a watch maps to it', () => {
    let decided = 0;
    const run = bench(
      () => {
        decided++;
        return IDLE;
      },
      {},
      {
        watches: [
          {
            kind: NODE,
            keysFor: ({ before, after }) => (before?.spec === after?.spec ? [] : [{ namespace: '', name: 'n' }]),
          },
        ],
      },
    );
    run.runFor(1);
    run.update(NODE, 'n', 'status', (node) => ({ ...node, status: { ...node.status, nodeInfo: { bootID: '1' } } }));
    run.runFor(1);
    expect(decided).toBe(1);
    run.update(NODE, 'n', 'main', (node) => ({ ...node, spec: { unschedulable: true } }));
    run.runFor(1);
    expect(decided).toBe(2);
  });

  test('the recorder hears of a rule that changed, not of one that stayed', () => {
    const run = bench(({ nowMs }) => ask(nowMs < NOW_MS + 5_000 ? 'young' : 'old', [], { recheckAtMs: nowMs + 1_000 }));
    run.runFor(10_000);
    expect(run.rules()).toEqual(['young', 'old']);
    expect(run.runtime.decided).toBe(11);
  });
});

describe('crashes', () => {
  test('strike at any boundary; the successor starts with empty memory and finishes the work', () => {
    const work: Decide = (input) => {
      const labels = nodeIn(input)?.metadata.labels ?? {};
      const missing = ['a', 'b', 'c'].filter((key) => labels[key] === undefined);
      return missing.length === 0
        ? IDLE
        : ask(
            'work',
            missing.map((key) => label(key, 'done')),
            { memory: 1 },
          );
    };
    for (const crashAt of [0, 1, 2, 3]) {
      const memories: (number | undefined)[] = [];
      let crashed = false;
      const run: CoreBench = bench(
        (input) => {
          memories.push(input.memory);
          return work(input);
        },
        {
          runtime: {
            atBoundary: (_controller, _key, index) => {
              if (index !== crashAt || crashed) return;
              crashed = true;
              run.runtime.stop();
              run.kernel.call(run.nowMs + 1_000, () => run.runtime.start());
            },
          },
        },
      );
      run.runFor(500);
      expect(Object.keys(labelsOf(run)).length).toBe(crashAt);
      run.runFor(1_000);
      expect(labelsOf(run)).toEqual({ a: 'done', b: 'done', c: 'done' });
      expect(memories.slice(0, 2)).toEqual([undefined, undefined]);
    }
  });

  test('answers that arrive after the crash are dropped', () => {
    const facts: string[] = [];
    const run = bench((input) => {
      facts.push(...input.facts.map(({ fact }) => fact));
      return input.memory === undefined
        ? ask('look', [{ do: 'observePower', host: { namespace: 'ns', name: 'h' } }], { memory: 1 })
        : ask('looked', [], { memory: 1 });
    });
    run.run(NOW_MS + 50);
    run.runtime.stop();
    run.runFor(10_000);
    expect(facts).toEqual([]);
  });

  test('with forgetMemory every decision starts empty', () => {
    const memories: (number | undefined)[] = [];
    const run = bench(
      ({ memory, nowMs }) => {
        memories.push(memory);
        return ask('remember', [], { memory: 1, recheckAtMs: nowMs + 1_000 });
      },
      { runtime: { forgetMemory: true } },
    );
    run.runFor(2_000);
    expect(memories).toEqual([undefined, undefined, undefined]);
  });
});

test('an unknown outcome is followed by another decision, with the outcome as a fact', () => {
  const outcomes: string[] = [];
  const losing = (writer: KubeWriter): KubeWriter => ({
    submit: (manager, write, done) =>
      writer.submit(manager, write, () => done({ kind: 'unknown', message: 'the reply was lost' })),
    readFresh: (kind, key, done) => writer.readFresh(kind, key, done),
  });
  const run = bench(
    (input) => {
      for (const fact of input.facts) if (fact.fact === 'outcome') outcomes.push(fact.outcome.kind);
      return nodeIn(input)?.metadata.labels?.a === undefined ? ask('label', [label('a', '1')]) : IDLE;
    },
    { writer: losing, lagMs: 2 },
  );
  run.runFor(1_000);
  expect({ outcomes, labels: labelsOf(run), writes: run.performed.length }).toEqual({
    outcomes: ['unknown'],
    labels: { a: '1' },
    writes: 1,
  });
});
