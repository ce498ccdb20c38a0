// Which nodes a pod asks for by labels and by name: spec.nodeSelector and required node affinity.
// Source: kubernetes staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity; pkg/scheduler plugin nodeaffinity.
//
// Divergence from reality: preferred node affinity is not weighed.

import type { Node } from '../../core/api/node.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../../core/api/workload.ts';

/** Terms are alternatives; absent rules ask for nothing, and a list without terms matches no node. */
export function matchesNode(spec: PodSpec | undefined, node: Node): boolean {
  if (spec === undefined) return true;
  const { nodeSelector } = spec;
  for (const key in nodeSelector) if (node.metadata.labels?.[key] !== nodeSelector[key]) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms?.some((term) => matchesTerm(term, node)) === true;
}

/** The one node that a pod asks for by name, as pods of DaemonSets do; undefined where it leaves a choice. */
export function askedNode(spec: PodSpec | undefined): string | undefined {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const [term] = terms ?? [];
  if (term === undefined || terms?.length !== 1) return undefined;
  for (const { key, operator, values } of term.matchFields ?? []) {
    if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0];
  }
  return undefined;
}

function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, node: Node): boolean {
  if ((matchExpressions?.length ?? 0) + (matchFields?.length ?? 0) === 0) return false;
  const { labels, name } = node.metadata;
  return (
    (matchExpressions?.every((one) => holds(one, labels?.[one.key])) ?? true) &&
    (matchFields?.every((one) => holds(one, one.key === 'metadata.name' ? name : undefined)) ?? true)
  );
}

function holds({ operator, values }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values?.includes(value) === true;
    case 'NotIn':
      return value === undefined || values?.includes(value) !== true;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values?.[0]);
    case 'Lt':
      return Number(value) < Number(values?.[0]);
  }
}
