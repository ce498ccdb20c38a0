// What the checks say of a limit is what the controllers do with it, whatever is written and however many there are (trap T1).

import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../core/health/cluster-api-check.ts';
import { minHealthyOf } from '../../core/health/node-health-check.threshold.ts';
import { type Limit, resolvedLimit } from '../../scenarios/policy/limit.ts';
import { fc } from '../kit/property.ts';

const written = fc.oneof(
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 0, max: 100 }).map((share) => `${share}%`),
  fc.integer({ min: 0, max: 60 }).map(String),
);
const total = fc.integer({ min: 1, max: 200 });
const ROUNDED_UP = { rounding: 'ceil', plainString: 'error' } as const;
const ROUNDED_DOWN = { rounding: 'floor', plainString: 'error' } as const;

describe('a resolved limit', () => {
  test.each(['minHealthy', 'maxUnhealthy'] as const)('of a NodeHealthCheck by %s', (field) => {
    fc.assert(
      fc.property(written, total, (value, nodes) => {
        const check = {
          apiVersion: 'remediation.medik8s.io/v1alpha1',
          kind: 'NodeHealthCheck',
          metadata: { name: 'n', uid: 'u', resourceVersion: '1' },
          spec: { [field]: value },
        };
        const limit: Limit = { kind: field === 'minHealthy' ? 'min' : 'max', value, rule: ROUNDED_UP, path: [] };
        const needed = minHealthyOf(check, nodes);
        const allowed = resolvedLimit(limit, nodes);
        // More unhealthy nodes than there are is refused by the controller, and said as a finding of its own.
        const refused = allowed !== undefined && field === 'maxUnhealthy' && allowed > nodes;
        expect(refused ? undefined : allowed).toBe(needed === undefined ? undefined : nodes - needed);
      }),
    );
  });

  test('of a MachineHealthCheck of Cluster API', () => {
    fc.assert(
      fc.property(written, total, fc.integer({ min: 0, max: 200 }), (value, machines, unhealthy) => {
        const allowed = resolvedLimit({ kind: 'max', value, rule: ROUNDED_DOWN, path: [] }, machines);
        const verdict = verdictOf({ limit: 'max', value }, machines, unhealthy);
        expect(allowed === undefined ? 'unreadable' : unhealthy <= allowed).toBe(verdict.allowed);
      }),
    );
  });
});
