// Every invariant of budgets, and of what must hold in the end, on a trace that breaks it and on one that almost does.

import { expect, test } from 'vitest';
import { INVARIANTS } from '../../../sim/checkers/invariants.ts';
import type { Happening } from '../../../sim/checkers/observation.ts';
import {
  away,
  budget,
  closed,
  granted,
  ledger,
  opened,
  power,
  ready,
  request,
  runs,
  type Step,
  struck,
  verdictOn,
} from './trace-kit.ts';

interface Row {
  readonly id: string;
  readonly given: string;
  readonly trace: readonly Step[];
  readonly verdict: true | false | 'unknown';
  readonly found: readonly string[];
}

const write = (exact: boolean, addsGrant = true): Happening => ({
  seen: 'write',
  by: 'allocator',
  verb: 'patch',
  object: 'RemediationBudget pool',
  exact,
  addsGrant,
});
const healed: Step = [9_000, { seen: 'healed' }];

const ROWS: readonly Row[] = [
  {
    id: 'B1',
    given: 'a second place where there is one',
    trace: [
      [0, budget({ maxInFlight: { count: 1 } })],
      [1, ledger(['w1'])],
      [2, ledger(['w1', 'w2'])],
    ],
    verdict: false,
    found: ['2 w2: 2 hosts in flight, and pool allows 1: w1 w2'],
  },
  {
    id: 'B1',
    given: 'a place for the next host while the first is not back, though its place is free',
    trace: [
      [0, budget({ maxInFlight: { count: 1 } })],
      [1, request('w1', 'Waiting')],
      [1, ledger(['w1'])],
      [2, request('w1', 'PoweringOff')],
      [2, opened('w1')],
      [3, struck('w1')],
      [9, request('w1', 'Waiting')],
      [9, ledger([])],
      [10, ledger(['w2'])],
    ],
    verdict: false,
    found: ['10 w2: 2 hosts in flight, and pool allows 1: w1 w2'],
  },
  {
    id: 'B1',
    given: 'harm without a place',
    trace: [
      [0, budget({ maxInFlight: { count: 1 } })],
      [1, request('w1', 'PoweringOff')],
      [1, opened('w1')],
      [2, struck('w1')],
    ],
    verdict: false,
    found: ['2 w1: it strikes without a place in pool'],
  },
  {
    id: 'B1',
    given: 'one after the other, one that was called off before any harm, and one that a person has',
    trace: [
      [0, budget({ maxInFlight: { count: 1 } })],
      [1, request('w1', 'Verifying')],
      [1, ledger(['w1'])],
      [2, opened('w1')],
      [2, struck('w1')],
      [9, request('w1', 'Person')],
      [9, ledger([])],
      [10, ledger(['w2'])],
      [10, request('w2', 'Verifying')],
      [11, request('w2', 'Waiting')],
      [11, ledger([])],
      [12, ledger(['w3'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B1',
    given: 'no budget at all',
    trace: [
      [1, opened('w1')],
      [2, struck('w1')],
    ],
    verdict: 'unknown',
    found: ['2: no budget is declared'],
  },
  {
    id: 'B2',
    given: 'a host that lost its Node is not expected any more',
    trace: [
      [0, budget({})],
      [1, ledger(['w1'])],
      [2, budget({}, ['w2', 'w3'])],
      [60, ledger(['w1', 'w2'], { expectedHosts: 1 })],
    ],
    verdict: false,
    found: ['60: pool expects 1 hosts, and its pool has 2 to 3'],
  },
  {
    id: 'B2',
    given: 'the host without a Node is counted by its place, and a cache may be late',
    trace: [
      [0, budget({})],
      [1, ledger(['w1'])],
      [2, budget({}, ['w2', 'w3'])],
      [60, ledger(['w1', 'w2'], { expectedHosts: 3 })],
      [61, budget({}, ['w1', 'w2', 'w3'])],
      [62, ledger(['w1', 'w2', 'w3'], { expectedHosts: 3 })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B2',
    given: 'a host whose Node is gone is in a person’s hands',
    trace: [
      [0, budget({})],
      [1, request('w1', 'Person')],
      [2, budget({}, ['w2', 'w3'])],
      [60, ledger(['w2'], { expectedHosts: 3 })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B3',
    given: '40 % of 3 make two',
    trace: [
      [0, budget({ maxInFlight: { percent: 40 } })],
      [1, ledger(['w1', 'w2'])],
    ],
    verdict: false,
    found: ['1: 2 places of 3 hosts in pool, which makes 1'],
  },
  {
    id: 'B3',
    given: '10 % of 3 make none, but for the floor',
    trace: [
      [0, budget({ maxInFlight: { percent: 10 } })],
      [1, ledger(['w1'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B3',
    given: 'a count that is lower than the percentage',
    trace: [
      [0, budget({ maxInFlight: { percent: 100, count: 1 } })],
      [1, ledger(['w1', 'w2'])],
    ],
    verdict: false,
    found: ['1: 2 places of 3 hosts in pool, which makes 1'],
  },
  {
    id: 'B4',
    given: 'a host in flight counts as healthy',
    trace: [
      [0, budget({})],
      [1, ledger(['w1'])],
      [2, ledger(['w1', 'w2'], { unavailableHosts: 0 })],
    ],
    verdict: false,
    found: ['2: pool counts 0 unavailable hosts, and 1 were in flight before'],
  },
  {
    id: 'B4',
    given: 'the host that begins to be in flight looks healthy still',
    trace: [
      [0, budget({})],
      [1, ledger(['w1'])],
      [2, ledger(['w1', 'w2'], { unavailableHosts: 1 })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B5',
    given: 'two of one rack',
    trace: [
      [0, budget({ domains: [{ topologyKey: 'rack', maxInFlight: 1 }] })],
      [1, ledger(['w1'])],
      [2, ledger(['w1', 'w2'])],
    ],
    verdict: false,
    found: ['2 w2: 2 hosts in flight in rack-a, and pool allows 1'],
  },
  {
    id: 'B5',
    given: 'two masters, of which one at a time is the default',
    trace: [
      [0, budget({}, ['m1', 'm2'])],
      [1, ledger(['m1'], { expectedHosts: 2 })],
      [2, ledger(['m1', 'm2'], { expectedHosts: 2 })],
    ],
    verdict: false,
    found: ['2: 2 hosts of the control plane in flight, and pool allows 1'],
  },
  {
    id: 'B5',
    given: 'two of two racks, and two hosts without the label',
    trace: [
      [0, budget({ domains: [{ topologyKey: 'rack', maxInFlight: 1 }] })],
      [1, ledger(['w1', 'w3'])],
      [2, ledger([])],
      [3, budget({ domains: [{ topologyKey: 'feed', maxInFlight: 1 }] })],
      [4, ledger(['w1', 'w2'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B6',
    given: 'a second start within the window, after a restart that forgot the first',
    trace: [
      [0, budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } })],
      [10, ledger(['w1'])],
      [20, ledger([])],
      [609, ledger(['w2'])],
    ],
    verdict: false,
    found: ['609: 2 starts within 10m, and pool allows 1'],
  },
  {
    id: 'B6',
    given: 'three starts of a bucket of two before it is refilled',
    trace: [
      [0, budget({ rate: { tokenBucket: { burst: 2, refillEvery: '60s' } } })],
      [10, ledger(['w1', 'w2'])],
      [69, ledger(['w1', 'w2', 'w3'])],
    ],
    verdict: false,
    found: ['69: 3 starts since 59000 ms ago, and the bucket of pool holds 2.9833333333333334'],
  },
  {
    id: 'B6',
    given: 'the write of the first start was slow: what counts is when it was decided',
    trace: [
      [0, budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } })],
      [12, ledger([], { grants: [{ ...granted('w1'), grantedAtMs: 10_000 }] })],
      [20, ledger([])],
      [610, ledger([], { grants: [{ ...granted('w2'), grantedAtMs: 610_000 }] })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B6',
    given: 'the ledger says of the first start that it was long before it was written',
    trace: [
      [0, budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } })],
      [16, ledger([], { grants: [{ ...granted('w1'), grantedAtMs: 10_000 }] })],
      [20, ledger([])],
      [610, ledger(['w2'])],
    ],
    verdict: false,
    found: ['610: 2 starts within 10m, and pool allows 1'],
  },
  {
    id: 'B6',
    given: 'what another budget has started is entered, and is no start',
    trace: [
      [0, { ...budget({}), budget: 'old' } as Happening],
      [0, budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } })],
      [10, { ...ledger(['w1']), budget: 'old' } as Happening],
      [20, ledger(['w1'])],
      [30, ledger(['w1', 'w2'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B6',
    given: 'the window has just passed, and the bucket is just full enough',
    trace: [
      [
        0,
        budget({
          rate: { slidingWindow: { starts: 2, per: '60s' }, tokenBucket: { burst: 2, refillEvery: '60s' } },
        }),
      ],
      [10, ledger(['w1', 'w2'])],
      [70, ledger(['w1', 'w2', 'w3'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B6',
    given: 'a further attempt on one host is a start like any other',
    trace: [
      [0, budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } })],
      [10, ledger(['w1'])],
      [300, ledger([], { grants: [{ ...granted('w1'), attempt: 2 }] })],
    ],
    verdict: false,
    found: ['300: 2 starts within 10m, and pool allows 1'],
  },
  {
    id: 'B7',
    given: 'a start with three out where two may be',
    trace: [
      [0, budget({ maxUnavailable: { count: 2 } })],
      [1, away('w1')],
      [1, away('w2')],
      [1, away('w3')],
      [60, ledger(['w1'])],
    ],
    verdict: false,
    found: ['60: a start with 3 hosts out of service, and pool allows 2: w1 w2 w3'],
  },
  {
    id: 'B7',
    given: 'two are out, and of the third caches may not know',
    trace: [
      [0, budget({ maxUnavailable: { count: 2 } })],
      [1, away('w1')],
      [1, away('w2')],
      [58, away('w3')],
      [60, ledger(['w1'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B7',
    given: 'a further attempt on the host in flight while three are out',
    trace: [
      [0, budget({ maxUnavailable: { count: 2 } })],
      [1, away('w1')],
      [2, ledger(['w1'])],
      [3, away('w2')],
      [3, away('w3')],
      [60, ledger([], { grants: [{ ...granted('w1'), attempt: 2 }] })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B7',
    given: 'the next host while three are out, though the first only makes its second attempt',
    trace: [
      [0, budget({ maxUnavailable: { count: 2 } })],
      [1, away('w1')],
      [2, ledger(['w1'])],
      [3, away('w2')],
      [3, away('w3')],
      [60, ledger([], { grants: [{ ...granted('w1'), attempt: 2 }, granted('w2')] })],
    ],
    verdict: false,
    found: ['60: a start with 3 hosts out of service, and pool allows 2: w1 w2 w3'],
  },
  {
    id: 'B8',
    given: 'a place is freed while its attempt runs',
    trace: [
      [0, budget({})],
      [1, request('w1', 'Verifying')],
      [1, ledger(['w1'])],
      [2, ledger([])],
    ],
    verdict: false,
    found: ['2 w1: its place in pool was freed while it is Verifying'],
  },
  {
    id: 'B8',
    given: 'a place is freed while its attempt runs, for another budget has it now',
    trace: [
      [0, budget({})],
      [1, request('w1', 'Verifying')],
      [1, ledger(['w1'])],
      [2, { seen: 'request', request: 'request-w1', host: 'w1', budget: 'other', phase: 'Verifying' }],
      [3, ledger([])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B8',
    given: 'a place outlives its request, and the sum is wrong',
    trace: [
      [0, budget({})],
      [1, request('w1', 'Verifying')],
      [1, ledger(['w1'], { inFlight: 2 })],
      [9, request('w1', 'gone')],
    ],
    verdict: false,
    found: ['1: pool says 2 in flight, and names 1', '10000 w1: its place in pool outlives its request'],
  },
  {
    id: 'B8',
    given: 'freed when it is over, and one whose attempt still runs in the end',
    trace: [
      [0, budget({})],
      [1, request('w1', 'Verifying')],
      [1, ledger(['w1'])],
      [8, request('w1', 'Succeeded')],
      [9, ledger([])],
      [10, request('w2', 'Verifying')],
      [10, ledger(['w2'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B9',
    given: 'a start one minute after the storm, and ten are to pass',
    trace: [
      [0, budget({ maxUnavailable: { count: 1 }, stormCoolDown: '10m' })],
      [1, away('w1')],
      [1, away('w2')],
      [20, away('w3')],
      [60, away('w2', false)],
      [60, away('w3', false)],
      [120, ledger(['w1'])],
    ],
    verdict: false,
    found: ['120: a start 60000 ms after a storm, and pool cools down for 600000 ms'],
  },
  {
    id: 'B9',
    given: 'the cool-down has passed, by the cache of whoever starts',
    trace: [
      [0, budget({ maxUnavailable: { count: 1 }, stormCoolDown: '10m' })],
      [1, away('w1')],
      [1, away('w2')],
      [20, away('w3')],
      [60, away('w2', false)],
      [60, away('w3', false)],
      [656, ledger(['w1'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B9',
    given: 'a Node goes after the storm, and its host counts still: what is allowed of four stays allowed',
    trace: [
      [0, budget({ maxUnavailable: { percent: 50 }, stormCoolDown: '10m' }, ['w1', 'w2', 'w3', 'm1'])],
      [1, away('w1')],
      [1, away('w2')],
      [1, away('w3')],
      [30, request('w1', 'AwaitingReplacement')],
      [60, away('w3', false)],
      [300, budget({ maxUnavailable: { percent: 50 }, stormCoolDown: '10m' }, ['w2', 'w3', 'm1'])],
      [640, away('w2', false)],
      [680, ledger(['w3'], { expectedHosts: 4 })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B10',
    given: 'lowered to one, and still a second place; a host is left off',
    trace: [
      [0, budget({ maxInFlight: { count: 3 } })],
      [1, ledger(['w1'])],
      [2, power('w1', 'off')],
      [3, budget({ maxInFlight: { count: 1 } })],
      [4, ledger(['w1', 'w2'])],
    ],
    verdict: false,
    found: [
      '4: 2 places after pool was lowered to 1',
      '10000 w1: in flight when the cap was lowered, and off ever since',
    ],
  },
  {
    id: 'B10',
    given: 'lowered below what is in flight, which ends well',
    trace: [
      [0, budget({ maxInFlight: { count: 3 } })],
      [1, ledger(['w1', 'w2'])],
      [2, power('w1', 'off')],
      [3, budget({ maxInFlight: { count: 1 } })],
      [9, power('w1', 'on')],
      [10, ledger([])],
      [11, ledger(['w3'])],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B10',
    given: 'lowered below what is in flight, of which one makes a further attempt',
    trace: [
      [0, budget({ maxInFlight: { count: 3 } })],
      [1, ledger(['w1', 'w2'])],
      [3, budget({ maxInFlight: { count: 1 } })],
      [4, ledger([], { grants: [{ ...granted('w1'), attempt: 2 }, granted('w2')] })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B11',
    given: 'a place is added whatever the version of the ledger',
    trace: [
      [0, budget({})],
      [1, write(false)],
    ],
    verdict: false,
    found: ['1: allocator adds a place to RemediationBudget pool whatever its version'],
  },
  {
    id: 'B11',
    given: 'with its version, and a write that adds nothing',
    trace: [
      [0, budget({})],
      [1, write(true)],
      [2, write(false, false)],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'B12',
    given: 'two groups have no replica to spare',
    trace: [
      [1, opened('w1')],
      [1, struck('w1', { blocks: 2 })],
    ],
    verdict: false,
    found: ['1 w1: Remediator takes it away, and 2 groups of data lose their last allowed replica'],
  },
  {
    id: 'B12',
    given: 'the same under a budget without a storage guard',
    trace: [
      [0, budget({})],
      [1, request('w1', 'PoweringOff')],
      [1, opened('w1')],
      [1, struck('w1', { blocks: 2 })],
    ],
    verdict: 'unknown',
    found: [
      '1 w1: Remediator takes it away, and 2 groups of data lose their last allowed replica; pool has no storage guard',
    ],
  },
  {
    id: 'B12',
    given: 'they lost it less than a look of the storage operator ago',
    trace: [
      [0, { seen: 'storage', lacks: 2 }],
      [60, opened('w1')],
      [60, struck('w1', { blocks: 2 })],
    ],
    verdict: 'unknown',
    found: ['60 w1: Remediator takes it away, and 2 groups of data lose their last allowed replica, of 60000 ms ago'],
  },
  {
    id: 'B12',
    given: 'they lost it long ago, and something has come back since',
    trace: [
      [0, { seen: 'storage', lacks: 4 }],
      [60, { seen: 'storage', lacks: 2 }],
      [66, opened('w1')],
      [66, struck('w1', { blocks: 2 })],
    ],
    verdict: false,
    found: ['66 w1: Remediator takes it away, and 2 groups of data lose their last allowed replica'],
  },
  {
    id: 'B12',
    given: 'all groups have one replica to spare',
    trace: [
      [1, opened('w1')],
      [1, struck('w1', { blocks: 0 })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'L2',
    given: 'one does not serve, one is not Ready, one attempt is open',
    trace: [[1, runs('w1', { serves: false })], [2, ready('w2', 'False')], [3, opened('w3')], healed],
    verdict: false,
    found: [
      '10000 w1: it does not serve',
      '10000 w2: it serves, and its Node is Ready False',
      '10000 w3: an attempt of Remediator is still open',
    ],
  },
  {
    id: 'L2',
    given: 'nobody says that the faults are over',
    trace: [[1, runs('w1', { serves: false })]],
    verdict: 'unknown',
    found: ['10000: nothing says that faults have stopped'],
  },
  {
    id: 'L2',
    given: 'all serve but a host that no Machine has',
    trace: [
      [1, { seen: 'claimed', host: 'w1', claimed: false }],
      [1, runs('w1', { serves: false })],
      [3, opened('w3')],
      [4, closed('w3')],
      healed,
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'L3',
    given: 'switched off by a remediation, and never on again',
    trace: [[8_999, power('w1', 'off')], healed],
    verdict: false,
    found: ['10000 w1: off since 1001000 ms, by a remediation'],
  },
  {
    id: 'L3',
    given: 'off while faults still fall',
    trace: [[8_999, power('w1', 'off')]],
    verdict: 'unknown',
    found: ['10000 w1: off since 1001000 ms, by a remediation'],
  },
  {
    id: 'L3',
    given: 'on again, off by a person, and off by the wish of somebody else',
    trace: [
      [1, power('w1', 'off')],
      [2, power('w1', 'on')],
      [1, power('w2', 'off', 'person')],
      [1, power('w3', 'off')],
      [1, { seen: 'intent', host: 'w3', intent: 'adminOff', on: true }],
      healed,
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'L4',
    given: 'a taint is left',
    trace: [
      [1, opened('w1')],
      [2, { seen: 'litter', what: 'taint t on Node w1', host: 'w1', there: true }],
      [3, closed('w1')],
    ],
    verdict: false,
    found: ['10000 w1: taint t on Node w1 is left'],
  },
  {
    id: 'L4',
    given: 'the attempt that put it there still runs',
    trace: [
      [1, opened('w1')],
      [2, { seen: 'litter', what: 'taint t on Node w1', host: 'w1', there: true }],
    ],
    verdict: 'unknown',
    found: ['10000 w1: taint t on Node w1 is left'],
  },
  {
    id: 'L4',
    given: 'a person has the host in hands',
    trace: [
      [1, request('w1', 'PoweringOff')],
      [1, opened('w1')],
      [2, { seen: 'litter', what: 'taint t on Node w1', host: 'w1', there: true }],
      [3, closed('w1', 'escalated')],
      [3, request('w1', 'Person')],
    ],
    verdict: 'unknown',
    found: ['10000 w1: taint t on Node w1 is left'],
  },
  {
    id: 'L4',
    given: 'the taint is gone',
    trace: [
      [1, opened('w1')],
      [2, { seen: 'litter', what: 'taint t on Node w1', host: 'w1', there: true }],
      [3, { seen: 'litter', what: 'taint t on Node w1', host: 'w1', there: false }],
      [4, closed('w1')],
    ],
    verdict: true,
    found: [],
  },
];

test.each(ROWS)('$id, $given: $verdict', ({ id, trace, verdict, found }) => {
  const judged = verdictOn(id, trace);
  expect({ verdict: judged.verdict, found: judged.found }).toEqual({ verdict, found });
  expect(judged.exercised > 0 || verdict === 'unknown').toBe(true);
});

test('every other invariant has a trace that breaks it and a near miss', () => {
  const others = INVARIANTS.map(({ id }) => id).filter((id) => !id.startsWith('S'));
  const missing = [false, true].flatMap((verdict) =>
    others
      .filter((id) => !ROWS.some((row) => row.id === id && row.verdict === verdict))
      .map((id) => `${id} ${verdict}`),
  );
  expect(missing).toEqual([]);
  expect(others).toHaveLength(15);
});
