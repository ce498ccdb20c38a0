// Stand-in for machine-remediation-operator's MachineDisruptionBudget controller (2019): keeps the status of a budget, from
// which health checks take disruptions. Source: kubevirt/machine-remediation-operator 6d411110, cases C104 to C111.
//
//   total              = replicas of the distinct MachineSets that own matched Machines, plus 1 per Machine without owner
//   desiredHealthy     = total - maxUnavailable, not below 0; or minAvailable
//   currentHealthy     = matched, not deleting, not disrupted within 2 min, node without an unhealthy condition
//   disruptionsAllowed = max(0, currentHealthy - desiredHealthy + 1); 0 when total is 0            (trap T2: the + 1)
//
//   minAvailable 1,   3 of 3 healthy -> desired 1, allowed 3        maxUnavailable 1, 3 of 3 healthy -> desired 2, allowed 2
//   maxUnavailable 1, 2 of 3 healthy -> desired 2, allowed 1
//
// Lineage `exact` keeps trap T3: a matched Machine without a Node is an error, and the status stays as it is until the Node
// is back; `corrected` counts it as not healthy.
//
// Divergence from reality. The unhealthy conditions come from an option, not from the ConfigMap node-unhealthy-conditions.
// After an error the product retries with back-off; here the key is decided again when something changes. Owners are
// OpenShift MachineSets only. NoMachines is recorded with the status that says so, not in every pass.

import type { Action } from '../actions.ts';
import { hasAnyCondition } from '../api/conditions.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { type Machine, OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET } from '../api/machine.ts';
import { controllerOwner, keyOf, keyString } from '../api/object.ts';
import { MACHINE_DISRUPTION_BUDGET, type MachineDisruptionBudget } from '../api/remediation.ts';
import { parseTime } from '../api/time.ts';
import { nodeOfMachine } from '../cluster/machine-links.ts';
import { machineTargets } from '../cluster/machine-targets.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput, Watch } from '../ports/reconciler.ts';
import { budgetSelects, budgetStatusPatch } from './allowance.ts';

export interface DisruptionBudgetOptions {
  /** `exact`: as the product, trap T3 included; `corrected`: without it. */
  readonly lineage: Lineage;
}

/** A disruption that was granted and not seen within this is void. Source: the product, DeletionTimeout. */
const DISRUPTED_FOR_MS = 120_000;

/** A node with any of these is not healthy, since whenever. Source: the product, its fallback without ConfigMap. */
const UNHEALTHY_CONDITIONS = [
  { type: 'Ready', status: 'Unknown' },
  { type: 'Ready', status: 'False' },
] as const;

const NAME = 'machine-disruption-budget';

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'T3',
    product: 'MachineDisruptionBudget of machine-remediation-operator (2019)',
    upstream:
      'A selected Machine without a Node is an error; the status that should then say 0 is written back unchanged.',
    hurts: 'Fencing deletes the Node, so at that very moment the budget goes stale and may allow more than is left.',
    corrected: 'Such a Machine counts as not healthy, and the status follows.',
  },
];

const BUDGET_TARGETS = machineTargets<MachineDisruptionBudget>({
  name: NAME,
  policy: MACHINE_DISRUPTION_BUDGET,
  machine: OPENSHIFT_MACHINE,
  selects: budgetSelects,
  needsLook: (_budget, machine, node) =>
    node === undefined ||
    machine.metadata.deletionTimestamp !== undefined ||
    hasAnyCondition(node.status?.conditions, UNHEALTHY_CONDITIONS),
  sameForPolicy: () => true,
});

/** Machines under `namespace/budget owner-uid`, and under `namespace/budget -` those without owner. */
const BUDGET_MACHINES_BY_OWNER: IndexSpec<Machine> = {
  name: `${NAME}/by-owner`,
  of: OPENSHIFT_MACHINE,
  values: (machine, view) =>
    view
      .list(MACHINE_DISRUPTION_BUDGET)
      .filter((budget) => budget.metadata.namespace === machine.metadata.namespace && budgetSelects(budget, machine))
      .map((budget) => `${keyString(keyOf(budget))} ${controllerOwner(machine)?.uid ?? '-'}`),
  dependsOn: BUDGET_TARGETS.targets.dependsOn ?? [],
};

/** A MachineSet was scaled. */
const MACHINE_SET_WATCH: Watch = {
  kind: OPENSHIFT_MACHINE_SET,
  keysFor: ({ before, after }, view) =>
    before?.spec === after?.spec
      ? []
      : view
          .list(MACHINE_DISRUPTION_BUDGET)
          .filter(({ metadata }) => metadata.namespace === (after ?? before)?.metadata.namespace)
          .map(keyOf),
};

export function machineDisruptionBudget(options: DisruptionBudgetOptions): Controller<undefined> {
  return {
    name: NAME,
    primary: MACHINE_DISRUPTION_BUDGET,
    watches: [
      ...BUDGET_TARGETS.watches.filter(({ kind }) => kind !== MACHINE_DISRUPTION_BUDGET),
      BUDGET_WATCH,
      MACHINE_SET_WATCH,
    ],
    indexes: [...BUDGET_TARGETS.indexes, BUDGET_MACHINES_BY_OWNER],
    switches: SWITCHES,
    rules: {
      'budget-gone': 'the budget does not exist',
      'machine-without-node': 'machine {machine} has no node, so the status stays as it is',
      'no-machines': 'the budget selects no machine',
      counted: '{currentHealthy} of {total} healthy, {desiredHealthy} wanted: {disruptionsAllowed} disruptions allowed',
    },
    decide: (input) => decide(input, options),
  };
}

/** Status included: a granted disruption is an entry there, and expires. */
const BUDGET_WATCH: Watch = {
  kind: MACHINE_DISRUPTION_BUDGET,
  keysFor: ({ before, after }) => {
    const budget = after ?? before;
    return budget === undefined ? [] : [keyOf(budget)];
  },
};

interface Entries {
  /** Entries that still stand. */
  readonly kept: readonly string[];
  /** Their Machines are disrupted now, or gone, or no longer selected. */
  readonly seen: readonly string[];
  /** Granted and never used. */
  readonly expired: readonly Machine[];
  readonly recheckAtMs: number;
}

function decide({ view, key, nowMs }: DecisionInput<undefined>, options: DisruptionBudgetOptions): Decision<undefined> {
  const budget = view.get(MACHINE_DISRUPTION_BUDGET, key);
  if (budget === undefined) return idle('budget-gone', {});
  const value = keyString(key);
  const sick = view.byIndex(BUDGET_TARGETS.attention, value);
  if (options.lineage === 'exact') {
    const broken = sick.find((machine) => nodeOfMachine(machine, view) === undefined);
    if (broken !== undefined) return idle('machine-without-node', { machine: broken.metadata.name });
  }
  const entries = readEntries(budget, view, nowMs);
  const counts = count(budget, view, sick, entries);
  const { recheckAtMs } = entries;
  return {
    actions: [...entries.expired.map(notDeletedEvent), ...writeStatus(budget, counts, entries)],
    memory: undefined,
    ...(recheckAtMs === Number.POSITIVE_INFINITY ? {} : { recheckAtMs }),
    because: { rule: counts.matched === 0 ? 'no-machines' : 'counted', values: { ...counts } },
  };
}

function idle(rule: string, values: Because['values']): Decision<undefined> {
  return { actions: [], memory: undefined, because: { rule, values } };
}

function readEntries(budget: MachineDisruptionBudget, view: ClusterView, nowMs: number): Entries {
  const namespace = budget.metadata.namespace ?? '';
  const kept: string[] = [];
  const seen: string[] = [];
  const expired: Machine[] = [];
  let recheckAtMs = Number.POSITIVE_INFINITY;
  for (const [name, stamp] of Object.entries(budget.status?.disruptedMachines ?? {})) {
    const machine = view.get(OPENSHIFT_MACHINE, { namespace, name });
    const untilMs = parseTime(stamp) + DISRUPTED_FOR_MS;
    if (machine === undefined || machine.metadata.deletionTimestamp !== undefined || !budgetSelects(budget, machine)) {
      seen.push(name);
    } else if (untilMs < nowMs) {
      expired.push(machine);
    } else {
      kept.push(name);
      recheckAtMs = Math.min(recheckAtMs, untilMs + 1);
    }
  }
  return { kept, seen, expired, recheckAtMs };
}

interface Counts {
  readonly matched: number;
  readonly total: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disruptionsAllowed: number;
}

function count(
  budget: MachineDisruptionBudget,
  view: ClusterView,
  sick: readonly Machine[],
  { kept }: Entries,
): Counts {
  const value = keyString(keyOf(budget));
  const matched = view.countByIndex(BUDGET_TARGETS.targets, value);
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  const total = totalOf(budget, view);
  const desiredHealthy =
    maxUnavailable === undefined ? (minAvailable ?? NO_MINIMUM) : Math.max(0, total - maxUnavailable);
  const sickNames = new Set(sick.map(({ metadata }) => metadata.name));
  const disrupted = kept.filter((name) => !sickNames.has(name)).length;
  const currentHealthy = matched - sick.length - disrupted;
  const disruptionsAllowed = total <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy + 1);
  return { matched, total, desiredHealthy, currentHealthy, disruptionsAllowed };
}

/** A budget with neither limit wants nothing. Source: kubevirt/machine-remediation-operator 6d411110, both fields optional. */
const NO_MINIMUM = 0;

/** MachineSets are few; which of them own matched Machines is a matter of the index. */
function totalOf(budget: MachineDisruptionBudget, view: ClusterView): number {
  const value = keyString(keyOf(budget));
  let total = view.countByIndex(BUDGET_MACHINES_BY_OWNER, `${value} -`);
  for (const set of view.list(OPENSHIFT_MACHINE_SET)) {
    if (set.metadata.namespace !== budget.metadata.namespace) continue;
    const owned = view.countByIndex(BUDGET_MACHINES_BY_OWNER, `${value} ${set.metadata.uid}`);
    if (owned > 0) total += set.spec?.replicas ?? owned;
  }
  return total;
}

function writeStatus(budget: MachineDisruptionBudget, counts: Counts, entries: Entries): readonly Action[] {
  const { total, desiredHealthy, currentHealthy, disruptionsAllowed } = counts;
  const observedGeneration = budget.metadata.generation;
  const dropped = [...entries.seen, ...entries.expired.map(({ metadata }) => metadata.name)];
  const old = budget.status;
  if (
    old?.total === total &&
    old.desiredHealthy === desiredHealthy &&
    old.currentHealthy === currentHealthy &&
    old.disruptionsAllowed === disruptionsAllowed &&
    old.observedGeneration === observedGeneration &&
    dropped.length === 0
  ) {
    return [];
  }
  const status = {
    total,
    desiredHealthy,
    currentHealthy,
    disruptionsAllowed,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(dropped.length === 0 ? {} : { disruptedMachines: Object.fromEntries(dropped.map((name) => [name, null])) }),
  };
  const noMachines: Action = {
    do: 'recordEvent',
    about: budget,
    type: 'Normal',
    reason: 'NoMachines',
    message: 'No matching machines found',
  };
  return [...(counts.matched === 0 ? [noMachines] : []), budgetStatusPatch(budget, { status })];
}

function notDeletedEvent(machine: Machine): Action {
  return {
    do: 'recordEvent',
    about: machine,
    type: 'Warning',
    reason: 'NotDeleted',
    message: 'Machine was expected by MachineDisruptionBudget to be deleted but it was not',
  };
}
