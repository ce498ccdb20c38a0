// Owner remediation by a KubeadmControlPlane beyond the conformance cases: learners, components, one at a time, retries.

import { describe, expect, test } from 'vitest';
import { KUBEADM_CONTROL_PLANE, type KubeadmControlPlane } from '../../../core/api/cluster.ts';
import { type Condition, findCondition } from '../../../core/api/conditions.ts';
import { CAPI_MACHINE, type Machine } from '../../../core/api/machine.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { parseRecord } from '../../../core/remediation/control-plane-retries.ts';
import { ownerControlPlaneRemediation } from '../../../core/remediation/owner-control-plane.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { CAPI_NAMESPACE, meta, NOW_MS } from '../../kit/machine-objects.ts';

const IN_PROGRESS = 'controlplane.cluster.x-k8s.io/remediation-in-progress';
const FOR = 'controlplane.cluster.x-k8s.io/remediation-for';

const COMPONENTS = ['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy'];

interface Given {
  /** Handed over to its owner by a health check. */
  readonly sick?: boolean;
  /** `learner` and `dead` are members that do not count as healthy; `none` was never seen. */
  readonly etcd?: 'voter' | 'learner' | 'dead' | 'none';
  readonly components?: boolean;
  readonly node?: boolean;
  readonly deleting?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly createdAgoMs?: number;
}

function member(name: string, given: Given = {}): Machine {
  const { sick = false, etcd = 'voter', components = true, node = true, deleting = false } = given;
  const conditions: Condition[] = COMPONENTS.map((type) => ({ type, status: components ? 'True' : 'False' }));
  if (etcd === 'voter') conditions.push({ type: 'EtcdMemberHealthy', status: 'True', reason: 'Healthy' });
  if (etcd === 'dead') conditions.push({ type: 'EtcdMemberHealthy', status: 'False', reason: 'NotHealthy' });
  if (etcd === 'learner') {
    const message = 'Waiting for learner etcd member to be promoted';
    conditions.push({ type: 'EtcdMemberHealthy', status: 'False', reason: 'NotHealthy', message });
  }
  if (sick) {
    conditions.push({ type: 'HealthCheckSucceeded', status: 'False', reason: 'UnhealthyNode' });
    conditions.push({ type: 'OwnerRemediated', status: 'False', reason: 'WaitingForRemediation' });
  }
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: meta(name, {
      namespace: CAPI_NAMESPACE,
      ...(given.annotations === undefined ? {} : { annotations: given.annotations }),
      ...(deleting ? { deletionTimestamp: formatTime(NOW_MS - 60_000) } : {}),
      creationTimestamp: formatTime(NOW_MS - (given.createdAgoMs ?? 86_400_000)),
      finalizers: ['machine.cluster.x-k8s.io'],
      ownerReferences: [
        {
          apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
          kind: 'KubeadmControlPlane',
          name: 'cp',
          uid: 'uid-cp',
          controller: true,
        },
      ],
    }),
    status: { ...(node ? { nodeRef: { name: `node-${name}` } } : {}), conditions },
  };
}

function controlPlane(
  spec: KubeadmControlPlane['spec'] = {},
  status: KubeadmControlPlane['status'] = {},
  annotations?: Readonly<Record<string, string>>,
): KubeadmControlPlane {
  return {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: meta('cp', { namespace: CAPI_NAMESPACE, ...(annotations === undefined ? {} : { annotations }) }),
    spec: { replicas: 3, ...spec },
    status: { initialization: { controlPlaneInitialized: true }, ...status },
  };
}

function bench(objects: readonly KubeObject[]): CoreBench {
  const run = coreBench({ objects, controllers: [ownerControlPlaneRemediation()], atMs: NOW_MS });
  run.runFor(1_000);
  return run;
}

function deleted(run: CoreBench): readonly string[] {
  return run.performed.flatMap(({ action, outcome }) =>
    action.do === 'delete' && outcome.kind === 'done' ? [action.key.name] : [],
  );
}

function owner(run: CoreBench, name: string): string {
  const { conditions } = run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/${name}`).status ?? {};
  const said = findCondition(conditions, 'OwnerRemediated');
  return said === undefined ? 'none' : `${said.status} ${said.reason} ${said.message ?? ''}`.trim();
}

function progress(run: CoreBench): string | undefined {
  return run.the(KUBEADM_CONTROL_PLANE, `${CAPI_NAMESPACE}/cp`).metadata.annotations?.[IN_PROGRESS];
}

/** `healthy` voters, then one sick and dead member, then further dead ones that nobody handed over. */
function cluster(healthy: number, further: number): KubeObject[] {
  const names = Array.from({ length: healthy + 1 + further }, (_, i) => `m${i}`);
  return names.map((name, i) => {
    if (i < healthy) return member(name);
    return member(name, { sick: i === healthy, etcd: 'dead' });
  });
}

const AT_RISK =
  "False CannotBeRemediated KubeadmControlPlane can't remediate this Machine because this could result in loosing Kubernetes control plane components or in etcd quorum loss";

describe('quorum', () => {
  test('a member that learns holds every remediation back, and its promotion lets it go on', () => {
    // Five members: without the rule one that does not count would be tolerated.
    const others = [member('m0'), member('m3'), member('m4')];
    const run = bench([controlPlane(), ...others, member('m1', { etcd: 'learner' }), member('m2', { sick: true })]);
    expect([deleted(run), owner(run, 'm2')]).toEqual([[], AT_RISK]);
    run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/m1`, 'status', (machine) => ({
      ...machine,
      status: member('m1').status ?? {},
    }));
    run.runFor(1);
    expect(deleted(run)).toEqual(['m2']);
  });

  test('the last working components are kept, however healthy etcd is', () => {
    const broken = { components: false };
    const run = bench([controlPlane(), member('m0', broken), member('m1', broken), member('m2', { sick: true })]);
    expect([deleted(run), owner(run, 'm2')]).toEqual([[], AT_RISK]);
  });

  test('before the control plane is initialised nothing of this is asked', () => {
    const objects = [member('m0', { sick: true, etcd: 'none', components: false, node: false })];
    const status = { initialization: { controlPlaneInitialized: false } };
    expect(deleted(bench([controlPlane({}, status), ...objects]))).toEqual(['m0']);
  });
});

describe('gates', () => {
  test('where no member was ever seen nobody goes', () => {
    const others = ['a', 'b'].map((name) => member(name, { etcd: 'none' }));
    const run = bench([controlPlane(), ...others, member('m', { sick: true, etcd: 'none' })]);
    expect([deleted(run), owner(run, 'm'), progress(run)]).toEqual([
      [],
      'False RemediationDeferred Failed to check etcd cluster health before remediation',
      undefined,
    ]);
  });

  test('one at a time: the next waits until the replacement of the first is made', () => {
    const sick = [member('a', { sick: true }), member('b', { sick: true })];
    const run = bench([controlPlane({ replicas: 5 }), ...sick, member('c'), member('d'), member('e')]);
    expect(deleted(run)).toEqual(['a']);
    run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/a`, 'main', (machine) => ({
      ...machine,
      metadata: { ...machine.metadata, finalizers: [] },
    }));
    run.runFor(86_400_000);
    expect([deleted(run), run.rules().at(-1)]).toEqual([['a'], 'in-progress']);
    const { metadata, status, ...rest } = member('f');
    const { uid: _, resourceVersion: __, creationTimestamp: ___, ...born } = metadata;
    run.store.create(CAPI_MACHINE, { ...rest, metadata: born });
    run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/f`, 'status', (machine) => ({ ...machine, status: status ?? {} }));
    run.runFor(1_000);
    expect(deleted(run)).toEqual(['a', 'b']);
    expect(parseRecord(progress(run))?.machine).toBe('b');
  });

  test('a machine that recovers before its owner acted loses the owner condition', () => {
    const run = bench([controlPlane({ replicas: 1 }), member('m', { sick: true })]);
    run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/m`, 'status', (machine) => ({
      ...machine,
      status: {
        ...machine.status,
        conditions: (machine.status?.conditions ?? []).map((condition) =>
          condition.type === 'HealthCheckSucceeded' ? { ...condition, status: 'True' as const } : condition,
        ),
      },
    }));
    run.runFor(1);
    expect(owner(run, 'm')).toBe('none');
  });

  test('a paused control plane does nothing', () => {
    const paused = controlPlane({}, {}, { 'cluster.x-k8s.io/paused': '' });
    expect(deleted(bench([paused, ...cluster(2, 0)]))).toEqual([]);
  });
});

describe('retries', () => {
  function replacement(agoMs: number, retryCount: number): Machine {
    const record = { machine: 'first', timestamp: formatTime(NOW_MS - agoMs), retryCount };
    return member('m', { sick: true, annotations: { [FOR]: JSON.stringify(record) } });
  }
  const others = [member('a'), member('b')];

  test('when minHealthyPeriod is over while it waits, history is forgotten', () => {
    const remediation = { maxRetry: 3, minHealthyPeriodSeconds: 3600 };
    const run = bench([controlPlane({ remediation }), replacement(1_800_000, 3), ...others]);
    run.run(NOW_MS + 1_799_000);
    expect(deleted(run)).toEqual([]);
    run.run(NOW_MS + 1_800_000 + 20_000);
    expect(deleted(run)).toEqual(['m']);
    expect(parseRecord(progress(run))?.retryCount).toBe(0);
  });

  test('v1beta1 periods are durations; within the retry period it waits, then goes', () => {
    const remediationStrategy = { retryPeriod: '10m', minHealthyPeriod: '1h' };
    const run = bench([controlPlane({ remediationStrategy }), replacement(300_000, 0), ...others]);
    expect([deleted(run), owner(run, 'm')]).toEqual([
      [],
      "False RemediationDeferred KubeadmControlPlane can't remediate this machine because the operation already failed in the latest 10m0s (RetryPeriodSeconds)",
    ]);
    run.run(NOW_MS + 320_000);
    expect([deleted(run), parseRecord(progress(run))?.retryCount]).toEqual([['m'], 1]);
  });
});
