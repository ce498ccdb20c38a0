// The policy changes while it runs: what becomes of each object, of who decides, and of what is under way.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { METAL3_REMEDIATION, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import type { PolicyChange, PolicyConfig, SimConfig } from '../../../sim/config.ts';
import { simulate, startedRun } from '../../../sim/simulation.ts';
import { curedBy } from '../../kit/cured-by.ts';
import { hangStudy, MINUTE_MS } from '../../kit/hang-study.ts';
import { toldBy } from '../../kit/told-story.ts';

const NAMESPACE = 'openshift-machine-api';

const mhc = (timeout: string, more: object = {}) => `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: ${JSON.stringify({ name: 'workers', namespace: NAMESPACE, ...more })}
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: ${timeout} }]
  maxUnhealthy: 2
  nodeStartupTimeout: 60m
`;
const REBOOT = { annotations: { 'machine.openshift.io/remediation-strategy': 'external-baremetal' } };

/** Manifests as the API holds them. */
function objectsOf(manifests: string): readonly KubeObject[] {
  return hangStudy(manifests).policy.objects;
}

/** Worker 1 hangs at minute 10 and needs a reboot; an hour in all. */
function runOf(policy: PolicyConfig, change: Partial<SimConfig> = {}) {
  const { config } = hangStudy(mhc('120s'));
  const run: SimConfig = {
    ...curedBy(config, 'osHang', 'reboot'),
    durationMs: 60 * MINUTE_MS,
    script: [{ name: 'hang', atMs: 10 * MINUTE_MS, fault: 'osHang', target: 'worker-1' }],
    ...change,
  };
  const started = startedRun(run, policy, { replication: 1, record: true });
  const { world } = started;
  const until = (minutes: number): void => world.kernel.runUntil(run.startMs + minutes * MINUTE_MS);
  const lines = (...topics: readonly string[]): readonly string[] =>
    toldBy(started)
      .filter(({ topic }) => topics.includes(topic))
      .map(({ atMs, text }) => `${Math.floor(atMs / MINUTE_MS)}: ${text}`);
  return { world, until, lines, config: run };
}

const change = (atMin: number, what: Partial<PolicyChange>): PolicyChange => ({
  ...{ atMs: atMin * MINUTE_MS, apply: [], delete: [] },
  ...what,
});

describe('applying', () => {
  test('merges three ways: what the manifest had is gone, what others wrote stays, and so does the status', () => {
    const before = mhc('120s', { labels: { team: 'a', stage: 'old' }, annotations: { owner: 'me' } });
    const after = mhc('300s', { labels: { team: 'b' } });
    const { world, until } = runOf({
      name: 'edited',
      objects: objectsOf(before),
      changes: [change(5, { apply: objectsOf(after) })],
    });
    const key = { namespace: NAMESPACE, name: 'workers' };
    until(4);
    world.store.update(OPENSHIFT_MACHINE_HEALTH_CHECK, key, 'main', (check) => ({
      ...check,
      metadata: { ...check.metadata, annotations: { ...check.metadata.annotations, 'someone.else/mark': 'x' } },
    }));
    const was = world.store.get(OPENSHIFT_MACHINE_HEALTH_CHECK, key);
    until(5);
    const is = world.store.get(OPENSHIFT_MACHINE_HEALTH_CHECK, key);
    expect(is?.metadata).toMatchObject({
      uid: was?.metadata.uid,
      generation: (was?.metadata.generation ?? 0) + 1,
      labels: { team: 'b' },
      annotations: { 'someone.else/mark': 'x' },
    });
    expect(Object.keys(is?.metadata.annotations ?? {})).toEqual(['someone.else/mark']);
    expect(Object.keys(is?.metadata.labels ?? {})).toEqual(['team']);
    expect(is?.spec?.unhealthyConditions).toEqual([{ type: 'Ready', status: 'Unknown', timeout: '300s' }]);
    expect(was?.status).toBeDefined();
    expect(is?.status).toEqual(was?.status);
  });

  test('says of each object what became of it', () => {
    const { until, lines } = runOf({
      name: 'steps',
      objects: [],
      changes: [
        change(1, { apply: objectsOf(mhc('120s')) }),
        change(2, { apply: objectsOf(mhc('120s')) }),
        change(3, { apply: objectsOf(mhc('240s')) }),
        change(4, { delete: objectsOf(mhc('240s')) }),
        change(5, { delete: objectsOf(mhc('240s')) }),
      ],
    });
    until(6);
    const name = `MachineHealthCheck ${NAMESPACE}/workers`;
    expect(lines('policy')).toEqual([
      `1: ${name} applied: created`,
      `2: ${name} applied: says what it said`,
      `3: ${name} applied: changed`,
      `4: ${name} deleted`,
      `5: ${name} to be deleted, and not there`,
    ]);
  });
});

describe('with a remediation in flight', () => {
  const effects = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => !line.includes('BMC')).map((line) => line.replace(/ openshift-machine-api\//, ' '));

  test('a policy that comes at minute 20 acts on what failed at minute 10, by a controller that ran from the start', () => {
    const { until, lines, world } = runOf({
      name: 'late',
      objects: [],
      changes: [change(20, { apply: objectsOf(mhc('120s', REBOOT)) })],
    });
    until(60);
    expect(effects(lines('effect', 'policy'))).toEqual([
      '20: MachineHealthCheck workers applied: created',
      '20: bare-metal-host: power off (hard) worker-1',
      '20: bare-metal-host: power on (hard) worker-1',
    ]);
    expect(world.observer.fencings.counts).toMatchObject({ fencings: 1, reprovisionings: 0 });
  });

  test('a health check that is deleted while a host is held off: the remediator goes on, and no host stays off', () => {
    const objects = objectsOf(mhc('120s', REBOOT));
    const { until, lines, world } = runOf({
      name: 'withdrawn',
      objects,
      changes: [change(12.9, { delete: objects })],
    });
    until(60);
    expect(effects(lines('effect', 'policy'))).toEqual([
      '12: bare-metal-host: power off (hard) worker-1',
      '12: MachineHealthCheck workers deleted',
      '13: bare-metal-host: power on (hard) worker-1',
    ]);
    const host = world.store.get(BARE_METAL_HOST, { namespace: NAMESPACE, name: 'worker-1' });
    expect({ on: host?.status?.poweredOn, annotations: host?.metadata.annotations ?? {} }).toEqual({
      on: true,
      annotations: {},
    });
  });

  test('from reboots by annotation to a Metal3Remediation: what is unhealthy then, and what fails later, takes the new way', () => {
    const next = objectsOf(`
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: ${NAMESPACE} }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 1, timeout: 10m0s } } } }
---
${mhc('120s').trim()}
  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot
    namespace: ${NAMESPACE}
`);
    const requests: string[] = [];
    const { until, world } = runOf(
      { name: 'swapped', objects: objectsOf(mhc('120s', REBOOT)), changes: [change(12.9, { apply: next })] },
      {
        script: [
          { name: 'first', atMs: 10 * MINUTE_MS, fault: 'osHang', target: 'worker-1' },
          { name: 'second', atMs: 30 * MINUTE_MS, fault: 'osHang', target: 'worker-2' },
        ],
      },
    );
    world.store.tap(
      ({ type, after }) => {
        if (type === 'ADDED') requests.push(after?.metadata.ownerReferences?.map(({ name }) => name).join() ?? '');
      },
      [METAL3_REMEDIATION],
    );
    until(60);
    // Worker 1 is not Ready yet when its check learns the new way, and is asked for again.
    expect(requests).toEqual(['generated-worker-rack-2-8rjgj', 'generated-worker-rack-3-kr6nt']);
    expect(world.observer.fencings.counts).toMatchObject({ fencings: 2, reprovisionings: 0, needlessHealthy: 0 });
  });
});

test('a webhook that refuses is heard: while a NodeHealthCheck remediates, its threshold may change, and no more', () => {
  const nhc = (minHealthy: string, role = 'worker') => `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/${role}, operator: Exists }] }
  minHealthy: ${minHealthy}
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 60s }]
  remediationTemplate:
    apiVersion: self-node-remediation.medik8s.io/v1alpha1
    kind: SelfNodeRemediationTemplate
    name: self-node-remediation-automatic-strategy-template
    namespace: openshift-workload-availability
`;
  const objects = objectsOf(nhc('51%'));
  const { until, lines, world } = runOf({
    name: 'guarded',
    objects,
    changes: [
      change(13, { apply: objectsOf(nhc('60%')).filter(({ kind }) => kind === 'NodeHealthCheck') }),
      change(13, { apply: objectsOf(nhc('51%', 'control-plane')).filter(({ kind }) => kind === 'NodeHealthCheck') }),
      change(13, { delete: objects.filter(({ kind }) => kind === 'NodeHealthCheck') }),
    ],
  });
  until(14);
  const denied = 'refused: admission webhook "vnodehealthcheck.kb.io" denied the request:';
  expect(lines('policy')).toEqual([
    '13: NodeHealthCheck workers applied: changed',
    `13: NodeHealthCheck workers ${denied} selector update prohibited due to running remediation`,
    `13: NodeHealthCheck workers ${denied} deletion prohibited due to running remediation`,
  ]);
  expect(world.store.get(NODE_HEALTH_CHECK, { namespace: '', name: 'workers' })?.metadata.deletionTimestamp).toBe(
    undefined,
  );
});

test('the same run twice is the same, and a change that never comes changes nothing', () => {
  const { config } = runOf({ name: 'p', objects: [] });
  const objects = objectsOf(mhc('120s', REBOOT));
  const policy: PolicyConfig = { name: 'p', objects, changes: [change(12.9, { delete: objects })] };
  const fingerprint = (of: PolicyConfig): string =>
    simulate(config, of, { replication: 1, record: false }).result.fingerprint;
  expect(fingerprint(policy)).toBe(fingerprint(policy));
  const never = [change(61, { delete: objects })];
  expect(fingerprint({ ...policy, changes: never })).toBe(fingerprint({ name: 'p', objects }));
  expect(fingerprint({ name: 'p', objects })).not.toBe(fingerprint(policy));
});
