// Which nodes the node health checks select, and which of those need a look, as indexes of the view: a decision costs what is
// sick and not what exists. And which changes of a node concern a check: its conditions by type and status, the labels that
// some check selects by, and the marks of people; never a heartbeat (case C204).
// Source: node-healthcheck-operator internal/controller/shared.go, utils/mapper.go.

import { type Condition, hasAnyCondition } from '../api/conditions.ts';
import { LABEL_EXCLUDE_FROM_REMEDIATION } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import {
  ANNOTATION_MANUALLY_CONFIRMED_HEALTHY,
  DEFAULT_UNHEALTHY_CONDITIONS,
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
} from '../api/node-health-check.ts';
import { type ChangeOf, keyOf, type ObjectKey, type StringMap } from '../api/object.ts';
import { matchesSelector } from '../api/selector.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { type ConditionRule, ruleReader } from './unhealthy.ts';

/** A check is new, gone or selects differently: all nodes are placed again. Rare. */
const CHECK_CHANGE = {
  kind: NODE_HEALTH_CHECK,
  primaries: ({ before, after }: ChangeOf, view: ClusterView): readonly ObjectKey[] =>
    before !== undefined && after !== undefined && before.spec === after.spec ? [] : view.list(NODE).map(keyOf),
};

/** Every selected node, under the check's name: counted, never listed. An empty selector selects all. */
export const SELECTED_NODES: IndexSpec<Node> = {
  name: 'node-health-check/selected',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: (node, view) => namesOf(checksSelecting(node, view)),
  dependsOn: [CHECK_CHANGE],
};

/** Selected nodes that an unhealthy condition matches, expired or not, or that a person confirmed as healthy. */
export const NODES_TO_LOOK_AT: IndexSpec<Node> = {
  name: 'node-health-check/to-look-at',
  of: NODE,
  values: (node, view) => namesOf(checksSelecting(node, view).filter((check) => needsLook(check, node))),
  dependsOn: [CHECK_CHANGE],
};

export function isSelected(check: NodeHealthCheck, node: Node): boolean {
  return matchesSelector(check.spec?.selector, node.metadata.labels);
}

function checksSelecting(node: Node, view: ClusterView): readonly NodeHealthCheck[] {
  return view.list(NODE_HEALTH_CHECK).filter((check) => isSelected(check, node));
}

function namesOf(checks: readonly NodeHealthCheck[]): readonly string[] {
  return checks.map(({ metadata }) => metadata.name);
}

function needsLook({ spec }: NodeHealthCheck, node: Node): boolean {
  return (
    hasAnyCondition(node.status?.conditions, spec?.unhealthyConditions ?? DEFAULT_UNHEALTHY_CONDITIONS) ||
    node.metadata.annotations?.[ANNOTATION_MANUALLY_CONFIRMED_HEALTHY] !== undefined
  );
}

type WrittenConditions = NonNullable<NonNullable<NodeHealthCheck['spec']>['unhealthyConditions']>;

const rulesOf = ruleReader<WrittenConditions[number]>(({ duration }) => duration);

export function conditionRules({ spec }: NodeHealthCheck): readonly ConditionRule[] {
  return rulesOf(spec?.unhealthyConditions ?? DEFAULT_UNHEALTHY_CONDITIONS);
}

/** All checks when a node is gone; those that select it now when something that counts has changed; none for a new node. */
export const NODE_WATCH: Watch = {
  kind: NODE,
  keysFor: ({ before, after }: ChangeOf<Node>, view) => {
    if (before === undefined) return [];
    const checks = view.list(NODE_HEALTH_CHECK);
    if (after === undefined) return checks.map(keyOf);
    return isOfInterest(before, after, checks) ? checks.filter((check) => isSelected(check, after)).map(keyOf) : [];
  },
};

function isOfInterest(before: Node, after: Node, checks: readonly NodeHealthCheck[]): boolean {
  return (
    haveConditionsMoved(before.status?.conditions ?? [], after.status?.conditions ?? []) ||
    (before.metadata.labels !== after.metadata.labels &&
      haveLabelsMoved(before.metadata.labels, after.metadata.labels, checks)) ||
    isConfirmed(before) !== isConfirmed(after)
  );
}

function isConfirmed({ metadata }: Node): boolean {
  return metadata.annotations?.[ANNOTATION_MANUALLY_CONFIRMED_HEALTHY] !== undefined;
}

/** By type and status only. A node without a Ready condition has not reported yet. */
function haveConditionsMoved(before: readonly Condition[], after: readonly Condition[]): boolean {
  if (before === after || !after.some(({ type }) => type === 'Ready')) return false;
  if (before.length !== after.length) return true;
  return before.some((old) => after.find(({ type }) => type === old.type)?.status !== old.status);
}

/** The opt-out label, or one that any check selects by. */
function haveLabelsMoved(
  before: StringMap | undefined,
  after: StringMap | undefined,
  checks: readonly NodeHealthCheck[],
): boolean {
  const hasMoved = (key: string): boolean => before?.[key] !== after?.[key];
  return (
    hasMoved(LABEL_EXCLUDE_FROM_REMEDIATION) ||
    checks.some(({ spec }) => {
      const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
      return Object.keys(matchLabels).some(hasMoved) || matchExpressions.some(({ key }) => hasMoved(key));
    })
  );
}
