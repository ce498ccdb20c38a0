// B4: in hands is not healthy.

import type { Invariant } from '../invariant.ts';
import { onStarts } from './starts.ts';

export const REMEDIATED_COUNTS: Invariant = {
  id: 'B4',
  name: 'remediating is not healthy',
  words: 'A host in flight counts as unavailable, whatever its conditions say.',
  kind: 'state',
  severity: 3,
  source: 'machine-api-operator Bug 1975296, PRs 898 and 902',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onStarts(findings, ({ atMs, seen, budget }) => {
      const before = budget.grantsBefore.filter(({ request }) =>
        seen.grants.some((grant) => grant.request === request),
      );
      findings.expect((seen.unavailableHosts ?? 0) >= before.length, {
        atMs,
        says: `${budget.name} counts ${seen.unavailableHosts ?? 0} unavailable hosts, and ${before.length} were in flight before`,
      });
    }),
};
