// Budgets of our own group: their limits, their pools, their ledgers.

import { NODE, type Node } from '../../../core/api/node.ts';
import type { StringMap } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../../core/api/remediation-budget.ts';
import { matchesSelector } from '../../../core/api/selector.ts';
import { parseTime } from '../../../core/api/time.ts';
import { isOf } from '../../api-server/typed-change.ts';
import type { World } from '../../world.ts';
import { nodeHost, type Tell } from './tell.ts';

export function observeBudgets(world: World, tell: Tell): void {
  const { store } = world;
  const tellBudget = ({ metadata, spec = {} }: RemediationBudget): void => {
    const keys = (spec.domains ?? []).map(({ topologyKey }) => topologyKey);
    const pool = store
      .list(NODE)
      .filter((node) => matchesSelector(spec.selector, node.metadata.labels))
      .map((node) => ({ host: nodeHost(world, node.metadata.name), labels: picked(node, keys) }));
    tell({ seen: 'budget', budget: metadata.name, spec, pool });
  };
  const tellLedger = ({ metadata, status = {} }: RemediationBudget): void => {
    const grants = Object.values(status.grants ?? {}).map(({ uid, node, step, attempt, action, grantedAt }) => ({
      request: uid,
      host: nodeHost(world, node),
      step,
      attempt,
      action,
      grantedAtMs: parseTime(grantedAt),
    }));
    const { expectedHosts, unavailableHosts, inFlight } = status;
    tell({
      seen: 'ledger',
      budget: metadata.name,
      grants,
      ...(expectedHosts === undefined ? {} : { expectedHosts }),
      ...(unavailableHosts === undefined ? {} : { unavailableHosts }),
      ...(inFlight === undefined ? {} : { inFlight }),
    });
  };
  for (const budget of store.list(REMEDIATION_BUDGET)) {
    tellBudget(budget);
    tellLedger(budget);
  }
  store.tap(
    (change) => {
      if (isOf(change, NODE)) {
        const { before, after } = change;
        const isMember =
          before !== undefined && after !== undefined && before.metadata.labels === after.metadata.labels;
        if (!isMember) for (const budget of store.list(REMEDIATION_BUDGET)) tellBudget(budget);
      } else if (isOf(change, REMEDIATION_BUDGET)) {
        const { before, after } = change;
        if (after === undefined) {
          tell({ seen: 'budgetGone', budget: before?.metadata.name ?? '' });
          return;
        }
        if (before?.spec !== after.spec) tellBudget(after);
        if (before?.status !== after.status) tellLedger(after);
      }
    },
    [NODE, REMEDIATION_BUDGET],
  );
  world.recorder.onPerformed((controller, action) => {
    if (action.do !== 'create' && action.do !== 'patch' && action.do !== 'delete' && action.do !== 'evict') return;
    const name = action.do === 'create' ? (action.object.metadata.name ?? '') : action.key.name;
    const kind = action.do === 'evict' ? 'Pod' : action.kind.kind;
    const patched = action.do === 'patch' ? action.patch.status : undefined;
    const isLedger = action.do === 'patch' && action.kind.key === REMEDIATION_BUDGET.key;
    tell({
      seen: 'write',
      by: controller,
      verb: action.do,
      object: `${kind} ${name}`,
      exact: action.do !== 'create' && action.onlyIf.resourceVersion !== undefined,
      addsGrant: isLedger && addsGrant(patched),
    });
  });
}

function picked(node: Node, keys: readonly string[]): StringMap {
  const { labels = {} } = node.metadata;
  return Object.fromEntries(keys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])));
}

/** A patch of the ledger that writes an entry, and does not only take one away. */
function addsGrant(status: unknown): boolean {
  if (typeof status !== 'object' || status === null || !('grants' in status)) return false;
  const { grants } = status;
  return typeof grants === 'object' && grants !== null && Object.values(grants).some((grant) => grant !== null);
}
