// The ledger of a budget against the HostRemediations as they are. A grant is freed when its HostRemediation is over, gone, given to
// a person, or belongs to another budget now, and when it has withdrawn its request before anything was done (invariant B8). The
// first are ends without return, so an old view can only free too late. That one is not in the view, or does not ask in it, proves
// nothing: a fresh read must say so. A HostRemediation that acts without an entry (its budget was deleted and made again, or its
// policy names another budget now) is entered: it counts, whoever let it go.

import type { ReadFreshAction } from '../actions.ts';
import { HOST_REMEDIATION, type HostRemediation, isClosed } from '../api/host-remediation.ts';
import { isControlPlaneNode, NODE } from '../api/node.ts';
import { type KubeObject, kindKeyOf, type StringMap } from '../api/object.ts';
import type { DomainCap, Grant, RemediationBudget } from '../api/remediation-budget.ts';
import { POLICY_DEFAULTS } from '../api/remediation-defaults.ts';
import { REMEDIATION_POLICY, type StepAction } from '../api/remediation-policy.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import type { Fact } from '../facts.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { InFlight, Ledger } from './allocator.ts';

/** HostRemediations that are not over, those that wait for a person among them, under the name of their budget. */
export const REMEDIATIONS_BY_BUDGET: IndexSpec<HostRemediation> = {
  name: 'remediation-budget/remediations',
  of: HOST_REMEDIATION,
  values: (remediation) => (isClosed(remediation) ? [] : [remediation.spec?.budget ?? '']),
};

export interface Reconciled {
  /** Grants that stand, by name, with what was entered now. */
  readonly grants: ReadonlyMap<string, Grant>;
  readonly freed: readonly string[];
  /** Of them, those that ended with a person. */
  readonly toPersons: number;
  /** What must be known before more can be freed. */
  readonly reads: readonly ReadFreshAction[];
}

export function reconcileLedger(
  budget: RemediationBudget,
  view: ClusterView,
  facts: readonly Fact[],
  nowMs: number,
): Reconciled {
  const grants = new Map<string, Grant>();
  const freed: string[] = [];
  const reads: ReadFreshAction[] = [];
  let toPersons = 0;
  for (const [name, grant] of Object.entries(budget.status?.grants ?? {})) {
    const key = { namespace: '', name };
    const end = endOf(budget, grant, view.get(HOST_REMEDIATION, key), freshOf(name, facts));
    if (end === 'unknown') reads.push({ do: 'readFresh', kind: HOST_REMEDIATION, key });
    if (end === 'person') toPersons++;
    if (end === 'over' || end === 'person') freed.push(name);
    else grants.set(name, grant);
  }
  for (const remediation of view.byIndex(REMEDIATIONS_BY_BUDGET, budget.metadata.name)) {
    const { name } = remediation.metadata;
    if (grants.has(name) || !isInFlight(remediation)) continue;
    grants.set(name, entered(remediation, view, nowMs));
  }
  return { grants, freed, toPersons, reads };
}

/** It acts, or waits between two attempts: something was done to the host, and it is not well yet. */
function isInFlight({ status }: HostRemediation): boolean {
  const { phase = 'Waiting', attempts = [] } = status ?? {};
  return phase === 'Waiting' ? attempts.some(({ struckAt }) => struckAt !== undefined) : phase !== 'Person';
}

/** What was found by a fresh read: undefined when none was made. */
type Fresh = { readonly object: HostRemediation | undefined } | undefined;

function freshOf(name: string, facts: readonly Fact[]): Fresh {
  let fresh: Fresh;
  for (const fact of facts) {
    if (fact.fact !== 'fresh' || fact.kindKey !== HOST_REMEDIATION.key || fact.key.name !== name) continue;
    fresh = { object: fact.object !== undefined && isRemediation(fact.object) ? fact.object : undefined };
  }
  return fresh;
}

function isRemediation(object: KubeObject): object is HostRemediation {
  return kindKeyOf(object) === HOST_REMEDIATION.key;
}

function endOf(
  budget: RemediationBudget,
  { uid }: Grant,
  seen: HostRemediation | undefined,
  fresh: Fresh,
): 'over' | 'person' | 'none' | 'unknown' {
  for (const one of [seen, fresh?.object]) {
    if (one?.metadata.uid !== uid) continue;
    if (isClosed(one) || one.spec?.budget !== budget.metadata.name) return 'over';
    if (one.status?.phase === 'Person') return 'person';
  }
  if (seen?.metadata.uid === uid && !hasWithdrawn(seen)) return 'none';
  if (fresh === undefined) return 'unknown';
  return fresh.object?.metadata.uid === uid && !hasWithdrawn(fresh.object) ? 'none' : 'over';
}

/** It asks for nothing, and nothing was done: when it asks again, that is another request. */
function hasWithdrawn(remediation: HostRemediation): boolean {
  const { phase = 'Waiting', waitingSince } = remediation.status ?? {};
  return phase === 'Waiting' && waitingSince === undefined && !isInFlight(remediation);
}

/** As if it had been granted: by its last attempt. */
function entered({ metadata, spec, status }: HostRemediation, view: ClusterView, nowMs: number): Grant {
  const last = status?.attempts?.at(-1);
  const { step, attempt } = last ?? { step: status?.step ?? 0, attempt: status?.attempt ?? 1 };
  const nodeName = spec?.node.name ?? '';
  const node = view.get(NODE, { namespace: '', name: nodeName });
  return {
    uid: metadata.uid,
    node: nodeName,
    step,
    action: last?.action ?? actionOf(spec?.policy ?? '', step, view),
    attempt,
    grantedAt: last?.grantedAt ?? formatMicroTime(nowMs),
    ...(node !== undefined && isControlPlaneNode(node) ? { controlPlane: true } : {}),
  };
}

/** What a step of a policy does; without a policy, or such a step, the softest that there is. */
export function actionOf(policyName: string, step: number, view: ClusterView): StepAction {
  const policy = view.get(REMEDIATION_POLICY, { namespace: '', name: policyName });
  return (policy?.spec?.steps ?? POLICY_DEFAULTS.steps)[step]?.action ?? 'Reboot';
}

/** The ledger as the allocator reads it. Domains of a limit that is newer than the grant are read from the Node. */
export function readLedger(grants: Reconciled['grants'], domains: readonly DomainCap[], view: ClusterView): Ledger {
  const ledger = new Map<string, InFlight>();
  for (const [name, grant] of grants) {
    const labels = view.get(NODE, { namespace: '', name: grant.node })?.metadata.labels;
    ledger.set(name, {
      node: grant.node,
      grantedAtMs: parseTime(grant.grantedAt),
      domains: { ...domainsOf(labels, domains), ...grant.domains },
      controlPlane: grant.controlPlane === true,
    });
  }
  return ledger;
}

export function domainsOf(labels: StringMap | undefined, domains: readonly DomainCap[]): StringMap {
  const found: Record<string, string> = {};
  for (const { topologyKey } of domains) {
    const value = labels?.[topologyKey];
    if (value !== undefined) found[topologyKey] = value;
  }
  return found;
}
