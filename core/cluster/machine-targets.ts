// Which Machines a policy object selects, and which of those need a look, as indexes of the view, so that a decision costs
// what is sick and not what exists. Per kind of policy (a health check, a disruption budget) three indexes:
//
//   targets     every selected Machine, under the policy's key: counted, never listed on the hot path
//   attention   those that are not plainly healthy, under the policy's key: listed by every decision
//   by node     every Machine under the name of its node: leads from a changed Node to its Machine
//
// A Machine is plainly healthy when time alone cannot make it unhealthy and its state needs no write. Placement depends on
// the Machine, its Node and the policy object; a change of a Node that moves no condition places nothing again, so
// heartbeats cost nothing.

import type { Condition } from '../api/conditions.ts';
import type { Machine } from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import {
  type ChangeOf,
  type Kind,
  type KubeObject,
  keyOf,
  keyString,
  type ObjectKey,
  type StringMap,
} from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { machinesByNode, nodeOfMachine } from './machine-links.ts';

export interface TargetRules<Policy extends KubeObject> {
  /** Prefix of the index names: `machine-health-check.openshift`. */
  readonly name: string;
  readonly policy: Kind<Policy>;
  readonly machine: Kind<Machine>;
  /** Same namespace is checked already. */
  selects(policy: Policy, machine: Machine): boolean;
  /** `node` is undefined when the Machine has no nodeRef or its node is gone. */
  needsLook(policy: Policy, machine: Machine, node: Node | undefined): boolean;
  /** Annotations of a Machine that a decision reads; absent: any of them may matter. */
  readonly annotations?: readonly string[];
  /** Whether a change of a Machine, its node, labels and annotations apart, can alter a decision. */
  sameForPolicy(before: Machine, after: Machine, view: ClusterView): boolean;
}

export interface MachineTargets {
  readonly targets: IndexSpec<Machine>;
  readonly attention: IndexSpec<Machine>;
  readonly byNode: IndexSpec<Machine>;
  /** In the order in which they must be added. */
  readonly indexes: readonly IndexSpec[];
  /** Machine and Node changes to policy keys, and the policy's own without its status. */
  readonly watches: readonly Watch[];
}

const NO_KEYS: readonly ObjectKey[] = [];

export function machineTargets<Policy extends KubeObject>(rules: TargetRules<Policy>): MachineTargets {
  const { machine: machineKind, policy: policyKind } = rules;
  const byNode = machinesByNode(machineKind);
  const policyChange = {
    kind: policyKind,
    primaries: (change: ChangeOf, view: ClusterView): readonly ObjectKey[] =>
      sameSpec(change.before, change.after) ? [] : machineKeysIn(view, machineKind, change),
  };
  const targets: IndexSpec<Machine> = {
    name: `${rules.name}/targets`,
    of: machineKind,
    part: ({ metadata }) => metadata.labels,
    values: (machine, view) => policiesOf(rules, machine, view).map((policy) => keyString(keyOf(policy))),
    dependsOn: [policyChange],
  };
  const attention: IndexSpec<Machine> = {
    name: `${rules.name}/attention`,
    of: machineKind,
    values: (machine, view) => {
      const node = nodeOfMachine(machine, view);
      const values: string[] = [];
      for (const policy of policiesOf(rules, machine, view)) {
        if (rules.needsLook(policy, machine, node)) values.push(keyString(keyOf(policy)));
      }
      return values;
    },
    dependsOn: [
      {
        kind: NODE,
        primaries: (change: ChangeOf<Node>, view) =>
          sameConditions(change) ? NO_KEYS : view.byIndex(byNode, nameOf(change)).map(keyOf),
      },
      policyChange,
    ],
  };
  return {
    targets,
    attention,
    byNode,
    indexes: [byNode, targets, attention],
    watches: [
      { kind: policyKind, keysFor: (change) => (sameSpec(change.before, change.after) ? [] : [keyOfChange(change)]) },
      {
        kind: machineKind,
        keysFor: (change: ChangeOf<Machine>, view) => policyKeysOfMachine(rules, change, view),
      },
      {
        kind: NODE,
        keysFor: (change: ChangeOf<Node>, view) =>
          sameConditions(change) ? NO_KEYS : policyKeysOf(rules, view.byIndex(byNode, nameOf(change)), view),
      },
    ],
  };
}

/** True when no condition of the Node was added, removed or moved: what a heartbeat changes does not count. */
export function sameConditions(change: ChangeOf<Node>): boolean {
  const before = change.before?.status?.conditions;
  const after = change.after?.status?.conditions;
  if (change.before === undefined || change.after === undefined) return false;
  if (before === after) return true;
  if (before?.length !== after?.length) return false;
  for (let at = 0; at < (before?.length ?? 0); at++) if (!sameState(before?.[at], after?.[at])) return false;
  return true;
}

function sameState(a: Condition | undefined, b: Condition | undefined): boolean {
  return a === b || (a?.type === b?.type && a?.status === b?.status && a?.lastTransitionTime === b?.lastTransitionTime);
}

/** True when only the status, or what no decision reads, has changed. */
function sameSpec(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (
    before.spec === after.spec &&
    before.metadata.annotations === after.metadata.annotations &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp
  );
}

function policiesOf<Policy extends KubeObject>(
  rules: TargetRules<Policy>,
  machine: Machine,
  view: ClusterView,
): readonly Policy[] {
  const policies = view.list(rules.policy);
  const { namespace } = machine.metadata;
  const selecting: Policy[] = [];
  for (const policy of policies) {
    if (policy.metadata.namespace === namespace && rules.selects(policy, machine)) selecting.push(policy);
  }
  return selecting;
}

function policyKeysOf<Policy extends KubeObject>(
  rules: TargetRules<Policy>,
  machines: readonly Machine[],
  view: ClusterView,
): readonly ObjectKey[] {
  const keys: ObjectKey[] = [];
  for (const machine of machines) for (const policy of policiesOf(rules, machine, view)) keys.push(keyOf(policy));
  return keys;
}

function policyKeysOfMachine<Policy extends KubeObject>(
  rules: TargetRules<Policy>,
  { before, after }: ChangeOf<Machine>,
  view: ClusterView,
): readonly ObjectKey[] {
  if (before !== undefined && after !== undefined && sameMachine(rules, before, after, view)) return [];
  const keys = after === undefined ? [] : policiesOf(rules, after, view).map(keyOf);
  if (before === undefined || before.metadata.labels === after?.metadata.labels) return keys;
  return [...keys, ...policiesOf(rules, before, view).map(keyOf)];
}

function sameMachine<Policy extends KubeObject>(
  rules: TargetRules<Policy>,
  before: Machine,
  after: Machine,
  view: ClusterView,
): boolean {
  return (
    before.metadata.labels === after.metadata.labels &&
    sameAnnotations(rules.annotations, before.metadata.annotations, after.metadata.annotations) &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    before.metadata.ownerReferences === after.metadata.ownerReferences &&
    before.status?.nodeRef?.name === after.status?.nodeRef?.name &&
    rules.sameForPolicy(before, after, view)
  );
}

function sameAnnotations(
  read: readonly string[] | undefined,
  before: StringMap | undefined,
  after: StringMap | undefined,
): boolean {
  return before === after || read?.every((name) => before?.[name] === after?.[name]) === true;
}

/** A policy is new, gone or selects differently: all Machines of its namespace are placed again. Rare. */
function machineKeysIn(view: ClusterView, kind: Kind<Machine>, change: ChangeOf): readonly ObjectKey[] {
  const { namespace } = keyOfChange(change);
  return view
    .list(kind)
    .filter((machine) => machine.metadata.namespace === namespace)
    .map(keyOf);
}

function keyOfChange(change: ChangeOf): ObjectKey {
  const object = change.after ?? change.before;
  return object === undefined ? { namespace: '', name: '' } : keyOf(object);
}

function nameOf(change: ChangeOf): string {
  return keyOfChange(change).name;
}
