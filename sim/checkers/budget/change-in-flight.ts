// B10: a budget may change at any time.

import type { Invariant } from '../invariant.ts';
import { hostsOut, limitOf, onEntries } from './starts.ts';

export const CHANGE_IN_FLIGHT: Invariant = {
  id: 'B10',
  name: 'change in flight',
  words: 'After a cap is lowered no host comes in flight above it, and none that is in flight then is left off.',
  kind: 'history',
  severity: 2,
  source: 'our judgement: budgets are edited in the middle of incidents',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) => {
    const limits = new Map<string, number>();
    const caught = new Set<string>();
    const lowered = new Set<string>();
    return {
      ...onEntries(
        findings,
        ({ atMs, seen, budget }) => {
          if (!lowered.has(budget.name)) return;
          const limit = limitOf(budget.spec.maxInFlight, seen.expectedHosts ?? budget.pool.length);
          findings.expect(seen.grants.length <= limit, {
            atMs,
            says: `${seen.grants.length} places after ${budget.name} was lowered to ${limit}`,
          });
        },
        (seen, scene) => {
          const budget = seen.seen === 'budget' ? scene.budgets.get(seen.budget) : undefined;
          if (budget === undefined) return;
          const limit = limitOf(budget.spec.maxInFlight, budget.pool.length);
          const before = limits.get(budget.name) ?? limit;
          limits.set(budget.name, limit);
          if (limit >= before) return;
          lowered.add(budget.name);
          findings.exercise();
          for (const host of hostsOut(budget, scene)) caught.add(host);
        },
      ),
      ended: (atMs, scene) => {
        for (const name of caught) {
          const host = scene.host(name);
          // What no Machine has any more is kept off by its operator.
          findings.expect(host.on || !host.claimed || host.switchedBy !== 'remediation', {
            atMs,
            host: name,
            says: 'in flight when the cap was lowered, and off ever since',
          });
        }
      },
    };
  },
};
