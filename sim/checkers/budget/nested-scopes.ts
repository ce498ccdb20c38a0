// B5: every cap holds.

import type { Invariant } from '../invariant.ts';
import type { BudgetScene } from '../scene.ts';
import { hostsOut, onEntries } from './starts.ts';

/** A host without the label is a domain of its own. */
function domainOf(budget: BudgetScene, host: string, topologyKey: string): string {
  return budget.pool.find((member) => member.host === host)?.labels[topologyKey] ?? host;
}

export const NESTED_SCOPES: Invariant = {
  id: 'B5',
  name: 'nested scopes',
  words:
    'The caps of every rack, feed and failure domain, and that of the control plane, hold at the same time as the cap of the pool.',
  kind: 'state',
  severity: 2,
  source: 'our judgement; racks and feeds fail together',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onEntries(findings, ({ atMs, budget, granted }, scene) => {
      const out = hostsOut(budget, scene);
      for (const { topologyKey, maxInFlight } of budget.spec.domains ?? []) {
        for (const { host } of granted) {
          const domain = domainOf(budget, host, topologyKey);
          const there = [...out].filter((other) => domainOf(budget, other, topologyKey) === domain);
          findings.expect(there.length <= maxInFlight, {
            atMs,
            host,
            says: `${there.length} hosts in flight in ${domain}, and ${budget.name} allows ${maxInFlight}`,
          });
        }
      }
      if (!granted.some(({ host }) => scene.host(host).controlPlane)) return;
      const masters = [...out].filter((host) => scene.host(host).controlPlane);
      const most = budget.spec.controlPlane?.maxInFlight ?? 1;
      findings.expect(masters.length <= most, {
        atMs,
        says: `${masters.length} hosts of the control plane in flight, and ${budget.name} allows ${most}`,
      });
    }),
};
