// B3: by its own total, the ledger keeps its own limit.

import type { Invariant } from '../invariant.ts';
import { limitOf, onEntries } from './starts.ts';

export const ROUNDING: Invariant = {
  id: 'B3',
  name: 'rounding',
  words:
    'A percentage of hosts that may be out rounds down, to the floor at least; a count beside it binds too; what follows never shrinks as the pool grows.',
  kind: 'step',
  severity: 3,
  source: 'machine-api-operator rounds 40 % of 7 down to 2, NodeHealthCheck up to 3',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onEntries(findings, ({ atMs, seen, budget }) => {
      const limit = limitOf(budget.spec.maxInFlight, seen.expectedHosts ?? 0);
      findings.expect(seen.grants.length <= limit, {
        atMs,
        says: `${seen.grants.length} places of ${seen.expectedHosts ?? 0} hosts in ${budget.name}, which makes ${limit}`,
      });
    }),
};
