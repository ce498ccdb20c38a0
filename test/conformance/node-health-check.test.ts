// NodeHealthCheck: threshold, conditions, obstacles, leases, recovery. Source of the cases:
// medik8s/node-healthcheck-operator dd444329, internal/controller and its tests.

import { describe } from 'vitest';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  after as fromNow,
  inEachLineage,
  look,
  refused,
  remove,
  run,
} from '../kit/conformance.ts';
import { nodeText } from '../kit/conformance-objects.ts';
import {
  check,
  checkStatus,
  conditions,
  definition,
  events,
  lease,
  reference,
  remediated,
  remediator,
  repeated,
  request,
  templateText,
  worker,
  workers,
} from '../kit/node-health-check-objects.ts';

const REBOOT = remediator('Reboot');

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`).sort();
}

/** Of 10 nodes `sick` are unhealthy: all of them get a request, or none. */
function ofTen(id: string, limit: object, sick: number, allowed: boolean): ConformanceRow {
  const said = allowed ? repeated('RemediationCreated', sick) : ['RemediationSkipped'];
  return {
    id,
    title: `${JSON.stringify(limit)} of 10, ${sick} unhealthy: ${allowed ? 'remediated' : 'too few healthy'}`,
    given: [...REBOOT, ...workers(sick, 10 - sick), check(limit)],
    gives: {
      created: allowed ? remediated(...names('u', sick)) : [],
      objects: checkStatus({ observedNodes: 10, healthyNodes: 10 - sick }),
      events: events('Enabled', ...repeated('DetectedUnhealthy', sick), ...said),
    },
  };
}

describe('the threshold rounds up', () => {
  conformance([
    ofTen('C170', { minHealthy: 8 }, 2, true),
    ofTen('C170', { minHealthy: 8 }, 3, false),
    ofTen('C170', { minHealthy: '80%' }, 2, true),
    ofTen('C170', { minHealthy: '80%' }, 3, false),
    ofTen('C170', { minHealthy: '75%' }, 2, true),
    ofTen('C170', { minHealthy: '75%' }, 3, false),
    ofTen('C170', { minHealthy: '0%' }, 10, true),
    ofTen('C170', { minHealthy: '100%' }, 1, false),
    ofTen('C171', { maxUnhealthy: 8 }, 8, true),
    ofTen('C171', { maxUnhealthy: 8 }, 9, false),
    ofTen('C171', { maxUnhealthy: '80%' }, 8, true),
    ofTen('C171', { maxUnhealthy: '80%' }, 9, false),
    ofTen('C171', { maxUnhealthy: '75%' }, 8, true),
    ofTen('C171', { maxUnhealthy: '75%' }, 9, false),
    ofTen('C171', { maxUnhealthy: '0%' }, 1, false),
    ofTen('C171', { maxUnhealthy: '100%' }, 10, true),
    {
      id: 'C172',
      title: 'maxUnhealthy above the number of nodes: an error, and nothing is remediated',
      given: [...REBOOT, ...workers(1, 9), check({ maxUnhealthy: 12 })],
      gives: {
        objects: checkStatus({ observedNodes: 10, healthyNodes: 9, unhealthyNodes: null, phase: 'Enabled' }),
        events: events('Enabled', 'DetectedUnhealthy'),
      },
    },
    {
      id: 'C174',
      title: 'both limits, and none, are refused',
      given: REBOOT,
      when: [
        refused(check({ minHealthy: 1, maxUnhealthy: 1 }), 'cannot be specified at the same time'),
        refused(check({}), 'one of minHealthy and maxUnhealthy should be specified'),
      ],
      gives: {},
    },
    {
      id: 'C175',
      title: 'minHealthy 51 %, 4 of 7 unhealthy: skipped, and they stand in the status',
      given: [...REBOOT, ...workers(4, 3), check({ minHealthy: '51%' })],
      gives: {
        objects: checkStatus({
          observedNodes: 7,
          healthyNodes: 3,
          unhealthyNodes: names('u', 4).map((name) => ({ name })),
          phase: 'Enabled',
          reason: 'NHC is enabled, no ongoing remediation',
          lastUpdateTime: ago('0s'),
          conditions: conditions(),
        }),
        events: events('Enabled', ...repeated('DetectedUnhealthy', 4), 'RemediationSkipped'),
      },
    },
    {
      id: 'C176',
      title: 'minHealthy 51 %, 1 of 3 unhealthy: one request, owned and entered',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: '51%' })],
      gives: {
        created: remediated('u1'),
        objects: `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
status:
  observedNodes: 3
  healthyNodes: 2
  unhealthyNodes:
    - name: u1
      remediations:
        - resource: { apiVersion: test.medik8s.io/v1alpha1, kind: Reboot, namespace: default, name: u1 }
          started: "${ago('0s')}"
          templateName: ok
  phase: Remediating
  reason: NHC is remediating 1 nodes
---
apiVersion: test.medik8s.io/v1alpha1
kind: Reboot
metadata:
  name: u1
  namespace: default
  labels: { app.kubernetes.io/part-of: node-healthcheck-controller }
  annotations: { remediation.medik8s.io/node-name: u1, remediation.medik8s.io/template-name: ok }
  ownerReferences:
    - { apiVersion: remediation.medik8s.io/v1alpha1, kind: NodeHealthCheck, name: workers, controller: false }
spec: { size: foo }
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-u1, namespace: medik8s-leases, ownerReferences: [{ apiVersion: v1, kind: Node, name: u1 }] }
spec: { holderIdentity: NodeHealthCheck-workers, leaseDurationSeconds: 660, leaseTransitions: 0 }
`,
        events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
      },
    },
  ]);
});

describe('the definition', () => {
  conformance([
    {
      id: 'C202',
      title: 'without conditions Ready=False and Ready=Unknown count for 300 s',
      given: [...REBOOT, check({ minHealthy: 1 })],
      gives: {
        objects: `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  unhealthyConditions:
    - { type: Ready, status: "False", duration: 300s }
    - { type: Ready, status: Unknown, duration: 300s }
`,
        events: events('Enabled'),
      },
    },
    {
      id: 'C174',
      title: 'what is not well written is refused',
      given: [],
      when: [
        refused(check({ minHealthy: '101%' }), 'spec.minHealthy in body should match'),
        refused(check({ maxUnhealthy: '-1' }), 'spec.maxUnhealthy in body should match'),
        refused(check({ minHealthy: 1, healthyDelay: '1 minute' }), 'spec.healthyDelay in body should match'),
        refused(
          check({ minHealthy: 1, stormCooldownDuration: '-5m' }),
          'spec.stormCooldownDuration in body should match',
        ),
        refused(
          check({
            minHealthy: 1,
            unhealthyConditions: ['1m', '2m'].map((duration) => ({ type: 'Ready', status: 'False', duration })),
          }),
          'spec.unhealthyConditions[1]: Duplicate value',
        ),
        refused(
          check({ minHealthy: 1, escalatingRemediations: [{ remediationTemplate: reference('Reboot'), order: 1 }] }),
          'spec.escalatingRemediations[0].timeout: Required value',
        ),
        refused(
          check({
            minHealthy: 1,
            escalatingRemediations: [{ remediationTemplate: reference('Reboot'), order: 1, timeout: '59s' }],
          }),
          'Timeout must be at least one minute',
        ),
      ],
      gives: {},
    },
  ]);
});

describe('what is unhealthy', () => {
  conformance([
    {
      id: 'C202',
      title: 'Ready=Unknown for 100 s of 300 s: neither healthy nor remediated; looked at when it expires',
      given: [...REBOOT, worker('u1', 'Unknown', {}, '100s'), ...workers(0, 2), check({ minHealthy: 1 })],
      when: [
        run('1s'),
        look({
          objects: checkStatus({ observedNodes: 3, healthyNodes: 2, unhealthyNodes: null, phase: 'Enabled' }),
          events: events('Enabled'),
        }),
        run('199s'),
        look({ events: events('Enabled') }),
        run('1s'),
      ],
      gives: { created: remediated('u1'), events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated') },
    },
    {
      id: 'C202',
      title: 'from one unhealthy condition to another whose time is not over: the request stays',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [
        run('10s'),
        apply(nodeText('u1', 'False', '0s', { labels: { pool: 'workers' } })),
        run('60s'),
        look({
          created: remediated('u1'),
          objects: checkStatus({ healthyNodes: 2, phase: 'Remediating' }),
          events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
        }),
        run('300s'),
      ],
      gives: { created: remediated('u1'), events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated') },
    },
    ...[
      { value: 'true', created: false, said: ['RemediationSkipped'] },
      { value: 'false', created: true, said: ['RemediationCreated'] },
      { value: '', created: true, said: ['InvalidNodeLabel', 'RemediationCreated'] },
    ].map(
      ({ value, created, said }): ConformanceRow => ({
        id: 'C190',
        title: `exclude-from-remediation="${value}"`,
        given: [
          ...REBOOT,
          worker('u1', 'Unknown', { 'remediation.medik8s.io/exclude-from-remediation': value }),
          ...workers(0, 2),
          check({ minHealthy: 1 }),
        ],
        gives: {
          created: created ? remediated('u1') : [],
          objects: checkStatus({ observedNodes: 3, healthyNodes: 2 }),
          events: events('Enabled', 'DetectedUnhealthy', ...said),
        },
      }),
    ),
  ]);
});

const CLUSTER_VERSION = definition('config.openshift.io', 'v1', 'ClusterVersion', 'Cluster');

function clusterVersion(progressing: 'True' | 'False'): string {
  return `
apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata: { name: version }
status: { conditions: [{ type: Progressing, status: "${progressing}", lastTransitionTime: "${ago('60s')}" }] }
`;
}

function upgrading(current: string): string {
  return nodeText('u1', 'Unknown', '400s', {
    labels: { pool: 'workers' },
    annotations: {
      'machineconfiguration.openshift.io/currentConfig': current,
      'machineconfiguration.openshift.io/desiredConfig': 'rendered-2',
    },
  });
}

const WAITS = ['NodeHealthCheck/workers Normal RemediationSkipped'];
const DISABLED_BY_MHC = checkStatus({
  observedNodes: 0,
  healthyNodes: 0,
  phase: 'Disabled',
  conditions: [{ type: 'Disabled', status: 'True', reason: 'ConflictingMachineHealthCheckDetected' }],
});

function machineHealthCheck(...conditions: readonly string[]): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: other, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { none: such } }
  unhealthyConditions: [${conditions.map((type) => `{ type: ${type}, status: "True", timeout: 0s }`).join(', ')}]
`;
}

describe('obstacles', () => {
  conformance([
    {
      id: 'C194',
      title: 'the cluster is upgraded: no request, nothing counted; looked at every minute',
      given: [CLUSTER_VERSION, ...REBOOT, clusterVersion('True'), ...workers(1, 2), check({ minHealthy: 1 })],
      when: [
        run('30s'),
        look({
          objects: checkStatus({ observedNodes: 0, healthyNodes: 0, unhealthyNodes: null, phase: 'Enabled' }),
          events: [...events('Enabled', 'DetectedUnhealthy'), ...WAITS],
        }),
        apply(clusterVersion('False')),
        run('29s'),
        look({ events: [...events('Enabled', 'DetectedUnhealthy'), ...WAITS] }),
        run('2s'),
      ],
      gives: {
        created: remediated('u1'),
        objects: checkStatus({ observedNodes: 3, healthyNodes: 2, phase: 'Remediating' }),
        events: [...events('Enabled', 'DetectedUnhealthy'), ...WAITS, ...events('RemediationCreated')],
      },
    },
    {
      id: 'C194',
      title: 'an unhealthy node that changes its machine configuration counts as an upgrade',
      given: [...REBOOT, upgrading('rendered-1'), ...workers(0, 2), check({ minHealthy: 1 })],
      when: [
        run('1s'),
        look({ events: [...events('Enabled', 'DetectedUnhealthy'), ...WAITS] }),
        apply(upgrading('rendered-2')),
        run('60s'),
      ],
      gives: {
        created: remediated('u1'),
        events: [...events('Enabled', 'DetectedUnhealthy'), ...WAITS, ...events('RemediationCreated')],
      },
    },
    {
      id: 'C194',
      title: 'outside OpenShift nobody looks for upgrades',
      machineApi: 'cluster-api',
      given: [CLUSTER_VERSION, ...REBOOT, clusterVersion('True'), ...workers(1, 2), check({ minHealthy: 1 })],
      gives: { created: remediated('u1'), events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated') },
    },
    {
      id: 'C195',
      title: 'the version of the cluster cannot be read: remediation goes on',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      gives: { created: remediated('u1'), events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated') },
    },
    {
      id: 'C196',
      title: 'a MachineHealthCheck disables it, and its removal enables it',
      given: [...REBOOT, ...workers(1, 2), machineHealthCheck('Ready'), check({ minHealthy: 1 })],
      when: [
        run('1s'),
        look({ objects: DISABLED_BY_MHC, events: events('Disabled') }),
        remove('MachineHealthCheck openshift-machine-api/other'),
        run('1s'),
      ],
      gives: {
        created: remediated('u1'),
        deleted: ['MachineHealthCheck openshift-machine-api/other'],
        events: events('Disabled', 'Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
      },
    },
    {
      id: 'C196',
      title: 'one for terminating nodes and others disables it',
      given: [...REBOOT, ...workers(1, 2), machineHealthCheck('Terminating', 'Ready'), check({ minHealthy: 1 })],
      when: [run('1s')],
      gives: { objects: DISABLED_BY_MHC, events: events('Disabled') },
    },
    {
      id: 'C196',
      title: "the termination handler's is none; nodes that terminate are left to it and count as healthy",
      given: [
        ...REBOOT,
        nodeText('u1', 'Unknown', '400s', {
          labels: { pool: 'workers' },
          conditions: [
            { type: 'Ready', status: 'Unknown', lastTransitionTime: ago('400s') },
            { type: 'Terminating', status: 'True', lastTransitionTime: ago('400s') },
          ],
        }),
        ...workers(0, 2),
        machineHealthCheck('Terminating'),
        check({ minHealthy: 1 }),
      ],
      gives: {
        objects: checkStatus({ observedNodes: 3, healthyNodes: 3, unhealthyNodes: null }),
        events: events('Enabled', 'DetectedUnhealthy'),
      },
    },
    ...inEachLineage(
      {
        id: 'T8',
        trap: 'T8',
        title: 'paused: nothing is remediated; what becomes of the requests of recovered nodes',
        given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
        when: [
          run('10s'),
          apply(check({ minHealthy: 1, pauseRequests: ['window'] })),
          run('1s'),
          apply(worker('u1')),
          apply(worker('h1', 'Unknown')),
          run('60s'),
        ],
      },
      {
        exact: {
          created: remediated('u1'),
          objects: checkStatus({
            observedNodes: 0,
            healthyNodes: 0,
            phase: 'Paused',
            reason: 'NHC is paused: window',
          }),
          events: [
            ...events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
            ...WAITS,
            ...events('DetectedUnhealthy'),
          ],
        },
        corrected: {
          objects: checkStatus({ observedNodes: 3, healthyNodes: 2, unhealthyNodes: null, phase: 'Paused' }),
          events: [
            ...events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
            ...WAITS,
            ...events('RemediationRemoved', 'DetectedUnhealthy'),
          ],
        },
      },
    ),
    {
      id: 'C196',
      title: 'a template that is not there disables it too; it is looked for every 15 s',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1, remediationTemplate: reference('Reboot', 'late') })],
      when: [
        run('1s'),
        look({
          objects: checkStatus({
            phase: 'Disabled',
            conditions: [{ type: 'Disabled', status: 'True', reason: 'RemediationTemplateNotFound' }],
          }),
          events: events('Disabled'),
        }),
        apply(templateText('Reboot', 'late')),
        run('13s'),
        look({ events: events('Disabled') }),
        run('2s'),
      ],
      gives: {
        created: remediated('u1'),
        events: events('Disabled', 'Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
      },
    },
    {
      id: 'C196',
      title:
        'a template without a namespace is not found, one without spec.template is not valid, and so is a misplaced Metal3 one',
      given: [
        ...REBOOT,
        definition('test.medik8s.io', 'v1alpha1', 'BrokenTemplate'),
        'apiVersion: test.medik8s.io/v1alpha1\nkind: BrokenTemplate\nmetadata: { name: ok, namespace: default }\nspec: {}',
        'apiVersion: infrastructure.cluster.x-k8s.io/v1beta1\nkind: Metal3RemediationTemplate\nmetadata: { name: ok, namespace: default }\nspec: { template: { spec: { strategy: { type: Reboot, retryLimit: 1, timeout: 5m } } } }',
        check({ minHealthy: 1, remediationTemplate: { ...reference('Reboot'), namespace: undefined } }),
        check({ minHealthy: 1, remediationTemplate: reference('Broken') }, { name: 'broken' }),
        check(
          {
            minHealthy: 1,
            remediationTemplate: {
              apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
              kind: 'Metal3RemediationTemplate',
              name: 'ok',
              namespace: 'default',
            },
          },
          { name: 'metal3' },
        ),
      ],
      gives: {
        objects: [
          'workers RemediationTemplateNotFound',
          'broken RemediationTemplateInvalid',
          'metal3 RemediationTemplateInvalid',
        ]
          .map((text) => text.split(' '))
          .map(
            ([name, reason]) =>
              `apiVersion: remediation.medik8s.io/v1alpha1\nkind: NodeHealthCheck\nmetadata: { name: ${name} }\nstatus: { phase: Disabled, conditions: [{ type: Disabled, status: "True", reason: ${reason} }] }\n`,
          )
          .join('---\n'),
        events: [
          'NodeHealthCheck/broken Warning Disabled',
          'NodeHealthCheck/metal3 Warning Disabled',
          'NodeHealthCheck/workers Warning Disabled',
        ],
      },
    },
  ]);
});

const OTHERS = { apiVersion: 'remediation.medik8s.io/v1alpha1', kind: 'NodeHealthCheck', name: 'others' };
const HELD = lease('u1', 'node-maintenance', '10s', 100);

describe('one holder at a time', () => {
  conformance([
    {
      id: 'C198',
      title: 'two checks with different templates select one node: one request',
      given: [
        ...REBOOT,
        ...remediator('Reprovision'),
        ...workers(1, 2),
        check({ minHealthy: 1 }),
        check({ minHealthy: 1, remediationTemplate: reference('Reprovision') }, { name: 'others' }),
      ],
      when: [run('5m')],
      gives: {
        created: ['Reprovision default/u1', 'Lease medik8s-leases/node-u1'],
        objects: checkStatus({ healthyNodes: 2, unhealthyNodes: [{ name: 'u1' }], phase: 'Enabled' }),
        events: [
          'NodeHealthCheck/others Normal Enabled',
          'NodeHealthCheck/others Normal DetectedUnhealthy',
          ...events('Enabled', 'DetectedUnhealthy'),
          'NodeHealthCheck/others Normal RemediationCreated',
          ...events('RemediationSkipped'),
        ],
      },
    },
    {
      id: 'C198',
      title: 'a request that another check owns is left alone',
      given: [
        ...REBOOT,
        ...remediator('Reprovision'),
        worker('u1', 'Unknown', { pool: 'own' }),
        ...workers(0, 2),
        check({ minHealthy: 0, selector: { matchLabels: { pool: 'own' } } }),
        check({ minHealthy: 1, remediationTemplate: reference('Reprovision') }, { name: 'others' }),
        request('u1', { metadata: { ownerReferences: [OTHERS] } }),
      ],
      gives: {
        objects: checkStatus({ unhealthyNodes: [{ name: 'u1' }], phase: 'Enabled' }),
        events: ['NodeHealthCheck/others Normal Enabled', ...events('Enabled', 'DetectedUnhealthy')],
      },
    },
    {
      id: 'C199',
      title: 'the lease is held by a maintenance until 90 s from now: tried again every minute',
      given: [...REBOOT, ...workers(1, 2), HELD, check({ minHealthy: 1 })],
      when: [
        run('119s'),
        look({
          objects: checkStatus({ healthyNodes: 2, unhealthyNodes: [{ name: 'u1' }], phase: 'Enabled' }),
          events: events('Enabled', 'DetectedUnhealthy', 'RemediationSkipped'),
        }),
        run('2s'),
      ],
      gives: {
        created: ['Reboot default/u1'],
        objects: `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-u1, namespace: medik8s-leases }
spec: { holderIdentity: NodeHealthCheck-workers, leaseDurationSeconds: 660, leaseTransitions: 1 }
`,
        events: events('Enabled', 'DetectedUnhealthy', 'RemediationSkipped', 'RemediationCreated'),
      },
    },
    {
      id: 'C199',
      title: 'without a time-out the lease is renewed every 10 min and given up after 30: the request is told to stop',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [
        run('1490s'),
        look({
          created: remediated('u1'),
          objects: `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-u1, namespace: medik8s-leases }
spec: { acquireTime: "2026-11-22T08:00:00.000000Z", renewTime: "2026-11-22T08:20:00.000000Z", leaseDurationSeconds: 660 }
`,
          events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
        }),
        run('311s'),
      ],
      gives: {
        created: ['Reboot default/u1'],
        objects: `
${request('u1', { metadata: { annotations: { 'remediation.medik8s.io/nhc-timed-out': fromNow('30m') } } })}
---
${checkStatus({ phase: 'Remediating' })}`,
        events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated'),
      },
    },
    {
      id: 'C200',
      title: 'the node recovers: request and own lease are gone, the node is healthy when they are',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [
        run('10s'),
        apply(request('u1', { metadata: { finalizers: ['test/working'] } })),
        run('1s'),
        apply(worker('u1')),
        run('10s'),
        look({
          created: ['Lease medik8s-leases/node-u1'],
          deleted: ['Reboot default/u1'],
          objects: checkStatus({ healthyNodes: 2, phase: 'Remediating' }),
          events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated', 'RemediationRemoved'),
        }),
        apply(request('u1', { metadata: { finalizers: [] } })),
        run('1s'),
      ],
      gives: {
        deleted: ['Reboot default/u1'],
        objects: checkStatus({ healthyNodes: 3, unhealthyNodes: null, phase: 'Enabled' }),
        events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated', 'RemediationRemoved'),
      },
    },
    {
      id: 'C200',
      title: "somebody else's lease is left",
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [run('10s'), apply(lease('u1', 'someone-else', '0s', 600)), apply(worker('u1')), run('10s')],
      gives: {
        objects: `
${checkStatus({ healthyNodes: 3, unhealthyNodes: null, phase: 'Enabled' })}
---
${lease('u1', 'someone-else', '0s', 600)}`,
        events: events('Enabled', 'DetectedUnhealthy', 'RemediationCreated', 'RemediationRemoved'),
      },
    },
  ]);
});
