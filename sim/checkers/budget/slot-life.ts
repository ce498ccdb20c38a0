// B8: places come and go with attempts.

import type { Invariant } from '../invariant.ts';
import { onStarts } from './starts.ts';

/** Phases in which an attempt is over. */
const OVER: ReadonlySet<string> = new Set(['Succeeded', 'Cancelled', 'Person', 'gone']);
const FREE: ReadonlySet<string> = new Set([...OVER, 'Waiting']);

export const SLOT_LIFE: Invariant = {
  id: 'B8',
  name: 'life of a slot',
  words:
    'A place in the ledger is freed when its attempt is over or another budget has it, and not before; no place outlives its request, and the sum of the ledger is what it says.',
  kind: 'state',
  severity: 2,
  source: 'our judgement: a leak makes the budget smaller for ever',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) => ({
    ...onStarts(
      findings,
      () => undefined,
      (seen, scene) => {
        if (seen.seen !== 'ledger') return;
        const budget = scene.budgets.get(seen.budget);
        if (budget === undefined) return;
        for (const { request, host } of budget.grantsBefore) {
          if (seen.grants.some((grant) => grant.request === request)) continue;
          const known = scene.requests.get(request);
          const phase = known?.phase ?? 'gone';
          const hasMoved = known !== undefined && known.budget !== budget.name;
          findings.expect(FREE.has(phase) || hasMoved, {
            atMs: seen.atMs,
            host,
            says: `its place in ${budget.name} was freed while it is ${phase}`,
          });
        }
        findings.expect(seen.inFlight === undefined || seen.inFlight === seen.grants.length, {
          atMs: seen.atMs,
          says: `${budget.name} says ${seen.inFlight ?? 0} in flight, and names ${seen.grants.length}`,
        });
      },
    ),
    ended: (atMs, scene) => {
      for (const { name, grants } of scene.budgets.values()) {
        for (const { request, host } of grants) {
          const known = scene.requests.get(request);
          const isOver = known === undefined || (OVER.has(known.phase) && atMs - known.phaseAtMs > scene.stalenessMs);
          findings.expect(!isOver, { atMs, host, says: `its place in ${name} outlives its request` });
        }
      }
    },
  }),
};
