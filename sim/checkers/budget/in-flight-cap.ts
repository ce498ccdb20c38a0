// B1: so many at a time, and no more.

import type { Invariant } from '../invariant.ts';
import { hostsOut, limitOf, onEntries, poolSizeRange } from './starts.ts';

export const IN_FLIGHT_CAP: Invariant = {
  id: 'B1',
  name: 'in-flight cap',
  words:
    'No host comes in flight above maxInFlight, whoever took the others out; and nothing harmful is done to a host that is not in the ledger.',
  kind: 'state',
  severity: 3,
  source: 'the Machine Disruption Budget of the slides; opensearch-k8s-operator issue 1471',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onEntries(
      findings,
      ({ atMs, budget, granted }, scene) => {
        const limit = limitOf(budget.spec.maxInFlight, poolSizeRange(budget, scene, atMs).most);
        const out = hostsOut(budget, scene);
        findings.expect(out.size <= limit, {
          atMs,
          host: granted[0]?.host ?? '',
          says: `${out.size} hosts in flight, and ${budget.name} allows ${limit}: ${[...out].join(' ')}`,
        });
      },
      (seen, scene) => {
        const attempt = seen.seen === 'attemptStruck' ? scene.lastAttempt : undefined;
        const request = attempt === undefined ? undefined : scene.requests.get(attempt.request);
        const budget = request === undefined ? undefined : scene.budgets.get(request.budget);
        if (attempt === undefined || budget === undefined) return;
        findings.expect(
          budget.grants.some((grant) => grant.request === attempt.request),
          { atMs: seen.atMs, host: attempt.host, says: `it strikes without a place in ${budget.name}` },
        );
      },
    ),
};
