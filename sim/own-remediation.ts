// Whom the objects of our own policy are about, for those who tell of a run: the host of an episode, the episodes that a write of
// the ledger grants, and those that wait.

import type { Action } from '../core/actions.ts';
import type { BareMetalHost } from '../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../core/api/host-remediation.ts';
import { type Kind, type KubeObject, kindKeyOf, type NewObject, type ObjectKey } from '../core/api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../core/api/remediation-policy.ts';
import type { ObjectStore } from './api-server/object-store.ts';
import { isJsonObject } from './api-server/same-value.ts';

export function isHostRemediation(object: KubeObject | NewObject): object is HostRemediation {
  return kindKeyOf(object) === HOST_REMEDIATION.key;
}

/** The BareMetalHost under an episode where it is known already, else the Node that it is for. */
export function hostOfRemediation({
  spec,
  status,
}: Pick<HostRemediation, 'spec' | 'status'>):
  | { readonly host: Pick<BareMetalHost['metadata'], 'name'> & ObjectKey }
  | { readonly node: string } {
  return status?.host === undefined ? { node: spec?.node.name ?? '' } : { host: status.host };
}

/** Episodes that a write of a budget's ledger grants an attempt, and that had none of this number before. */
export function grantedBy(
  action: Action,
  stored: (kind: Kind<RemediationBudget>, key: ObjectKey) => RemediationBudget | undefined,
): readonly string[] {
  if (action.do !== 'patch' || action.kind.key !== REMEDIATION_BUDGET.key) return [];
  const { status } = action.patch;
  const grants = isJsonObject(status) && isJsonObject(status.grants) ? status.grants : {};
  const before = stored(REMEDIATION_BUDGET, action.key)?.status?.grants ?? {};
  return Object.entries(grants).flatMap(([name, grant]) => {
    if (!isJsonObject(grant)) return [];
    const known = before[name];
    const isKnown =
      known !== undefined && known.uid === grant.uid && (grant.attempt ?? known.attempt) === known.attempt;
    return isKnown ? [] : [name];
  });
}

/** Episodes that ask this budget, or that this policy made, and that have no grant to act by. */
export function waitingUnder({ kind, key }: { readonly kind: Kind; readonly key: ObjectKey }, store: ObjectStore) {
  const isUnder = ({ spec }: HostRemediation): boolean =>
    kind.key === REMEDIATION_BUDGET.key ? spec?.budget === key.name : spec?.policy === key.name;
  return store
    .list(HOST_REMEDIATION)
    .filter((remediation) => isUnder(remediation) && (remediation.status?.phase ?? 'Waiting') === 'Waiting');
}

export function isOwnLimit(kind: Kind): boolean {
  return kind.key === REMEDIATION_BUDGET.key || kind.key === REMEDIATION_POLICY.key;
}
