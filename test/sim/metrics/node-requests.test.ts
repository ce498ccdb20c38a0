// Whole runs of a small real cluster under a NodeHealthCheck: what is counted, who waits, and when a person is paged.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import type { PolicyConfig, ScriptedFault, SimConfig } from '../../../sim/config.ts';
import { simulate } from '../../../sim/simulation.ts';
import { onlyPaged, smallStudy } from '../../kit/small-study.ts';

const HOUR = 3_600_000;
const study = smallStudy();

function hang(...names: readonly string[]): readonly ScriptedFault[] {
  return names.map((name) => ({ name, atMs: HOUR, fault: 'osHang', target: name, forMs: 11 * HOUR }));
}

function anObject(apiVersion: string, kind: string, name: string, namespace: string, spec: object): KubeObject {
  const metadata = { name, uid: `${kind}/${name}`, resourceVersion: '1' };
  return { apiVersion, kind, metadata: namespace === '' ? metadata : { ...metadata, namespace }, spec };
}

const METAL3 = 'infrastructure.cluster.x-k8s.io/v1beta1';
/** A remediator that nobody runs. */
const IDLE = 'test.medik8s.io/v1alpha1';
const NAMESPACE = 'openshift-machine-api';
const REBOOT = { apiVersion: METAL3, kind: 'Metal3RemediationTemplate', name: 'reboot', namespace: NAMESPACE };
const NOTHING = { apiVersion: IDLE, kind: 'NothingTemplate', name: 'nothing', namespace: NAMESPACE };

/** A node health check over the workers with these fields. */
function policy(spec: object): PolicyConfig {
  const selector = { matchExpressions: [{ key: 'node-role.kubernetes.io/worker', operator: 'Exists' }] };
  const strategy = { type: 'Reboot', retryLimit: 1, timeout: '10m' };
  return {
    name: 'node-health-check',
    objects: [
      anObject(METAL3, REBOOT.kind, REBOOT.name, NAMESPACE, { template: { spec: { strategy } } }),
      anObject(IDLE, NOTHING.kind, NOTHING.name, NAMESPACE, { template: { spec: {} } }),
      anObject('remediation.medik8s.io/v1alpha1', 'NodeHealthCheck', 'workers', '', { selector, ...spec }),
    ],
  };
}

function run(config: SimConfig, spec: object) {
  const { result, recording } = simulate(config, policy(spec), { replication: 1, record: true });
  return { metrics: result.metrics, story: recording?.story ?? [] };
}

describe('a run under a NodeHealthCheck', () => {
  test('a hung host is power-cycled through the request, which is gone when the node is back', () => {
    const { metrics, story } = run(onlyPaged(study.config, hang('worker-0')), {
      minHealthy: '51%',
      remediationTemplate: REBOOT,
    });
    expect(metrics).toMatchObject({ fencings: 1, reprovisionings: 0, mostInFlight: 1, budgetWaitMs: 0, pages: 0 });
    const told = story
      .filter(({ subject }) => subject === 'NodeHealthCheck/workers')
      .map(({ text }) => text.split(': ')[1]);
    expect(told).toEqual(['Enabled', 'DetectedUnhealthy', 'RemediationCreated', 'RemediationRemoved']);
    const made = story.filter(({ text }) => text.startsWith('node-health-check: create Metal3Remediation'));
    expect(made.map(({ hosts }) => hosts)).toEqual([['worker-0']]);
  });

  test('nodes that wait for the threshold wait for a budget', () => {
    const { metrics } = run(onlyPaged(study.config, hang('worker-0', 'worker-1', 'worker-2')), {
      minHealthy: 7,
      remediationTemplate: REBOOT,
    });
    expect(metrics.fencings).toBe(0);
    expect(metrics.refusals).toBeGreaterThan(0);
    expect(metrics.budgetWaitMs).toBeGreaterThan(3 * 10 * HOUR);
  });

  test('with no template left a person is paged', () => {
    const steps = [{ remediationTemplate: NOTHING, order: 1, timeout: '10m' }];
    const { metrics } = run(onlyPaged(study.config, hang('worker-0')), {
      minHealthy: 1,
      escalatingRemediations: steps,
    });
    expect(metrics).toMatchObject({ pages: 1, budgetWaitMs: 0 });
  });

  test('after 48 h of one request too, and not before', () => {
    const pagesAfter = (hours: number) => {
      const script = hang('worker-0').map((fault) => ({ ...fault, forMs: 100 * HOUR }));
      const config = { ...onlyPaged(study.config, script), durationMs: hours * HOUR };
      return run(config, { minHealthy: 1, remediationTemplate: NOTHING }).metrics.pages;
    };
    expect([pagesAfter(49), pagesAfter(50)]).toEqual([0, 1]);
  });
});
