// B9: after a storm comes a pause.

import { parseDuration } from '../../../core/api/duration.ts';
import type { Invariant } from '../invariant.ts';
import type { Observation } from '../observation.ts';
import type { Scene } from '../scene.ts';
import { limitOf, onEntries, poolSizeRange, unavailableIn } from './starts.ts';

/** What can change who is out, or how many may be: a host that only the ledger counted is out until that frees it. */
const COUNTED: ReadonlySet<Observation['seen']> = new Set(['unavailable', 'budget', 'request', 'ledger'] as const);

export const STORM: Invariant = {
  id: 'B9',
  name: 'storm',
  words: 'After a storm no host comes in flight until the threshold has been kept for the cool-down.',
  kind: 'step',
  severity: 2,
  source: 'NodeHealthCheck stormCooldownDuration',
  unknownWhen: 'No budget is declared, and an attempt strikes. A storm shorter than caches are old may pass unseen.',
  watch: (findings) => {
    /** By budget: since when too many are out, and when the last storm ended. */
    const overSinceMs = new Map<string, number>();
    const regainedAtMs = new Map<string, number>();
    const look = (atMs: number, scene: Scene): void => {
      for (const budget of scene.budgets.values()) {
        const { name, spec } = budget;
        const limit = limitOf(spec.maxUnavailable, poolSizeRange(budget, scene, atMs).most);
        const isOver = unavailableIn(budget, scene, atMs).length > limit;
        const sinceMs = overSinceMs.get(name);
        if (isOver) overSinceMs.set(name, sinceMs ?? atMs);
        else if (sinceMs !== undefined) {
          overSinceMs.delete(name);
          if (atMs - sinceMs > scene.stalenessMs) regainedAtMs.set(name, atMs);
        }
      }
    };
    return onEntries(
      findings,
      ({ atMs, budget }, scene) => {
        const coolDownMs = parseDuration(budget.spec.stormCoolDown ?? '') ?? 0;
        const regained = regainedAtMs.get(budget.name);
        if (coolDownMs === 0 || regained === undefined) return;
        findings.expect(atMs - regained >= coolDownMs - scene.stalenessMs, {
          atMs,
          says: `a start ${atMs - regained} ms after a storm, and ${budget.name} cools down for ${coolDownMs} ms`,
        });
      },
      (seen, scene) => {
        if (COUNTED.has(seen.seen)) look(seen.atMs, scene);
      },
    );
  },
};
