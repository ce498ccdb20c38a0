// What holds for any history of a budget, with an old view, two allocators at once, restarts and forgotten memory: its caps are
// kept by the ledger and by the world, its sums agree with its entries, a decision stays what it is until it asked to be called
// again, and nobody is forgotten.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../../core/api/remediation-budget.ts';
import { formatMicroTime, parseTime } from '../../../core/api/time.ts';
import { allowedOf } from '../../../core/budget/limits.ts';
import { remediationBudgetController } from '../../../core/budget/remediation-budget.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, NOW_MS, withReady } from '../../kit/machine-objects.ts';
import { aBudget, aPolicy, aRequest, changeStatus, WORKERS } from '../../kit/own-remediation-objects.ts';
import { fc } from '../../kit/property.ts';

const SIZE = 8;
const RACKS = 3;
const WINDOW_MS = 300_000;

const SPEC: NonNullable<RemediationBudget['spec']> = {
  maxUnavailable: { percent: 60 },
  maxInFlight: { count: 3, percent: 40 },
  rate: {
    tokenBucket: { burst: 3, refillEvery: '40s' },
    slidingWindow: { starts: 4, per: `${WINDOW_MS / 1_000}s` },
  },
  domains: [{ topologyKey: 'rack', maxInFlight: 2 }],
  stormCoolDown: '1m',
  ageEvery: '2m',
};

/** What happens to host `which`, after `waitMs`. */
interface Happening {
  readonly waitMs: number;
  readonly which: number;
  readonly what: 'fails' | 'acts' | 'again' | 'succeeds' | 'person' | 'gone' | 'node-gone' | 'restart' | 'cap';
}

const HISTORY = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 120_000 }),
    which: fc.integer({ min: 0, max: SIZE - 1 }),
    what: fc.constantFrom<Happening['what']>(
      'fails',
      'fails',
      'fails',
      'acts',
      'acts',
      'again',
      'succeeds',
      'person',
      'gone',
      'node-gone',
      'restart',
      'cap',
    ),
  }),
  { maxLength: 40 },
);

function start(options: { readonly lagMs: number; readonly two: boolean; readonly forgetMemory: boolean }): CoreBench {
  const labels = (at: number) => ({ ...WORKERS, rack: `r${at % RACKS}` });
  const controller = remediationBudgetController({ machineApi: 'cluster-api' });
  return coreBench({
    objects: [
      aPolicy(),
      aBudget(SPEC),
      ...Array.from({ length: SIZE }, (_, at) => aNode(`n${at}`, 'True', 86_400_000, { labels: labels(at) })),
    ],
    controllers: [controller],
    surroundings: options.two ? [controller] : [],
    atMs: NOW_MS,
    lagMs: options.lagMs,
    runtime: { forgetMemory: options.forgetMemory },
  });
}

/** Each host's episodes are numbered. */
class Hosts {
  private readonly bench: CoreBench;
  private readonly episodes = new Map<string, number>();

  constructor(bench: CoreBench) {
    this.bench = bench;
  }

  happen({ which, what }: Happening): void {
    const { bench } = this;
    const node = `n${which}`;
    const open = this.openOf(node);
    if (what === 'restart') bench.restart();
    else if (what === 'cap') this.changeCap(which);
    else if (what === 'node-gone') this.removeNode(node);
    else if (what === 'fails') this.fail(node, open);
    else if (open !== undefined) this.change(open, what);
  }

  private openOf(node: string): HostRemediation | undefined {
    const found = this.bench.get(HOST_REMEDIATION, `${node}-${this.episodes.get(node) ?? 0}`);
    return found?.status?.phase === 'Succeeded' ? undefined : found;
  }

  private changeCap(count: number): void {
    this.bench.update(REMEDIATION_BUDGET, 'workers', 'main', (budget) => ({
      ...budget,
      spec: { ...budget.spec, maxInFlight: { count: Math.min(3, count), percent: 40 } },
    }));
  }

  private removeNode(node: string): void {
    if (this.bench.get(NODE, node) !== undefined && this.openOf(node) !== undefined) this.bench.delete(NODE, node);
  }

  private fail(node: string, open: HostRemediation | undefined): void {
    const { bench } = this;
    if (open !== undefined || bench.get(NODE, node) === undefined) return;
    const number = (this.episodes.get(node) ?? 0) + 1;
    this.episodes.set(node, number);
    bench.update(NODE, node, 'status', (old) => withReady(old, 'Unknown', bench.nowMs));
    const { metadata: _, status, ...rest } = aRequest(node);
    const name = `${node}-${number}`;
    bench.store.create(HOST_REMEDIATION, { ...rest, metadata: { name } });
    changeStatus(bench, name, { ...status, impact: number % 4, waitingSince: formatMicroTime(bench.nowMs) });
  }

  /** As its own controller would, which acts only with a grant that answers its request. */
  private change({ metadata, status = {} }: HostRemediation, what: Happening['what']): void {
    const { bench } = this;
    const grant = bench.the(REMEDIATION_BUDGET, 'workers').status?.grants?.[metadata.name];
    const isGranted = grant?.uid === metadata.uid && grant.requestedAt === status.waitingSince;
    const { attempts = [], phase, attempt = 1, step = 0 } = status;
    if (what === 'acts' && phase === 'Waiting' && isGranted) {
      const now = formatMicroTime(bench.nowMs);
      const entry = { step, action: 'Reboot' as const, attempt, grantedAt: grant.grantedAt, struckAt: now };
      changeStatus(bench, metadata.name, { phase: 'PoweringOff', attempts: [...attempts, entry] });
    } else if (what === 'again' && phase === 'PoweringOff') {
      const again = { phase: 'Waiting' as const, attempt: attempt + 1, waitingSince: formatMicroTime(bench.nowMs) };
      changeStatus(bench, metadata.name, again);
    } else if (what === 'succeeds' && phase !== 'Waiting') {
      changeStatus(bench, metadata.name, { phase: 'Succeeded', closedAt: formatMicroTime(bench.nowMs) });
      const node = metadata.name.slice(0, 2);
      if (bench.get(NODE, node) !== undefined) {
        bench.update(NODE, node, 'status', (old) => withReady(old, 'True', bench.nowMs));
      }
    } else if (what === 'person' && phase === 'PoweringOff') {
      changeStatus(bench, metadata.name, { phase: 'Person' });
    } else if (what === 'gone') {
      bench.delete(HOST_REMEDIATION, metadata.name);
    }
  }
}

/** In flight by the world: something was done, and it is neither over nor with a person. */
function actingHosts(bench: CoreBench): readonly string[] {
  return bench
    .list(HOST_REMEDIATION)
    .filter(({ status }) => status?.phase === 'PoweringOff' || (status?.attempts?.length ?? 0) > 0)
    .filter(({ status }) => status?.phase !== 'Person' && status?.phase !== 'Succeeded')
    .map(({ metadata }) => metadata.name);
}

function checkCaps(bench: CoreBench, starts: readonly number[]): void {
  const { status = {} } = bench.the(REMEDIATION_BUDGET, 'workers');
  const grants = Object.entries(status.grants ?? {});
  const cap = allowedOf({ count: 3, percent: 40 }, SIZE);
  expect(grants.length).toBeLessThanOrEqual(cap);
  for (let rack = 0; rack < RACKS; rack++) {
    expect(grants.filter(([, { domains }]) => domains?.rack === `r${rack}`).length).toBeLessThanOrEqual(2);
  }
  const names = new Set(grants.map(([name]) => name));
  expect(actingHosts(bench).filter((name) => !names.has(name))).toEqual([]);
  if (status.inFlight !== undefined) expect(status.inFlight).toBe(grants.length);
  for (const at of starts) {
    expect(starts.filter((other) => other > at - WINDOW_MS && other <= at).length).toBeLessThanOrEqual(4);
  }
}

/** Every grant that the store ever had, by its instant. */
function watchStarts(bench: CoreBench): readonly number[] {
  const starts: number[] = [];
  bench.store.tap((change) => {
    if (change.kind.key !== REMEDIATION_BUDGET.key) return;
    const grants = (object: unknown) => (object as RemediationBudget | undefined)?.status?.grants ?? {};
    const before = grants(change.before);
    for (const [name, grant] of Object.entries(grants(change.after))) {
      if (before[name]?.grantedAt !== grant.grantedAt || before[name]?.uid !== grant.uid)
        starts.push(parseTime(grant.grantedAt));
    }
  });
  return starts;
}

describe('a remediation budget, for any history', () => {
  test('keeps every cap, in the ledger and in the world, with an old view and two allocators', () => {
    fc.assert(
      fc.property(
        HISTORY,
        fc.constantFrom(0, 500, 60_000),
        fc.boolean(),
        fc.boolean(),
        (history, lagMs, two, forgetMemory) => {
          const bench = start({ lagMs, two, forgetMemory });
          const starts = watchStarts(bench);
          const hosts = new Hosts(bench);
          for (const one of history) {
            bench.runFor(one.waitMs);
            hosts.happen(one);
            checkCaps(bench, starts);
          }
          bench.runFor(600_000);
          checkCaps(bench, starts);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('forgets nobody: in the end whoever may go has gone, and the ledger has no entry that is over', () => {
    fc.assert(
      fc.property(HISTORY, fc.constantFrom(0, 500), (history, lagMs) => {
        const bench = start({ lagMs, two: false, forgetMemory: false });
        const hosts = new Hosts(bench);
        for (const one of history) {
          bench.runFor(one.waitMs);
          hosts.happen(one);
        }
        bench.update(REMEDIATION_BUDGET, 'workers', 'main', (budget) => ({ ...budget, spec: SPEC }));
        for (let round = 0; round < 4 * SIZE; round++) {
          bench.runFor(600_000);
          for (const what of ['acts', 'succeeds'] as const) {
            for (let which = 0; which < SIZE; which++) hosts.happen({ waitMs: 0, which, what });
            bench.runFor(1_000);
          }
        }
        const waiting = bench
          .list(HOST_REMEDIATION)
          .filter(({ status }) => status?.phase === 'Waiting')
          .filter(({ spec }) => bench.get(NODE, spec?.node.name ?? '') !== undefined);
        const { grants = {} } = bench.the(REMEDIATION_BUDGET, 'workers').status ?? {};
        const over = Object.keys(grants).filter((name) => bench.get(HOST_REMEDIATION, name) === undefined);
        // Persons may hold more hosts than the threshold allows: those that wait then wait for them.
        const isStorm = bench.the(REMEDIATION_BUDGET, 'workers').status?.storm !== undefined;
        expect([isStorm ? [] : waiting.map(({ metadata }) => metadata.name), over]).toEqual([[], []]);
      }),
      { numRuns: 60 },
    );
  });

  test('an earlier look gives the same actions', () => {
    fc.assert(
      fc.property(HISTORY, fc.double({ min: 0, max: 1, noNaN: true }), (history, share) => {
        const bench = start({ lagMs: 0, two: false, forgetMemory: false });
        const hosts = new Hosts(bench);
        for (const one of history) {
          bench.runFor(one.waitMs);
          hosts.happen(one);
        }
        bench.runFor(0);
        const controller = remediationBudgetController({ machineApi: 'cluster-api' });
        const look = (nowMs: number) => {
          const input = { view: bench.view, key: { namespace: '', name: 'workers' }, memory: undefined, facts: [] };
          return controller.decide({ ...input, nowMs });
        };
        const now = look(bench.nowMs);
        const untilMs = Math.min(now.recheckAtMs ?? Number.POSITIVE_INFINITY, bench.nowMs + 86_400_000);
        const between = Math.floor(bench.nowMs + share * (untilMs - 1 - bench.nowMs));
        expect(lasting(look(between).actions)).toEqual(lasting(now.actions));
      }),
      { numRuns: 150 },
    );
  });

  test('a larger pool allows no less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.nat(500),
        fc.nat(5),
        fc.option(fc.nat(50)),
        (percent, hosts, floor, count) => {
          const limit = { percent, floor, ...(count === null ? {} : { count }) };
          const now = allowedOf(limit, hosts);
          expect(allowedOf(limit, hosts + 1)).toBeGreaterThanOrEqual(now);
          expect(now).toBeLessThanOrEqual(Math.max(floor, Math.floor((percent * hosts) / 100)));
        },
      ),
    );
  });
});

function lasting(actions: readonly Action[]): readonly Action[] {
  return actions.filter(({ do: verb }) => verb !== 'recordEvent');
}
