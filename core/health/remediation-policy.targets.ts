// Which nodes the policies select, and which of those need a look, as indexes of the view: a decision costs what is sick and not
// what exists. An empty selector selects none: nobody is fenced by an omission.

import { findCondition, hasAnyCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { POLICY_DEFAULTS } from '../api/remediation-defaults.ts';
import {
  ANNOTATION_REMEDIATE,
  REMEDIATION_POLICY,
  type RemediationPolicy,
  type WatchedCondition,
} from '../api/remediation-policy.ts';
import { isEmptySelector, matchesSelector } from '../api/selector.ts';
import { parseTime } from '../api/time.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** A policy is new, gone or changed: all nodes are placed again. Rare. */
const POLICY_CHANGE = {
  kind: REMEDIATION_POLICY,
  primaries: ({ before, after }: ChangeOf, view: ClusterView): readonly ObjectKey[] =>
    before !== undefined && after !== undefined && before.spec === after.spec ? [] : view.list(NODE).map(keyOf),
};

/** Every selected node, under the policy's name: counted, never listed. */
export const POLICY_NODES: IndexSpec<Node> = {
  name: 'remediation-policy/selected',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: (node, view) => namesOf(policiesSelecting(node, view)),
  dependsOn: [POLICY_CHANGE],
};

/** Selected nodes that a watched condition matches, for long enough or not, or that a person asked for. */
export const POLICY_NODES_TO_LOOK_AT: IndexSpec<Node> = {
  name: 'remediation-policy/to-look-at',
  of: NODE,
  values: (node, view) => namesOf(policiesSelecting(node, view).filter((policy) => needsLook(policy, node))),
  dependsOn: [POLICY_CHANGE],
};

export function selectsNode({ spec }: RemediationPolicy, node: Node): boolean {
  return !isEmptySelector(spec?.selector) && matchesSelector(spec?.selector, node.metadata.labels);
}

export function policiesSelecting(node: Node, view: ClusterView): readonly RemediationPolicy[] {
  return view.list(REMEDIATION_POLICY).filter((policy) => selectsNode(policy, node));
}

function namesOf(policies: readonly RemediationPolicy[]): readonly string[] {
  return policies.map(({ metadata }) => metadata.name);
}

function needsLook(policy: RemediationPolicy, node: Node): boolean {
  return hasAnyCondition(node.status?.conditions, watchedConditions(policy)) || wishFor(node) !== undefined;
}

export function watchedConditions({ spec }: RemediationPolicy): readonly WatchedCondition[] {
  return spec?.unhealthyConditions ?? POLICY_DEFAULTS.unhealthyConditions;
}

/** A person's reason to have the node remediated. */
export function wishFor({ metadata }: Node): string | undefined {
  return metadata.annotations?.[ANNOTATION_REMEDIATE];
}

/** A watched condition that matches now: since when, and from when on it makes the node unhealthy. */
export interface Match {
  readonly type: string;
  readonly status: string;
  readonly sinceMs: number;
  readonly durationMs: number;
}

/** A condition without a stamp matched always; one whose duration cannot be read never makes a node unhealthy. */
export function matchesOf(policy: RemediationPolicy, node: Node): readonly Match[] {
  const matches: Match[] = [];
  for (const { type, status, duration } of watchedConditions(policy)) {
    const condition = findCondition(node.status?.conditions, type);
    if (condition?.status !== status) continue;
    const { lastTransitionTime } = condition;
    matches.push({
      type,
      status,
      sinceMs: lastTransitionTime === undefined ? 0 : parseTime(lastTransitionTime),
      durationMs: parseDuration(duration) ?? Number.POSITIVE_INFINITY,
    });
  }
  return matches;
}
