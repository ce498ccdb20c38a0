// Stand-in for the MachineHealthCheck of machine-remediation-operator (2019): decides per Node, asks the
// MachineDisruptionBudget by compare-and-swap, then requests a reboot or deletes the Machine. Source:
// kubevirt/machine-remediation-operator 6d411110,
// traps T4 and T16, cases C112, C118 to C120.
//
// Lineage `exact` keeps two defects: a reboot counts as in progress when it has *ended* (T4: duplicates while one runs, none
// while a finished one lies about), and the budget is asked before that is looked at (T16). `corrected` looks first, and
// names the request after the episode, so that a repeated create finds its own.
//
// Divergence from reality. The unhealthy conditions are an option, not the ConfigMap node-unhealthy-conditions. Requests carry
// the node's labels and annotations, as the node reboot controller's do, so that the remediator has something to restore
// (the 2019 health check had no such fields). MachineRemediationWaiting is recorded once per episode. A lost
// compare-and-swap is retried by the runtime's back-off instead of 20 times 500 ms apart. Requests are owned by the Machine,
// so that they go with it. Status is not written.

import type { Action } from '../actions.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import {
  ANNOTATION_OPENSHIFT_MACHINE,
  LABEL_OPENSHIFT_ROLE,
  type Machine,
  OPENSHIFT_MACHINE,
  parseKey,
} from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, controllerOwner, keyOf, keyString } from '../api/object.ts';
import {
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  MRO_MACHINE_HEALTH_CHECK,
  type MroMachineHealthCheck,
} from '../api/remediation.ts';
import { isEmptySelector, matchesSelector } from '../api/selector.ts';
import { type Allowance, budgetsOf, decrement } from '../budget/allowance.ts';
import { sameConditions } from '../cluster/machine-targets.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { MACHINE_REMEDIATIONS_BY_MACHINE } from '../remediation/machine-remediations.ts';
import { refusedWrites } from './refused-writes.ts';
import { type ConditionRule, nodeHealth, type Why } from './unhealthy.ts';
import { whyValues } from './why.ts';

export interface MroMachineHealthCheckOptions {
  /** `exact`: as the product, traps T4 and T16 included; `corrected`: without them. */
  readonly lineage: Lineage;
  readonly unhealthyConditions: readonly ConditionRule[];
}

/** Without the ConfigMap. Source: kubevirt/machine-remediation-operator 6d411110; case C119. */
export const MRO_UNHEALTHY_CONDITIONS: readonly ConditionRule[] = [
  { type: 'Ready', status: 'Unknown', timeoutMs: 300_000 },
  { type: 'Ready', status: 'False', timeoutMs: 300_000 },
];

/** A denied disruption is asked for again after this. Source: kubevirt/machine-remediation-operator 6d411110; case C118. */
const DENIED_AGAIN_MS = 60_000;
/** On a Machine. Assumption: the key is that of machine-api-operator of the same time. */
const ANNOTATION_DISABLED = 'healthchecking.openshift.io/disabled';
const ROLE_MASTER = 'master';

const NAME = 'machine-health-check.mro';

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'T4',
    product: 'MachineHealthCheck of machine-remediation-operator (2019)',
    upstream: 'A reboot counts as in progress when its endTime is set, and as none while it runs.',
    hurts: 'Duplicate requests while a host reboots; no further reboot while a finished request lies about.',
    corrected: 'A reboot is in progress until it has an endTime; a request is named after its episode.',
  },
  {
    trap: 'T16',
    product: 'MachineHealthCheck of machine-remediation-operator (2019)',
    upstream: 'The MachineDisruptionBudget is asked, and taken from, before a running reboot is looked for.',
    hurts: 'With entries that expire after 2 min one long reboot uses up the budget of several.',
    corrected: 'A running reboot is looked for first; the budget is asked once per reboot.',
  },
];

/** The episode whose waiting is recorded, by the stamp at which it began. */
interface Memory {
  readonly announcedSinceMs: number;
}

export function mroMachineHealthCheck(options: MroMachineHealthCheckOptions): Controller<Memory> {
  return {
    name: NAME,
    primary: NODE,
    watches: [
      {
        kind: NODE,
        keysFor: (change: ChangeOf<Node>) => {
          const node = change.after ?? change.before;
          return node === undefined || sameNode(change) ? [] : [keyOf(node)];
        },
      },
    ],
    indexes: [MACHINE_REMEDIATIONS_BY_MACHINE],
    reads: [OPENSHIFT_MACHINE, MACHINE_DISRUPTION_BUDGET, MRO_MACHINE_HEALTH_CHECK],
    switches: SWITCHES,
    rules: {
      'node-gone': 'the node does not exist',
      'not-checked': 'no health check covers the node: {why}',
      healthy: 'the node is healthy',
      'waiting-for-timeout': 'the node is not healthy, but not for long enough',
      'reboot-in-progress': 'a remediation of machine {machine} is there already',
      'budget-denied': 'budget {budget} refuses to disrupt machine {machine}: {why}',
      'master-skipped': 'machine {machine} is a master and the strategy is not reboot',
      reboot: 'reboot of machine {machine} requested: {cause}',
      'delete-machine': 'machine {machine} deleted: {cause}',
    },
    decide: (input) => decide(input, options),
  };
}

function sameNode(change: ChangeOf<Node>): boolean {
  return sameConditions(change) && change.before?.metadata.annotations === change.after?.metadata.annotations;
}

/** What a decision is about, once it is clear that it is about something. */
interface Scene {
  readonly node: Node;
  readonly machine: Machine;
  readonly check: MroMachineHealthCheck;
}

function decide(
  { view, key, nowMs, memory, facts }: DecisionInput<Memory>,
  options: MroMachineHealthCheckOptions,
): Decision<Memory> {
  const node = view.get(NODE, key);
  if (node === undefined) return rest('node-gone', {});
  const scene = sceneOf(node, view);
  if (typeof scene === 'string') return rest('not-checked', { why: scene });
  const health = nodeHealth(node, options.unhealthyConditions, nowMs);
  if (health.health === 'healthy') return rest('healthy', {});
  if (health.health === 'soon') {
    const isAnnounced = memory?.announcedSinceMs === health.checkAtMs;
    return {
      actions: isAnnounced ? [] : [waitingEvent(scene)],
      memory: { announcedSinceMs: health.checkAtMs },
      recheckAtMs: health.checkAtMs,
      because: { rule: 'waiting-for-timeout', values: {} },
    };
  }
  const decision = remediate(scene, health.why, { view, nowMs, lineage: options.lineage });
  const failed = refusedWrites(facts, OPENSHIFT_MACHINE).find(({ verb }) => verb === 'delete');
  if (failed === undefined) return decision;
  const message = `Machine ${scene.machine.metadata.name} not deleted: ${failed.message}`;
  const event = machineEvent(scene.machine, 'MachineRemediationDeletionFailed', message);
  return { ...decision, actions: [event, ...decision.actions] };
}

function rest(rule: string, values: Because['values']): Decision<Memory> {
  return { actions: [], memory: undefined, because: { rule, values } };
}

/** The Machine of the Node and the first health check that selects it, or why there is none. */
function sceneOf(node: Node, view: ClusterView): Scene | string {
  const machineKey = parseKey(node.metadata.annotations?.[ANNOTATION_OPENSHIFT_MACHINE]);
  const machine = machineKey === undefined ? undefined : view.get(OPENSHIFT_MACHINE, machineKey);
  if (machine === undefined) return 'no-machine';
  if (machine.metadata.annotations?.[ANNOTATION_DISABLED] !== undefined) return 'opted-out';
  if (!isMaster(machine) && controllerOwner(machine)?.kind !== 'MachineSet') return 'no-machine-set';
  const check = view.list(MRO_MACHINE_HEALTH_CHECK).find((candidate) => covers(candidate, machine));
  return check === undefined ? 'no-health-check' : { node, machine, check };
}

/** An empty selector matches nothing. */
function covers({ metadata, spec }: MroMachineHealthCheck, machine: Machine): boolean {
  return (
    metadata.namespace === machine.metadata.namespace &&
    !isEmptySelector(spec?.selector) &&
    matchesSelector(spec?.selector, machine.metadata.labels)
  );
}

function isMaster(machine: Machine): boolean {
  return machine.metadata.labels?.[LABEL_OPENSHIFT_ROLE] === ROLE_MASTER;
}

interface Circumstances {
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly lineage: Lineage;
}

function remediate(scene: Scene, why: Why, { view, nowMs, lineage }: Circumstances): Decision<Memory> {
  const { machine, check } = scene;
  const name = machine.metadata.name;
  const isReboot = check.spec?.remediationStrategy === 'reboot';
  const inProgress = isReboot && isRebootInProgress(view, machine, lineage);
  if (inProgress && lineage === 'corrected') return rest('reboot-in-progress', { machine: name });
  if (!isReboot && machine.metadata.deletionTimestamp !== undefined)
    return rest('reboot-in-progress', { machine: name });
  const allowance = decrement(budgetsOf(view, machine), name, nowMs);
  if (allowance.verdict === 'refused') return denied(scene, allowance, nowMs);
  const taken: readonly Action[] = allowance.write === undefined ? [] : [allowance.write];
  const values = { machine: name, budget: allowance.budget, ...whyValues(why) };
  if (inProgress) {
    return { actions: taken, memory: undefined, because: { rule: 'reboot-in-progress', values: { machine: name } } };
  }
  if (isReboot) {
    return {
      actions: [...taken, ...requestReboot(scene, why, lineage)],
      memory: undefined,
      because: { rule: 'reboot', values },
    };
  }
  if (isMaster(machine)) {
    return {
      actions: [...taken, skippedMasterEvent(machine)],
      memory: undefined,
      because: { rule: 'master-skipped', values },
    };
  }
  return {
    actions: [...taken, ...deleteMachine(machine)],
    memory: undefined,
    because: { rule: 'delete-machine', values },
  };
}

/** Trap T4: the product takes a request with an end for one in progress, and one without for none. */
function isRebootInProgress(view: ClusterView, machine: Machine, lineage: Lineage): boolean {
  return view
    .byIndex(MACHINE_REMEDIATIONS_BY_MACHINE, keyString(keyOf(machine)))
    .some(({ status }) => (status?.endTime === undefined) === (lineage === 'corrected'));
}

function denied(
  { machine }: Scene,
  { budget, why }: Extract<Allowance, { verdict: 'refused' }>,
  nowMs: number,
): Decision<Memory> {
  const event: Action = {
    do: 'recordEvent',
    about: machine,
    type: 'Normal',
    reason: 'MachineRemediationRestrictedByDisruptionBudget',
    message: `Machine ${machine.metadata.name} remediation restricted by disruption budget ${budget}: ${why}`,
  };
  return {
    actions: [event],
    memory: undefined,
    recheckAtMs: nowMs + DENIED_AGAIN_MS,
    because: { rule: 'budget-denied', values: { budget, machine: machine.metadata.name, why } },
  };
}

function requestReboot({ node, machine }: Scene, why: Why, lineage: Lineage): readonly Action[] {
  const { name, namespace = '', uid } = machine.metadata;
  const episode = why.cause === 'condition' ? why.sinceMs : 0;
  return [
    {
      do: 'create',
      kind: MACHINE_REMEDIATION,
      object: {
        apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
        kind: 'MachineRemediation',
        metadata: {
          ...(lineage === 'exact'
            ? { name: '', generateName: 'remediation-' }
            : { name: `remediation-${name}-${(episode / 1_000).toString(36)}` }),
          namespace,
          ownerReferences: [{ apiVersion: machine.apiVersion, kind: 'Machine', name, uid }],
        },
        spec: {
          type: 'reboot',
          machineName: name,
          savedLabels: node.metadata.labels ?? {},
          savedAnnotations: node.metadata.annotations ?? {},
        },
      },
    },
    machineEvent(machine, 'MachineRemediationCreated', `Machine ${name} remediation requested`),
  ];
}

function deleteMachine(machine: Machine): readonly Action[] {
  const { name, uid } = machine.metadata;
  return [
    { do: 'delete', kind: OPENSHIFT_MACHINE, key: keyOf(machine), onlyIf: { uid } },
    machineEvent(machine, 'MachineRemediationDeleted', `Machine ${name} deleted`),
  ];
}

function skippedMasterEvent(machine: Machine): Action {
  const { name } = machine.metadata;
  return machineEvent(machine, 'MachineRemediationSkippedMaster', `Machine ${name} is a master, skipping remediation`);
}

function waitingEvent({ machine }: Scene): Action {
  const { name } = machine.metadata;
  return machineEvent(machine, 'MachineRemediationWaiting', `Machine ${name} is not healthy, waiting for its timeout`);
}

function machineEvent(machine: Machine, reason: string, message: string): Action {
  return { do: 'recordEvent', about: machine, type: 'Normal', reason, message };
}
