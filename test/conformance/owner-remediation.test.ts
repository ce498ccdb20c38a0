// What the owners of Machines do about those that a Cluster API health check handed to them: MachineSet and KubeadmControlPlane.
// Source of the cases: kubernetes-sigs/cluster-api ae7ff047, the tests of machineset and of controlplane/kubeadm.

import { describe } from 'vitest';
import { stringify } from 'yaml';
import type { Condition } from '../../core/api/conditions.ts';
import type { StringMap } from '../../core/api/object.ts';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  look,
  type Outcome,
  run,
  type Step,
} from '../kit/conformance.ts';
import { CAPI_NAMESPACE, CLUSTER_NAME, capiMachine, clusterText } from '../kit/conformance-objects.ts';

const HANDED_OVER: readonly Condition[] = [
  { type: 'HealthCheckSucceeded', status: 'False', reason: 'UnhealthyNode', lastTransitionTime: ago('60s') },
  { type: 'OwnerRemediated', status: 'False', reason: 'WaitingForRemediation', lastTransitionTime: ago('60s') },
];

const capi = (row: ConformanceRow): ConformanceRow => ({ machineApi: 'cluster-api', ...row });
const keyOf = (name: string): string => `Machine ${CAPI_NAMESPACE}/${name}`;

/** What the owner said last on a Machine that has no other conditions than the two of its health check. */
function said(name: string, reason: string, message: string): string {
  return `
---
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: ${name}, namespace: ${CAPI_NAMESPACE} }
status:
  conditions:
    - { type: HealthCheckSucceeded, status: "False" }
    - { type: OwnerRemediated, status: "False", reason: ${reason}, message: ${JSON.stringify(message)} }
`;
}

/** The Machine is torn down: its finalizer goes, and with it the Machine. */
function tornDown(name: string): Step {
  return apply(`
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: ${name}, namespace: ${CAPI_NAMESPACE}, finalizers: null }
`);
}

describe('a MachineSet', () => {
  function machineSet(maxInFlight?: number | string, metadata: object = {}): string {
    const labels = { pool: 'workers' };
    return stringify({
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineSet',
      metadata: { name: 'workers', namespace: CAPI_NAMESPACE, ...metadata },
      spec: {
        clusterName: CLUSTER_NAME,
        replicas: 9,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            clusterName: CLUSTER_NAME,
            version: 'v1.33.0',
            bootstrap: { dataSecretName: 'bootstrap' },
            infrastructureRef: {
              apiGroup: 'infrastructure.cluster.x-k8s.io',
              kind: 'Metal3MachineTemplate',
              name: 'm',
            },
          },
        },
        ...(maxInFlight === undefined ? {} : { remediation: { maxInFlight } }),
      },
    });
  }

  /** m0 is the oldest. */
  function sick(count: number, annotated?: string): readonly string[] {
    return Array.from({ length: count }, (_, i) => {
      const annotations = { 'cluster.x-k8s.io/remediate-machine': '' };
      return capiMachine(`m${i}`, {
        created: `${count - i}h`,
        conditions: HANDED_OVER,
        ...(annotated === `m${i}` ? { annotations } : {}),
      });
    });
  }

  const full = (name: string, max: number | string): string =>
    said(
      name,
      'RemediationDeferred',
      `Waiting because there are already too many remediations in progress (spec.remediation.maxInFlight is ${max})`,
    );
  const going = (name: string): string => said(name, 'MachineDeleting', '');
  const untouched = `
---
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: healthy, namespace: ${CAPI_NAMESPACE} }
status: { conditions: null }
`;
  const eight = [machineSet(3), ...sick(8), capiMachine('healthy')];
  const deferred = ['m0', 'm1', 'm2', 'm3', 'm4'].map((name) => full(name, 3)).join('');
  conformance([
    capi({
      id: 'C065',
      title:
        '8 unhealthy and 1 healthy, maxInFlight 3: the 3 newest go, 5 are told to wait, the healthy one is left alone',
      given: eight,
      gives: {
        objects: ['m5', 'm6', 'm7'].map(going).join('') + deferred + untouched,
        deleted: ['m5', 'm6', 'm7'].map(keyOf),
      },
    }),
    capi({
      id: 'C066',
      title: 'while the 3 terminate nobody follows; a slot that becomes free is taken by the next newest',
      given: eight,
      when: [
        run('24h'),
        look({ objects: deferred, deleted: ['m5', 'm6', 'm7'].map(keyOf) }),
        tornDown('m6'),
        run('1ms'),
      ],
      gives: { objects: going('m4') + full('m3', 3), deleted: ['m4', 'm5', 'm6', 'm7'].map(keyOf) },
    }),
    ...[
      { max: undefined, gone: ['m0', 'm1', 'm2', 'm3'] },
      { max: '20%', gone: ['m2', 'm3'] },
      { max: 0, gone: [] },
    ].map(
      ({ max, gone }): ConformanceRow =>
        capi({
          id: 'C065',
          trap: 'T1',
          title: `4 unhealthy of 9 replicas, maxInFlight ${max ?? 'not set'}: ${gone.length} go`,
          given: [machineSet(max), ...sick(4)],
          gives: { objects: gone.map(going).join(''), deleted: gone.map(keyOf) },
        }),
    ),
    capi({
      id: 'C068',
      title: 'one by one: the annotated one first, then newest first',
      given: [machineSet(1), ...sick(4, 'm1')],
      when: [
        run('1ms'),
        look({ deleted: ['m1'].map(keyOf) }),
        tornDown('m1'),
        run('1ms'),
        look({ deleted: ['m1', 'm3'].map(keyOf) }),
        tornDown('m3'),
        run('1ms'),
        look({ deleted: ['m1', 'm2', 'm3'].map(keyOf) }),
        tornDown('m2'),
        run('1ms'),
      ],
      gives: { deleted: ['m0', 'm1', 'm2', 'm3'].map(keyOf) },
    }),
    capi({
      id: 'C069',
      title: 'not while the control plane is upgraded, and says why; then at once',
      given: [clusterText(), machineSet(), controlPlane({ version: 'v1.33.0' }, { version: 'v1.32.8' }), ...sick(1)],
      when: [
        run('24h'),
        look({
          objects: said(
            'm0',
            'RemediationDeferred',
            'KubeadmControlPlane is upgrading from v1.32.8 to v1.33.0 ("ControlPlaneIsStable" preflight check failed)',
          ),
        }),
        apply(controlPlane({ version: 'v1.33.0' }, { version: 'v1.33.0' })),
        run('1ms'),
      ],
      gives: { objects: going('m0'), deleted: [keyOf('m0')] },
    }),
    capi({
      id: 'C070',
      title: 'not the current MachineSet of its MachineDeployment: its Machines go with the rollout, not before',
      given: [
        stringify({
          apiVersion: 'cluster.x-k8s.io/v1beta2',
          kind: 'MachineDeployment',
          metadata: { name: 'general', namespace: CAPI_NAMESPACE, annotations: revision('3') },
          spec: {
            clusterName: CLUSTER_NAME,
            replicas: 9,
            selector: { matchLabels: { pool: 'workers' } },
            template: {
              metadata: { labels: { pool: 'workers' } },
              spec: { clusterName: CLUSTER_NAME, bootstrap: { dataSecretName: 'bootstrap' } },
            },
          },
        }),
        machineSet(undefined, {
          annotations: revision('2'),
          ownerReferences: [
            { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'MachineDeployment', name: 'general', controller: true },
          ],
        }),
        ...sick(1),
      ],
      when: [run('24h')],
      gives: {
        objects: said(
          'm0',
          'CannotBeRemediated',
          "Machine won't be remediated because it is pending removal due to rollout",
        ),
      },
    }),
  ]);
});

function revision(number: string): StringMap {
  return { 'machinedeployment.clusters.x-k8s.io/revision': number };
}

function controlPlane(spec: object = {}, status: object = {}, annotations: object = {}): string {
  return stringify({
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: { name: 'cp', namespace: CAPI_NAMESPACE, annotations },
    spec: {
      replicas: 3,
      version: 'v1.33.0',
      machineTemplate: {
        spec: {
          infrastructureRef: { apiGroup: 'infrastructure.cluster.x-k8s.io', kind: 'Metal3MachineTemplate', name: 'm' },
        },
      },
      ...spec,
    },
    status: { initialization: { controlPlaneInitialized: true }, ...status },
  });
}

describe('a KubeadmControlPlane', () => {
  const IN_PROGRESS = 'controlplane.cluster.x-k8s.io/remediation-in-progress';
  const FOR = 'controlplane.cluster.x-k8s.io/remediation-for';
  const COMPONENTS = ['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy'];

  interface Member {
    /** Handed over to its owner by a health check. */
    readonly sick?: boolean;
    /** `none`: the control plane never saw one. */
    readonly etcd?: 'healthy' | 'dead' | 'none';
    readonly apiServer?: 'healthy' | 'dead';
    readonly node?: boolean;
    readonly deleting?: boolean;
    readonly annotations?: StringMap;
    readonly created?: string;
  }

  function member(name: string, options: Member = {}): string {
    const { sick = false, etcd = 'healthy', apiServer = 'healthy', node = true, ...more } = options;
    const since = { lastTransitionTime: ago('60s') };
    const conditions: Condition[] = COMPONENTS.map((type) => {
      const isDead = type === 'APIServerPodHealthy' && apiServer === 'dead';
      return { type, status: isDead ? 'False' : 'True', reason: 'Seen', ...since };
    });
    if (etcd !== 'none') {
      const status = etcd === 'healthy' ? 'True' : 'False';
      conditions.push({ type: 'EtcdMemberHealthy', status, reason: 'Seen', ...since });
    }
    const owner = 'apiVersion: cluster.x-k8s.io/v1beta2\n      kind: MachineSet\n      name: workers';
    const labels = { 'cluster.x-k8s.io/control-plane': '' };
    return capiMachine(name, {
      labels,
      conditions: [...(sick ? HANDED_OVER : []), ...conditions],
      ...(node ? {} : { node: false as const }),
      ...more,
    }).replace(
      owner,
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta2\n      kind: KubeadmControlPlane\n      name: cp',
    );
  }

  /** The two conditions of the health check come first. */
  function told(name: string, reason: string, message: string): string {
    return `${said(name, reason, message)}    - type: APIServerPodHealthy
    - type: ControllerManagerPodHealthy
    - type: SchedulerPodHealthy
    - type: EtcdPodHealthy
    - type: EtcdMemberHealthy
`;
  }

  function progress(record: string | null): string {
    return `
---
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: KubeadmControlPlane
metadata: { name: cp, namespace: ${CAPI_NAMESPACE}, annotations: { ${IN_PROGRESS}: ${record === null ? 'null' : `'${record}'`} } }
`;
  }

  const recordOf = (machine: string, retryCount: number, at = ago('0s')): string =>
    JSON.stringify({ machine, timestamp: at, retryCount });
  const gone = (name: string, retryCount = 0): Outcome => ({
    objects: told(name, 'MachineDeleting', 'Machine is deleting') + progress(recordOf(name, retryCount)),
    deleted: [keyOf(name)],
  });
  const stays = (name: string, reason: string, message: string): Outcome => ({
    objects: told(name, reason, message) + progress(null),
  });
  const AT_RISK =
    "KubeadmControlPlane can't remediate this Machine because this could result in loosing Kubernetes control plane components or in etcd quorum loss";

  /** `of` members: the first is handed over, it and `further` more have a dead etcd member. */
  function quorum(id: string, of: number, further: number, goes: boolean): ConformanceRow {
    const members = Array.from({ length: of }, (_, i) =>
      member(`m${i}`, { sick: i === 0, etcd: i <= further ? 'dead' : 'healthy' }),
    );
    return capi({
      id,
      title: `${of} members, 1 handed over, ${further} further failing: ${goes ? 'remediated' : 'not remediated'}`,
      given: [controlPlane(), ...members],
      gives: goes ? gone('m0') : stays('m0', 'CannotBeRemediated', AT_RISK),
    });
  }

  conformance([
    capi({
      id: 'C071',
      title: '1 replica: not remediated',
      given: [controlPlane({ replicas: 1 }), member('m0', { sick: true })],
      gives: stays(
        'm0',
        'CannotBeRemediated',
        "KubeadmControlPlane can't remediate if current replicas are less or equal to 1",
      ),
    }),
    quorum('C072', 3, 0, true),
    quorum('C072', 3, 1, false),
    quorum('C074', 5, 1, true),
    quorum('C074', 5, 2, false),
    quorum('C075', 7, 2, true),
    quorum('C075', 7, 3, false),
    quorum('C076', 2, 0, true),
    capi({
      id: 'C079',
      title: 'another Machine is being deleted: not remediated, then at once',
      given: [controlPlane(), member('m0', { sick: true }), member('a'), member('b'), member('c', { deleting: true })],
      when: [
        run('1h'),
        look({
          ...stays(
            'm0',
            'RemediationDeferred',
            'KubeadmControlPlane waiting for control plane Machine deletion to complete before triggering remediation',
          ),
          deleted: [keyOf('c')],
        }),
        tornDown('c'),
        run('1ms'),
      ],
      gives: { deleted: [keyOf('c'), keyOf('m0')] },
    }),
    capi({
      id: 'C080',
      title: 'a healthy Machine is still provisioning: not remediated',
      given: [controlPlane(), member('m0', { sick: true }), member('a'), member('b', { node: false, etcd: 'none' })],
      when: [run('1h')],
      gives: stays(
        'm0',
        'RemediationDeferred',
        'KubeadmControlPlane waiting for control plane Machine provisioning to complete before triggering remediation',
      ),
    }),
    capi({
      id: 'C084',
      title: 'the list of etcd members cannot be read: not remediated',
      given: [
        controlPlane(
          {},
          {
            conditions: [
              {
                type: 'EtcdClusterHealthy',
                status: 'Unknown',
                reason: 'InspectionFailed',
                lastTransitionTime: ago('60s'),
              },
            ],
          },
        ),
        ...['a', 'b'].map((name) => member(name)),
        member('m0', { sick: true }),
      ],
      when: [run('1h')],
      gives: stays('m0', 'RemediationDeferred', 'Failed to check etcd cluster health before remediation'),
    }),
  ]);

  describe('the order', () => {
    const order: readonly (readonly [string, Member])[] = [
      ['annotated', { annotations: { 'cluster.x-k8s.io/remediate-machine': '' } }],
      ['no-node', { node: false, etcd: 'none' }],
      ['etcd', { etcd: 'dead' }],
      ['api-server', { apiServer: 'dead' }],
      ['old', {}],
      ['young', { created: '1h' }],
    ];
    const healthy = Array.from({ length: 9 }, (_, i) => member(`healthy-${i}`));
    const names = order.map(([name]) => keyOf(name));
    // One at a time: the Machine goes, and the control plane has made its replacement.
    const steps = order
      .slice(0, -1)
      .flatMap(([name], i) => [
        run('1ms'),
        look({ deleted: names.slice(0, i + 1) }),
        tornDown(name),
        apply(progress(null).replace('---', '')),
      ]);
    conformance([
      capi({
        id: 'C078',
        title: 'annotated, still provisioning, etcd errors, API server errors, oldest',
        given: [
          controlPlane({ replicas: 15 }),
          ...healthy,
          ...order.map(([name, given]) => member(name, { ...given, sick: true })),
        ],
        when: [...steps, run('1ms')],
        gives: { deleted: names },
      }),
    ]);
  });

  describe('how often', () => {
    const remediation = { maxRetry: 3, minHealthyPeriodSeconds: 3600 };
    const replacement = (since: string, retryCount: number): string =>
      member('m0', { sick: true, annotations: { [FOR]: recordOf('first', retryCount, ago(since)) } });
    const others = [member('a'), member('b')];
    conformance([
      capi({
        id: 'C081',
        title: 'maxRetry 3, last remediation 1800 s ago with retryCount 3: not remediated within minHealthyPeriod',
        given: [controlPlane({ remediation }), replacement('1800s', 3), ...others],
        when: [run('1799s')],
        gives: stays(
          'm0',
          'CannotBeRemediated',
          "KubeadmControlPlane can't remediate this machine because the operation already failed 3 times (MaxRetry)",
        ),
      }),
      capi({
        id: 'C081',
        title: 'retryCount 2: remediated once more, and counted',
        given: [controlPlane({ remediation }), replacement('1800s', 2), ...others],
        gives: gone('m0', 3),
      }),
      capi({
        id: 'C082',
        title: 'last remediation longer ago than minHealthyPeriod: history is forgotten, remediated',
        given: [controlPlane({ remediation }), replacement('3601s', 3), ...others],
        gives: gone('m0', 0),
      }),
    ]);
  });
});
