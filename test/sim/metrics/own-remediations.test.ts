// Whole runs of a small real cluster under our own policy: what is counted, who waits, and when a person is paged.

import { describe, expect, test } from 'vitest';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../../core/api/remediation-budget.ts';
import { OWN_API_VERSION, REMEDIATION_POLICY, type RemediationPolicy } from '../../../core/api/remediation-policy.ts';
import type { PolicyConfig, ScriptedFault } from '../../../sim/config.ts';
import { simulate } from '../../../sim/simulation.ts';
import { onlyPaged, smallStudy } from '../../kit/small-study.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const study = smallStudy();

function strike(fault: ScriptedFault['fault'], count: number): readonly ScriptedFault[] {
  return Array.from({ length: count }, (_, at) => {
    const name = `worker-${at}`;
    return { name, atMs: HOUR, fault, target: name, forMs: 11 * HOUR };
  });
}

function policy(policySpec: RemediationPolicy['spec'], budgetSpec: RemediationBudget['spec']): PolicyConfig {
  const selector = { matchExpressions: [{ key: 'node-role.kubernetes.io/worker', operator: 'Exists' as const }] };
  const meta = (name: string) => ({ name, uid: `uid-${name}`, resourceVersion: '1', generation: 1 });
  return {
    name: 'own',
    objects: [
      {
        apiVersion: OWN_API_VERSION,
        kind: REMEDIATION_POLICY.kind,
        metadata: meta('workers'),
        spec: { selector, budget: 'hosts', ...policySpec },
      },
      {
        apiVersion: OWN_API_VERSION,
        kind: REMEDIATION_BUDGET.kind,
        metadata: meta('hosts'),
        spec: { selector, ...budgetSpec },
      },
    ],
  };
}

function run(
  script: readonly ScriptedFault[],
  policySpec: RemediationPolicy['spec'],
  budgetSpec: RemediationBudget['spec'],
  durationMs = 12 * HOUR,
) {
  const config = { ...onlyPaged(study.config, script), durationMs };
  const { result, recording } = simulate(config, policy(policySpec, budgetSpec), { replication: 1, record: true });
  return { metrics: result.metrics, story: recording?.story ?? [] };
}

describe('a run under our own policy', () => {
  test('a hung host is rebooted', () => {
    const { metrics, story } = run(strike('osHang', 1), {}, {});
    expect(metrics).toMatchObject({ fencings: 1, reprovisionings: 0, mostInFlight: 1, refusals: 0, pages: 0 });
    const made = story.filter(({ text }) => text.startsWith('remediation-policy: create HostRemediation'));
    expect(made.map(({ hosts }) => hosts)).toEqual([['worker-0']]);
  });

  test('of three hung hosts one is rebooted at a time, and the others wait for the budget', () => {
    const { metrics } = run(strike('osHang', 3), {}, { maxInFlight: { count: 1 } });
    expect(metrics).toMatchObject({ fencings: 3, mostInFlight: 1, pages: 0 });
    expect(metrics.refusals).toBeGreaterThan(0);
    expect(metrics.budgetWaitMs).toBeGreaterThan(0);
  });

  test('six of nine at once are not believed: nobody is fenced before a person is paged for each', () => {
    const { metrics } = run(strike('osHang', 6), {}, { maxInFlight: { count: 9 } }, HOUR + 20 * MINUTE);
    expect(metrics).toMatchObject({ fencings: 0, pages: 6 });
    expect(metrics.refusals).toBeGreaterThan(0);
  });

  test.each([
    { title: 'one reboot, by the minutes that a host is out', hung: 1, budget: {}, cost: 6 },
    { title: 'three reboots, by weights of its own', hung: 3, budget: { costs: { Reboot: 10 } }, cost: 30 },
    { title: 'nothing where nothing is weighed', hung: 1, budget: { costs: { Reboot: 0 } }, cost: 0 },
  ])('costs what its budget says: $title', ({ hung, budget, cost }) => {
    expect(run(strike('osHang', hung), {}, budget).metrics.remediationCost).toBe(cost);
  });

  test('costs a reboot in vain and the person after it', () => {
    // No boot is that short.
    const steps = [{ action: 'Reboot', timeout: '1m' }, { action: 'Person' }] as const;
    const { metrics } = run(strike('osHang', 1), { steps }, {});
    expect(metrics).toMatchObject({ fencings: 1, pages: 1, remediationCost: 6 + 480 });
  });

  test('the step Person pages one', () => {
    const { metrics } = run(strike('osHang', 1), { steps: [{ action: 'Person' }] }, {});
    expect(metrics).toMatchObject({ fencings: 0, pages: 1 });
  });
});
