// The runtime when the API server answers late, not at all, or into the void: what is decided, when, on what knowledge.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import { NODE } from '../../../core/api/node.ts';
import { POD } from '../../../core/api/workload.ts';
import type { Controller, Decision, DecisionInput } from '../../../core/ports/reconciler.ts';
import { FaultyView } from '../../../sim/api-server/faulty-view.ts';
import { FaultyWriter, type RequestFault } from '../../../sim/api-server/faulty-writer.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aNode, NOW_MS } from '../../kit/machine-objects.ts';

const N = { namespace: '', name: 'n' };

interface Seen {
  readonly atMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly facts: readonly string[];
}

/** Wants the labels a and b on the Node, one patch each; every decision is noted. */
function labeller(seen: Seen[]): Controller<number> {
  return {
    name: 'test',
    primary: NODE,
    watches: [],
    indexes: [],
    rules: {},
    decide({ view, nowMs, facts }: DecisionInput<number>): Decision<number> {
      const labels = view.get(NODE, N)?.metadata.labels ?? {};
      const told = facts.map((fact) => (fact.fact === 'outcome' ? fact.outcome.kind : fact.fact));
      seen.push({ atMs: nowMs - NOW_MS, labels, facts: told });
      const missing = ['a', 'b'].filter((key) => labels[key] === undefined);
      const actions = missing.map(
        (key): Action => ({
          do: 'patch',
          kind: NODE,
          key: N,
          subresource: 'main',
          patch: { metadata: { labels: { [key]: '1' } } },
          onlyIf: {},
        }),
      );
      return { actions, memory: undefined, because: { rule: missing.length === 0 ? 'idle' : 'label', values: {} } };
    },
  };
}

function bench(fault: RequestFault, rest: Partial<CoreBenchOptions> = {}): { run: CoreBench; seen: Seen[] } {
  const seen: Seen[] = [];
  const run = coreBench({
    objects: [aNode('n')],
    controllers: [labeller(seen)],
    atMs: NOW_MS,
    writer: (inner, kernel) => {
      const writer = new FaultyWriter(inner, kernel);
      writer.addFault(fault);
      return writer;
    },
    ...rest,
  });
  return { run, seen };
}

/** The fate for the first `times` requests of a verb. */
function first(times: number, verb: 'patch' | 'read', fate: ReturnType<RequestFault>): RequestFault {
  let left = times;
  return (request) => (request.verb === verb && left-- > 0 ? fate : undefined);
}

const LOST_REPLY = { kind: 'lostReply', afterMs: 0, message: 'unexpected EOF' } as const;
const LOST_REQUEST = { kind: 'lostRequest', afterMs: 0, message: 'unexpected EOF' } as const;

describe('answers that come late', () => {
  test('hold up the rest of the list and the next decision on the key, and nothing else', () => {
    const { run, seen } = bench(({ verb }) => (verb === 'patch' ? { kind: 'slow', delayMs: 1_000 } : undefined));
    run.kernel.call(NOW_MS + 500, () =>
      run.update(NODE, 'n', 'main', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } })),
    );
    run.runFor(10_000);
    expect({ seen, writes: run.performed.map(({ outcome, atMs }) => [outcome.kind, atMs - NOW_MS]) }).toEqual({
      seen: [
        { atMs: 0, labels: {}, facts: [] },
        { atMs: 2_000, labels: { a: '1', b: '1' }, facts: [] },
      ],
      writes: [
        ['done', 1_000],
        ['done', 2_000],
      ],
    });
  });

  test('to a process that has died are dropped; its request happens all the same', () => {
    const { run, seen } = bench(({ verb }) => (verb === 'patch' ? { kind: 'slow', delayMs: 1_000 } : undefined));
    run.kernel.call(NOW_MS + 200, () => run.runtime.stop());
    run.runFor(10_000);
    expect({ labels: run.the(NODE, 'n').metadata.labels, told: run.performed.length, decided: seen.length }).toEqual({
      labels: { a: '1' },
      told: 0,
      decided: 1,
    });
  });
});

describe('a write of unknown outcome is looked at before anything is decided', () => {
  test('it has happened: the key waits until its view shows that, and does not repeat it', () => {
    const { run, seen } = bench(first(1, 'patch', LOST_REPLY), { lagMs: 700 });
    run.runFor(10_000);
    expect({ seen, writes: run.performed.map(({ outcome }) => outcome.kind) }).toEqual({
      seen: [
        { atMs: 0, labels: {}, facts: [] },
        { atMs: 700, labels: { a: '1' }, facts: ['unknown'] },
        { atMs: 1_400, labels: { a: '1', b: '1' }, facts: [] },
      ],
      writes: ['unknown', 'done'],
    });
  });

  test('it has not happened: it is asked for again after the back-off', () => {
    const { run, seen } = bench(first(1, 'patch', LOST_REQUEST), { lagMs: 700 });
    run.runFor(10_000);
    expect(seen.slice(0, 2)).toEqual([
      { atMs: 0, labels: {}, facts: [] },
      { atMs: 5, labels: {}, facts: ['unknown'] },
    ]);
    expect(run.the(NODE, 'n').metadata.labels).toEqual({ a: '1', b: '1' });
  });

  test('the look itself is not answered: it is repeated, and nothing is decided meanwhile', () => {
    const lose = first(1, 'patch', LOST_REPLY);
    const blind = first(5, 'read', LOST_REQUEST);
    const { run, seen } = bench((request) => lose(request) ?? blind(request));
    run.runFor(10_000);
    // The change itself arrives at once and calls for the look; then the back-off of five reads: 10, 20, 40, 80 and 160 ms.
    expect(seen.map(({ atMs, labels }) => [atMs, labels])).toEqual([
      [0, {}],
      [310, { a: '1' }],
      [310, { a: '1', b: '1' }],
    ]);
  });

  test('a create whose name the server makes cannot be looked for: its key is decided after the back-off', () => {
    const seen: number[] = [];
    const create: Action = {
      do: 'create',
      kind: POD,
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', generateName: 'p-', namespace: 'ns' } },
    };
    const controller: Controller<number> = {
      ...labeller([]),
      decide({ nowMs, view }) {
        seen.push(nowMs - NOW_MS);
        const actions = view.list(POD).length === 0 ? [create] : [];
        return { actions, memory: undefined, because: { rule: 'create', values: {} } };
      },
    };
    let left = 1;
    const { run } = bench(({ verb }) => (verb === 'create' && left-- > 0 ? LOST_REPLY : undefined), {
      controllers: [controller],
    });
    run.runFor(1_000);
    expect([seen, run.list(POD).length]).toEqual([[0, 5], 1]);
  });
});

test('a view that stays behind is replaced by a fresh read, however often that must be asked for', () => {
  const seen: Seen[] = [];
  const own = labeller(seen);
  const polling: Controller<number> = {
    ...own,
    decide: (input) => ({ ...own.decide(input), recheckAtMs: input.nowMs + 100 }),
  };
  const { run } = bench(first(3, 'read', LOST_REQUEST), { lagMs: 60_000, controllers: [polling] });
  run.run(NOW_MS + 20_000);
  expect(seen.map(({ atMs, facts }) => [atMs, facts])).toEqual([
    [0, []],
    // 5 s after the writes, then the back-off of three reads without an answer: 5, 10 and 20 ms.
    [5_035, ['fresh']],
    [10_035, ['fresh']],
    [15_035, ['fresh']],
  ]);
});

test('the watch of another kind that stays behind holds up nobody', () => {
  const { run, seen } = bench(() => undefined, {
    view: (store, kernel) => {
      const view = new FaultyView(store, kernel, { lagMs: 10 });
      view.breakWatches(new Set([POD.key]));
      store.create(POD, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'ns' } });
      return view;
    },
  });
  run.runFor(1_000);
  expect(seen.map(({ atMs, labels }) => [atMs, labels])).toEqual([
    [0, {}],
    [10, { a: '1', b: '1' }],
  ]);
});
