// A NodeMaintenance for a node that an imported cluster has in maintenance already: the webhook takes only one per node, so
// the manifest is left out and the maintenance goes on.

import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import type { Problem } from '../problem.ts';
import { isMaintenance } from './check-requests.ts';
import type { Manifest } from './read-policy.ts';

export function withoutRunningMaintenance(
  manifests: readonly Manifest[],
  input: ObjectSet | undefined,
): { readonly manifests: readonly Manifest[]; readonly problems: readonly Problem[] } {
  const running = [...(input?.list(NODE_MAINTENANCE) ?? []), ...(input?.list(KUBEVIRT_NODE_MAINTENANCE) ?? [])];
  const problems: Problem[] = [];
  const kept = manifests.filter(({ object, document }) => {
    if (document === undefined || !isMaintenance(object)) return true;
    const node = object.spec?.nodeName ?? '';
    const other = running.find(({ spec }) => spec?.nodeName === node);
    if (other === undefined) return true;
    problems.push({
      code: 'MT149',
      severity: 'warning',
      message: `${object.kind} "${object.metadata.name}" is left out: Node "${node}" is in maintenance already, by "${other.metadata.name}"`,
      remedy: 'take it out of the policy',
      ...document.placeOf(['spec', 'nodeName']),
    });
    return false;
  });
  return { manifests: kept, problems };
}
