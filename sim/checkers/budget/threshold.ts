// B7: above the threshold nothing starts.

import type { Invariant } from '../invariant.ts';
import { limitOf, onEntries, poolSizeRange, unavailableIn } from './starts.ts';

export const THRESHOLD: Invariant = {
  id: 'B7',
  name: 'threshold mode',
  words:
    'No host comes in flight while more than maxUnavailable are out of service, for whatever reason; a further attempt on one in flight takes nothing more out.',
  kind: 'step',
  severity: 2,
  source: 'the short circuit of MachineHealthCheck',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onEntries(findings, ({ atMs, budget }, scene) => {
      if (budget.spec.maxUnavailable === undefined) return;
      const limit = limitOf(budget.spec.maxUnavailable, poolSizeRange(budget, scene, atMs).most);
      const out = unavailableIn(budget, scene, atMs);
      findings.expect(out.length <= limit, {
        atMs,
        says: `a start with ${out.length} hosts out of service, and ${budget.name} allows ${limit}: ${out.join(' ')}`,
      });
    }),
};
