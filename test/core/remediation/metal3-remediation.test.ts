// Metal3Remediation: the conformance cases row by row, the limits over time, and whole reboots in both modes.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { CAPI_MACHINE, type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { METAL3_REMEDIATION, type Metal3Remediation } from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { POD, type Pod, VOLUME_ATTACHMENT, type VolumeAttachment } from '../../../core/api/workload.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import {
  type Metal3RemediationOptions,
  metal3RemediationController,
} from '../../../core/remediation/metal3-remediation.controller.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aCapiWorker, anOpenshiftWorker, type HostOptions, registersAfter } from '../../kit/host-objects.ts';
import {
  aNode,
  CAPI_NAMESPACE,
  type MachineOptions,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
} from '../../kit/machine-objects.ts';

const REQUEST = `${CAPI_NAMESPACE}/worker-0`;
const HOST = `${CAPI_NAMESPACE}/host-0`;
const POWER_OFF = 'reboot.metal3.io/metal3-remediation-uid-request';
const FINALIZER = 'metal3remediation.infrastructure.cluster.x-k8s.io';
const SECOND = 1_000;
const MINUTE = 60_000;

const TAINT: Metal3RemediationOptions = { machineApi: 'cluster-api', outOfServiceTaint: true, lineage: 'exact' };
const DELETE: Metal3RemediationOptions = { machineApi: 'cluster-api', outOfServiceTaint: false, lineage: 'exact' };
const OPENSHIFT: Metal3RemediationOptions = { machineApi: 'openshift', outOfServiceTaint: true, lineage: 'exact' };

type Status = NonNullable<Metal3Remediation['status']>;
type Strategy = NonNullable<NonNullable<Metal3Remediation['spec']>['strategy']>;

function aRequest(status: Status = {}, strategy: Strategy = {}, finalizers: readonly string[] = []): Metal3Remediation {
  return {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
    kind: 'Metal3Remediation',
    metadata: {
      ...meta('worker-0', { namespace: CAPI_NAMESPACE, finalizers }),
      uid: 'uid-request',
      ownerReferences: [{ apiVersion: 'x/v1', kind: 'Machine', name: 'worker-0', uid: 'uid-worker-0' }],
    },
    spec: { strategy: { type: 'Reboot', ...strategy } },
    status,
  };
}

function running(agoMs: number, strategy: Strategy = {}): Metal3Remediation {
  return aRequest({ phase: 'Running', lastRemediated: formatTime(NOW_MS - agoMs) }, strategy, [FINALIZER]);
}

function waiting(agoMs: number, strategy: Strategy = {}, retryCount = 0): Metal3Remediation {
  return aRequest({ phase: 'Waiting', lastRemediated: formatTime(NOW_MS - agoMs), retryCount }, strategy);
}

function start(
  objects: readonly KubeObject[],
  options: Metal3RemediationOptions = TAINT,
  more: Partial<CoreBenchOptions> = {},
): CoreBench {
  return coreBench({ objects, controllers: [metal3RemediationController(options)], atMs: NOW_MS, ...more });
}

function at(bench: CoreBench, ms: number): CoreBench {
  bench.run(NOW_MS + ms);
  return bench;
}

const OFF: HostOptions = { annotations: { [POWER_OFF]: '{"mode":"hard"}' }, status: { poweredOn: false } };
const LOST = aNode('node-0', 'Unknown', 10 * MINUTE, { labels: { zone: 'a' }, annotations: { x: 'y' } });
const ATTACHMENT: VolumeAttachment = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'VolumeAttachment',
  metadata: meta('va-1'),
  spec: { nodeName: 'node-0' },
};
const TERMINATING: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta('db-0', { namespace: 'apps', deletionTimestamp: formatTime(NOW_MS), finalizers: ['hold'] }),
  spec: { nodeName: 'node-0' },
};

describe('one step', () => {
  test('C121 a host with spec.online=false: Failed, and not tried again', () => {
    const bench = at(start([...aCapiWorker({ spec: { online: false } }), aRequest(), LOST]), MINUTE);
    expect(bench.the(METAL3_REMEDIATION, REQUEST).status).toEqual({ phase: 'Failed' });
    expect(bench.rules(REQUEST)).toEqual(['host-is-offline', 'remediation-failed']);
  });

  test('C122 a new request: Running, finalizer, then the host is asked to stay off, hard', () => {
    const bench = at(start([...aCapiWorker(), aRequest(), LOST]), 0);
    const request = bench.the(METAL3_REMEDIATION, REQUEST);
    expect(request.status).toEqual({ phase: 'Running', lastRemediated: formatTime(NOW_MS) });
    expect(request.metadata.finalizers).toEqual([FINALIZER]);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations).toEqual({ [POWER_OFF]: '{"mode":"hard"}' });
    expect(bench.the(BARE_METAL_HOST, HOST).spec?.online).toBe(true);
  });

  test.each([
    {
      id: 'C126 timeoutSeconds 600, 700 s ago',
      request: waiting(700 * SECOND, { timeoutSeconds: 600 }),
      rule: 'retrying',
    },
    { id: 'v1beta1 timeout 5m, 301 s ago', request: waiting(301 * SECOND, { timeout: '5m0s' }), rule: 'retrying' },
    { id: 'default timeout, exactly 600 s ago', request: waiting(600 * SECOND), rule: 'waiting-for-healthy-node' },
    { id: 'C128 never remediated', request: aRequest({ phase: 'Waiting' }), rule: 'waiting-for-healthy-node' },
    { id: 'C124 retryLimit 1, retryCount 0', request: waiting(700 * SECOND, { retryLimit: 1 }), rule: 'retrying' },
    {
      id: 'retryLimit 1, retryCount 1',
      request: waiting(700 * SECOND, { retryLimit: 1 }, 1),
      rule: 'retry-limit-reached',
    },
    {
      id: 'C125 retryLimit 0 counts as not set',
      request: waiting(700 * SECOND, { retryLimit: 0 }),
      rule: 'retry-limit-reached',
    },
    {
      id: 'C125 retryLimit -1 counts as not set',
      request: waiting(700 * SECOND, { retryLimit: -1 }),
      rule: 'retry-limit-reached',
    },
  ])('$id: $rule', ({ request, rule }) => {
    expect(at(start([...aCapiWorker(), request, LOST]), 0).rules(REQUEST)[0]).toBe(rule);
  });

  test('C131 off, in taint mode, one VolumeAttachment left: tainted, and not switched on until it is gone', () => {
    const bench = start([...aCapiWorker(OFF), running(MINUTE), LOST, ATTACHMENT]);
    at(bench, MINUTE);
    expect(bench.the(NODE, 'node-0').spec?.taints).toEqual([
      {
        key: 'node.kubernetes.io/out-of-service',
        value: 'nodeshutdown',
        effect: 'NoExecute',
        timeAdded: formatTime(NOW_MS),
      },
    ]);
    expect(bench.the(METAL3_REMEDIATION, REQUEST).status?.phase).toBe('Running');
    bench.delete(VOLUME_ATTACHMENT, 'va-1');
    at(bench, MINUTE + 5 * SECOND);
    expect(bench.the(METAL3_REMEDIATION, REQUEST).status?.phase).toBe('Waiting');
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations?.[POWER_OFF]).toBeUndefined();
  });

  test('a terminating pod holds the power-on back as well, one that nobody deletes does not', () => {
    const held = at(start([...aCapiWorker(OFF), running(MINUTE), LOST, TERMINATING]), MINUTE);
    expect(held.rules(REQUEST).at(-1)).toBe('waiting-for-drain');
    held.update(POD, 'apps/db-0', 'main', (pod) => ({ ...pod, metadata: { ...pod.metadata, finalizers: [] } }));
    expect(at(held, MINUTE + 5 * SECOND).rules(REQUEST)).toContain('node-out-of-service');
    const { deletionTimestamp: _, ...metadata } = TERMINATING.metadata;
    const free = at(start([...aCapiWorker(OFF), running(MINUTE), LOST, { ...TERMINATING, metadata }]), MINUTE);
    expect(free.rules(REQUEST)).toContain('node-out-of-service');
  });

  test('C132 off, older cluster: Node backed up on the request and deleted, phase Waiting', () => {
    const bench = at(start([...aCapiWorker(OFF), running(MINUTE), LOST], DELETE), 5 * SECOND);
    const request = bench.the(METAL3_REMEDIATION, REQUEST);
    expect(bench.get(NODE, 'node-0')).toBeUndefined();
    expect({ phase: request.status?.phase, backup: request.metadata.annotations }).toEqual({
      phase: 'Waiting',
      backup: {
        'remediation.metal3.io/node-annotations-backup': '{"x":"y"}',
        'remediation.metal3.io/node-labels-backup': '{"zone":"a"}',
      },
    });
  });

  test('C134 at the limit: the owner is asked, the host marked, phase Deleting machine', () => {
    const bench = at(start([...aCapiWorker(), waiting(700 * SECOND, {}, 1), LOST]), 0);
    expect(bench.the(CAPI_MACHINE, REQUEST).status?.conditions).toEqual([
      {
        type: 'OwnerRemediated',
        status: 'False',
        reason: 'WaitingForRemediation',
        lastTransitionTime: formatTime(NOW_MS),
      },
    ]);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations).toEqual({
      'capm3.metal3.io/unhealthy': 'capm3/UnhealthyNode',
    });
    expect(bench.the(METAL3_REMEDIATION, REQUEST).status?.phase).toBe('Deleting machine');
  });

  const openshiftRequest: Metal3Remediation = {
    ...waiting(700 * SECOND, {}, 1),
    metadata: { ...waiting(0).metadata, namespace: OPENSHIFT_NAMESPACE },
  };
  const master: MachineOptions = { labels: { 'machine.openshift.io/cluster-api-machine-role': 'master' } };
  test.each([
    { id: 'a worker', host: {}, machine: {}, deleted: true },
    { id: 'a master', host: {}, machine: master, deleted: false },
    {
      id: 'a host that is externally provisioned',
      host: { spec: { externallyProvisioned: true } },
      machine: {},
      deleted: false,
    },
    { id: 'a Machine without controller owner', host: {}, machine: { owned: false }, deleted: false },
  ])('C135 OpenShift at the limit, $id: deleted $deleted, host marked all the same', ({ host, machine, deleted }) => {
    const bench = at(start([...anOpenshiftWorker(host, machine), openshiftRequest, LOST], OPENSHIFT), 0);
    const worker: Machine = bench.the(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/worker-0`);
    const marked = bench.the(BARE_METAL_HOST, `${OPENSHIFT_NAMESPACE}/host-0`).metadata.annotations;
    expect(worker.metadata.deletionTimestamp !== undefined).toBe(deleted);
    expect(marked).toEqual({ 'capm3.metal3.io/unhealthy': 'capm3/UnhealthyNode' });
  });
});

describe('over time', () => {
  /** The host answers every request at once; its node never becomes Ready. */
  function cycles(strategy: Strategy, hours: number) {
    const bench = start([...aCapiWorker(), aRequest({}, strategy), LOST], TAINT, {
      controllers: [
        metal3RemediationController(TAINT),
        bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' }),
      ],
      bmc: { powerOffMs: 1, powerOnMs: 1, answerMs: 1 },
    });
    bench.runFor(hours * 60 * MINUTE);
    const given = bench.decisions.find(({ because }) => because.rule === 'retry-limit-reached');
    const offs = bench.bmc.commands.filter(({ power }) => power === 'off').map(({ atMs }) => (atMs - NOW_MS) / SECOND);
    return { offs, givenUpAt: ((given?.atMs ?? 0) - NOW_MS) / SECOND };
  }

  test.each([
    {
      id: 'C129 retryLimit 2, timeout 300 s',
      strategy: { retryLimit: 2, timeoutSeconds: 300 },
      dueAt: [0, 300, 600],
      end: 900,
    },
    { id: 'C129 trap T7 the defaults', strategy: {}, dueAt: [0, 600], end: 1200 },
  ])('$id: power cycles = retryLimit + 1', ({ strategy, dueAt, end }) => {
    const { offs, givenUpAt } = cycles(strategy, 2);
    expect(offs.length).toBe(dueAt.length);
    dueAt.forEach((due, i) => {
      expect((offs[i] ?? 0) - due).toBeGreaterThanOrEqual(0);
      expect((offs[i] ?? 0) - due).toBeLessThanOrEqual(i * 6);
    });
    expect(givenUpAt).toBeGreaterThan(end);
    expect(givenUpAt).toBeLessThanOrEqual(end + 18);
  });

  test('C130 trap T6 a dead BMC leaves the phase Running for ever, at the cost of no decision', () => {
    const bench = at(start([...aCapiWorker(), aRequest(), LOST]), MINUTE);
    const { decided } = bench.runtime;
    at(bench, 24 * 60 * MINUTE);
    const { phase, retryCount = 0 } = bench.the(METAL3_REMEDIATION, REQUEST).status ?? {};
    expect({ phase, retryCount, more: bench.runtime.decided - decided }).toEqual({
      phase: 'Running',
      retryCount: 0,
      more: 0,
    });
  });
});

describe('a whole reboot with the host and its BMC', () => {
  function reboot(options: Metal3RemediationOptions, runtime: CoreBenchOptions['runtime'], lagMs: number): CoreBench {
    const bench = start([...aCapiWorker(), aRequest(), LOST], options, {
      controllers: [
        metal3RemediationController(options),
        bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' }),
      ],
      lagMs,
      ...(runtime === undefined ? {} : { runtime }),
      onPower: registersAfter(3 * MINUTE),
    });
    bench.runFor(5 * MINUTE);
    bench.delete(METAL3_REMEDIATION, REQUEST);
    bench.runFor(10 * MINUTE);
    return bench;
  }

  test.each([
    { mode: TAINT, forgetMemory: false, lagMs: 0 },
    { mode: TAINT, forgetMemory: true, lagMs: 50 },
    { mode: DELETE, forgetMemory: false, lagMs: 50 },
    { mode: DELETE, forgetMemory: true, lagMs: 0 },
  ])('$mode.outOfServiceTaint: one hard power cycle, nothing left behind ($forgetMemory, $lagMs)', (row) => {
    const bench = reboot(row.mode, { forgetMemory: row.forgetMemory }, row.lagMs);
    const node: Node = bench.the(NODE, 'node-0');
    const { metadata, status } = bench.the(BARE_METAL_HOST, HOST);
    expect(bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`)).toEqual(['off hard', 'on hard']);
    expect({ taints: node.spec?.taints ?? [], labels: node.metadata.labels, extra: node.metadata.annotations }).toEqual(
      {
        taints: [],
        labels: { zone: 'a' },
        extra: { x: 'y' },
      },
    );
    expect({ annotations: metadata.annotations ?? {}, poweredOn: status?.poweredOn }).toEqual({
      annotations: {},
      poweredOn: true,
    });
    expect(bench.names(METAL3_REMEDIATION)).toEqual([]);
  });
});
