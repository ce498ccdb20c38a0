// The allocator: who of a RemediationBudget's HostRemediations may act. The budget's status is the ledger; every decision writes it
// at most once, by compare-and-swap on the whole object, so that of two leaders one wins and the other looks again (invariant B11).
// Grants are freed and given in the same write, and a host keeps its place from attempt to attempt.
//
// An old view errs on the safe side: a grant is freed only by an end without return, or by a fresh read (ledger.ts); a request is
// granted only if it is newer than the one that the entry answers (asks.ts).
//
// A cap that is lowered frees nothing and starts nothing (invariant B10). A budget that cannot be read allows nothing.
//
// Nodes of the control plane belong into the pool of one budget: two budgets see each other's grants for them, but no write
// spans both.

import type { Action } from '../actions.ts';
import { findCondition } from '../api/conditions.ts';
import { HOST_REMEDIATION } from '../api/host-remediation.ts';
import type { MachineApi } from '../api/machine.ts';
import { NODE, readyCondition } from '../api/node.ts';
import { CONDITION_STORAGE_BUSY, REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import { etcdIndexes, isEtcdMemberLost } from '../cluster/etcd-members.ts';
import { otherRemediationIndexes, otherRemediations } from '../cluster/other-remediations.ts';
import { controlPlaneNodes, isServing } from '../cluster/serving-nodes.ts';
import { oncePerObject } from '../once-per-object.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput, Outlook } from '../ports/reconciler.ts';
import { edgeOf, lookupOf, rulesOf, type Weighed } from '../state-table.ts';
import { type Allocation, type Ask, allocate, type Ledger, type Pool } from './allocator.ts';
import { asksOf } from './asks.ts';
import { REMEDIATIONS_BY_BUDGET, type Reconciled, readLedger, reconcileLedger } from './ledger.ts';
import { allowedOf, type Limits, limitsOf, type StorageLimits } from './limits.ts';
import { isInPool, POOL_INDEXES, POOL_NODES, POOL_NODES_OUT } from './pool.ts';
import { rateOf, writtenRate } from './rate.ts';
import { BUDGET_OUTLOOK_RULES, budgetOutlook } from './remediation-budget.outlook.ts';
import { conditionsOf, costOf, grantOf, ledgerPatch, spentAfter } from './remediation-budget.status.ts';
import { budgetWatches } from './remediation-budget.watches.ts';
import { BUDGET_STORM_STATES, type StormRule, type StormState } from './remediation-budget-storm.states.ts';
import { storageVerdict } from './storage-guard.ts';

export interface RemediationBudgetOptions {
  readonly machineApi: MachineApi;
}

const STORM = lookupOf(BUDGET_STORM_STATES);

export function remediationBudgetController({ machineApi }: RemediationBudgetOptions): Controller<undefined> {
  const allocated = oncePerObject((input: DecisionInput<undefined>) => allocationFor(machineApi, input));
  return {
    name: 'remediation-budget',
    primary: REMEDIATION_BUDGET,
    settlesAtOnce: true,
    watches: budgetWatches(machineApi),
    indexes: [
      ...POOL_INDEXES,
      REMEDIATIONS_BY_BUDGET,
      ...otherRemediationIndexes(machineApi),
      ...etcdIndexes(machineApi),
    ],
    rules: {
      ...rulesOf(BUDGET_STORM_STATES),
      ...BUDGET_OUTLOOK_RULES,
      'budget-gone': 'the budget does not exist',
      'limits-unreadable': 'nothing is allowed: {invalid} cannot be read',
      granted:
        '{granted} may start: {inFlight} in flight of at most {maxInFlight}, {unavailable} of {expected} hosts out of service of at most {maxUnavailable}',
      'held-back':
        '{waiting} wait, {firstInLine} for {firstReason}: {inFlight} in flight of at most {maxInFlight}, {unavailable} of {expected} hosts out of service of at most {maxUnavailable}',
      'nobody-waits': '{inFlight} in flight, nobody waits; {unavailable} of {expected} hosts are out of service',
    },
    decide: (input) => decide(allocated(input)),
    outlook: (input) => {
      const found = allocated(input);
      return found && outlook(found);
    },
  };
}

interface Scene {
  readonly budget: RemediationBudget;
  readonly limits: Limits;
  readonly ledger: Reconciled;
  readonly view: ClusterView;
  readonly machineApi: MachineApi;
  readonly nowMs: number;
}

function decide(allocated: Allocated | undefined): Decision<undefined> {
  if (allocated === undefined) return { actions: [], memory: undefined, because: { rule: 'budget-gone', values: {} } };
  const { scene, outcome, recheckAtMs } = allocated;
  const because = becauseOf(scene, outcome);
  return {
    actions: actionsOf(scene, outcome),
    memory: undefined,
    ...(recheckAtMs === Number.POSITIVE_INFINITY ? {} : { recheckAtMs }),
    because,
    ...(outcome.storm.rule === because.rule ? { weighed: outcome.storm.weighed } : {}),
  };
}

function outlook({ scene, outcome, recheckAtMs }: Allocated): Outlook {
  return budgetOutlook({ ...outcome, limits: scene.limits, recheckAtMs, nowMs: scene.nowMs });
}

interface Allocated {
  readonly scene: Scene;
  readonly outcome: Outcome;
  /** Infinite where time alone changes nothing. */
  readonly recheckAtMs: number;
}

function allocationFor(
  machineApi: MachineApi,
  { view, key, nowMs, facts }: DecisionInput<undefined>,
): Allocated | undefined {
  const budget = view.get(REMEDIATION_BUDGET, key);
  if (budget === undefined) return undefined;
  const reconciled = reconcileLedger(budget, view, facts, nowMs);
  const scene: Scene = { budget, limits: limitsOf(budget), ledger: reconciled, view, machineApi, nowMs };
  const asks = asksOf({ ...scene, grants: reconciled.grants });
  const hosts = hostsOf(scene);
  const storm = stormOf(scene, hosts);
  const pool = poolOf(scene, hosts, storm);
  const { limits } = scene;
  const ledger = readLedger(reconciled.grants, limits.domains, view);
  const allocation = allocate(ledger, asks, pool, limits, { rate: rateOf(budget.status), nowMs });
  const recheckAtMs = Math.min(allocation.nextAtMs, storm.endsAtMs);
  return { scene, outcome: { asks, hosts, storm, pool, ledger, allocation }, recheckAtMs };
}

interface Hosts {
  readonly expected: number;
  readonly unavailable: ReadonlySet<string>;
}

/**
 * A host in hand counts whether or not its Node exists, and whatever its Node says (invariants B2, B4); so does one that was given to
 * a person and whose Node is gone.
 */
function hostsOf({ budget, ledger, view, machineApi }: Scene): Hosts {
  const { name } = budget.metadata;
  const unavailable = new Set(view.byIndex(POOL_NODES_OUT, name).map(({ metadata }) => metadata.name));
  const isInThisPool = (node: string): boolean => {
    const found = view.get(NODE, { namespace: '', name: node });
    return found !== undefined && isInPool(budget, found);
  };
  const beside = new Set<string>();
  for (const { node } of ledger.grants.values()) {
    unavailable.add(node);
    if (!isInThisPool(node)) beside.add(node);
  }
  for (const { spec } of view.byIndex(REMEDIATIONS_BY_BUDGET, name)) {
    const node = spec?.node.name;
    if (node === undefined || view.get(NODE, { namespace: '', name: node }) !== undefined) continue;
    unavailable.add(node);
    beside.add(node);
  }
  for (const node of otherRemediations(machineApi, view).keys()) if (isInThisPool(node)) unavailable.add(node);
  return { expected: view.countByIndex(POOL_NODES, name) + beside.size, unavailable };
}

interface StormLook {
  readonly rule: StormRule;
  readonly weighed: Weighed;
  readonly state: StormState;
  readonly written: NonNullable<RemediationBudget['status']>['storm'];
  /** End of the cool-down; infinite where none runs. */
  readonly endsAtMs: number;
}

function stormOf({ budget, limits, nowMs }: Scene, { expected, unavailable }: Hosts): StormLook {
  const old = budget.status?.storm;
  const allowed = limits.maxUnavailable === undefined ? undefined : allowedOf(limits.maxUnavailable, expected);
  const regained = old?.regained;
  const overAtMs = regained === undefined ? Number.POSITIVE_INFINITY : parseTime(regained) + limits.stormCoolDownMs;
  const state = old === undefined ? 'Calm' : regained === undefined ? 'Storm' : 'Cool-down';
  const holds = { exceeded: allowed !== undefined && unavailable.size > allowed, coolDownOver: nowMs >= overAtMs };
  const { rule, to } = edgeOf(STORM, state, holds);
  const told = { rule, weighed: { table: BUDGET_STORM_STATES, state, holds } };
  const now = formatMicroTime(nowMs);
  if (to === 'Calm') return { ...told, state: to, written: undefined, endsAtMs: Number.POSITIVE_INFINITY };
  const since = old?.since ?? now;
  if (to === 'Storm') return { ...told, state: to, written: { since }, endsAtMs: Number.POSITIVE_INFINITY };
  const endsAtMs = rule === 'threshold-regained' ? nowMs + limits.stormCoolDownMs : overAtMs;
  return { ...told, state: to, written: { since, regained: regained ?? now }, endsAtMs };
}

function poolOf(scene: Scene, hosts: Hosts, storm: StormLook): Pool {
  const { budget, limits, ledger, view, machineApi } = scene;
  const masters = controlPlaneNodes(view);
  const gone = [...ledger.grants.values()].filter(
    ({ node, controlPlane }) => controlPlane === true && view.get(NODE, { namespace: '', name: node }) === undefined,
  );
  const inFlightElsewhere = view
    .list(REMEDIATION_BUDGET)
    .filter(({ metadata }) => metadata.uid !== budget.metadata.uid)
    .flatMap(({ status }) => Object.values(status?.grants ?? {}))
    .filter(({ controlPlane }) => controlPlane === true).length;
  const serving = masters
    .filter((node) => isServing(node, view) && !isEtcdMemberLost(node, machineApi, view))
    .map(({ metadata }) => metadata.name);
  return {
    expectedHosts: hosts.expected,
    unavailable: hosts.unavailable,
    controlPlane: { total: masters.length + gone.length, healthy: new Set(serving), inFlightElsewhere },
    isStorm: storm.state !== 'Calm',
    storage: limits.storage && storageOf(limits.storage, scene),
  };
}

/** A budget that has never looked before, as one that takes over from another, has to take Ceph's word for since when it is busy. */
function storageOf(guard: StorageLimits, { budget, view, nowMs }: Scene): NonNullable<Pool['storage']> {
  const verdict = storageVerdict(guard, view, nowMs);
  const known = findCondition(budget.status?.conditions, CONDITION_STORAGE_BUSY);
  const lastReturnBesideMs = (node: string): number => lastReadyBesideMs(node, budget, view);
  if (known?.status === 'True') {
    return { verdict, busySinceMs: parseTime(known.lastTransitionTime ?? ''), lastReturnBesideMs };
  }
  const isNew = known === undefined && verdict.kind === 'busy';
  return { verdict, busySinceMs: isNew ? verdict.unwellSinceMs : nowMs, lastReturnBesideMs };
}

function lastReadyBesideMs(node: string, { metadata }: RemediationBudget, view: ClusterView): number {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const other of view.byIndex(POOL_NODES, metadata.name)) {
    const ready = readyCondition(other);
    if (other.metadata.name === node || ready?.status !== 'True') continue;
    lastMs = Math.max(lastMs, parseTime(ready.lastTransitionTime ?? '') || lastMs);
  }
  return lastMs;
}

interface Outcome {
  readonly asks: readonly Ask[];
  readonly hosts: Hosts;
  readonly storm: StormLook;
  readonly pool: Pool;
  /** Before the grants of this decision. */
  readonly ledger: Ledger;
  readonly allocation: Allocation;
}

function actionsOf(scene: Scene, outcome: Outcome): readonly Action[] {
  const { budget, limits, ledger, nowMs } = scene;
  const { hosts, storm, pool, allocation } = outcome;
  const grants = new Map(ledger.grants);
  const isStorageBusy = pool.storage?.verdict.kind === 'busy';
  for (const ask of allocation.granted) grants.set(ask.name, grantOf(ask, nowMs, isStorageBusy));
  // A host that still serves is in hand from now on.
  const unavailable = new Set([...hosts.unavailable, ...allocation.granted.map(({ node }) => node)]);
  const spent = spentAfter(budget.status?.spent, allocation.granted, ledger.toPersons);
  const { generation } = budget.metadata;
  const conditions = conditionsOf(
    budget,
    {
      limits,
      isStorm: pool.isStorm,
      isCoolingDown: storm.state === 'Cool-down',
      storage: pool.storage,
      waitingFor: allocation.waitingFor,
    },
    nowMs,
  );
  const patch = ledgerPatch(budget, {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    grants: Object.fromEntries(grants),
    ...(allocation.granted.length > 0 ? writtenRate(allocation.rate) : keptRate(budget)),
    expectedHosts: hosts.expected,
    unavailableHosts: unavailable.size,
    inFlight: grants.size,
    waiting: allocation.waitingFor.size,
    waitingFor: Object.fromEntries(allocation.waitingFor),
    spent,
    spentCost: costOf(spent, limits.costs),
    ...(storm.written === undefined ? {} : { storm: storm.written }),
    ...(conditions.length === 0 ? {} : { conditions }),
  });
  const events = [
    ...stormEvents(scene, storm),
    ...allocation.granted.map((ask) => grantEvent(scene, ask, grants.size)),
  ];
  return [...(patch === undefined ? [] : [patch]), ...events, ...ledger.reads];
}

/** Nobody started: the rate stays as it is written, for what time alone does to it is computed when it is read. */
function keptRate({
  status,
}: RemediationBudget): Pick<NonNullable<RemediationBudget['status']>, 'tokens' | 'recentStarts'> {
  const { tokens, recentStarts } = status ?? {};
  return { ...(tokens === undefined ? {} : { tokens }), ...(recentStarts === undefined ? {} : { recentStarts }) };
}

function stormEvents({ budget }: Scene, { rule }: StormLook): readonly Action[] {
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): readonly Action[] => [
    { do: 'recordEvent', about: budget, type, reason, message },
  ];
  if (rule === 'storm-begins')
    return event('Warning', 'StormStarted', 'too many hosts are out of service: nobody new starts');
  if (rule === 'threshold-regained') return event('Normal', 'StormCoolDown', 'the storm ends after the cool-down');
  if (rule === 'storm-returns') return event('Warning', 'StormReturned', 'too many hosts are out of service again');
  if (rule === 'storm-over') return event('Normal', 'StormEnded', 'the storm is over');
  return [];
}

function grantEvent({ view, budget }: Scene, ask: Ask, inFlight: number): Action {
  const about = view.get(HOST_REMEDIATION, { namespace: '', name: ask.name }) ?? budget;
  const message = `${ask.action}, attempt ${ask.attempt} of step ${ask.step}, is granted: ${inFlight} hosts in flight`;
  return { do: 'recordEvent', about, type: 'Normal', reason: 'AttemptGranted', message };
}

const UNLIMITED = 'any number';

function becauseOf({ limits, ledger, budget }: Scene, { hosts, storm, allocation }: Outcome): Because {
  const { expected } = hosts;
  const limit = (value: Limits['maxInFlight']): number | string =>
    value === undefined ? UNLIMITED : allowedOf(value, expected);
  const [first] = allocation.waitingFor;
  const values = {
    expected,
    unavailable: hosts.unavailable.size,
    maxUnavailable: limit(limits.maxUnavailable),
    inFlight: new Set([...ledger.grants.keys(), ...allocation.granted.map(({ name }) => name)]).size,
    maxInFlight: limit(limits.maxInFlight),
    waiting: allocation.waitingFor.size,
    freed: ledger.freed.length,
    coolDownMs: limits.stormCoolDownMs,
    ...(first === undefined ? {} : { firstInLine: first[0], firstReason: first[1] }),
  };
  if (limits.invalid.length > 0) {
    return { rule: 'limits-unreadable', values: { ...values, invalid: limits.invalid.join(', ') } };
  }
  if (allocation.granted.length > 0) {
    return { rule: 'granted', values: { ...values, granted: allocation.granted.map(({ name }) => name).join(', ') } };
  }
  if (storm.state !== 'Calm' || budget.status?.storm !== undefined) return { rule: storm.rule, values };
  return { rule: allocation.waitingFor.size > 0 ? 'held-back' : 'nobody-waits', values };
}
