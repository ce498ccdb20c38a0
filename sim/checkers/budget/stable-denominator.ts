// B2: who is away still counts.

import type { Invariant } from '../invariant.ts';
import { onStarts, poolSizeRange } from './starts.ts';

export const STABLE_DENOMINATOR: Invariant = {
  id: 'B2',
  name: 'stable denominator',
  words:
    'A budget counts percentages of the hosts that its selector expects, not of those whose Nodes happen to exist or be Ready.',
  kind: 'step',
  severity: 2,
  source: 'NodeHealthCheck configuration.md on remediators that delete Nodes',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onStarts(findings, ({ atMs, seen, budget }, scene) => {
      const { least, most } = poolSizeRange(budget, scene, atMs);
      const expected = seen.expectedHosts ?? -1;
      findings.expect(expected >= least && expected <= most, {
        atMs,
        says: `${budget.name} expects ${expected} hosts, and its pool has ${least === most ? most : `${least} to ${most}`}`,
      });
    }),
};
