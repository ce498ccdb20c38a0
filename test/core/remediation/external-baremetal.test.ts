// OpenShift's annotation flow: the conformance cases, the deadline, and a whole reboot.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject, StringMap } from '../../../core/api/object.ts';
import type { OpenshiftMachineHealthCheck } from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import { externalBaremetalController } from '../../../core/remediation/external-baremetal.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { anOpenshiftWorker, type HostOptions, registersAfter } from '../../kit/host-objects.ts';
import { aNode, type MachineOptions, meta, NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const MACHINE = `${OPENSHIFT_NAMESPACE}/worker-0`;
const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const ASK = { 'host.metal3.io/external-remediation': '' };
const HELD = { 'reboot.metal3.io/capbm-requested-power-off': '{"mode":"hard"}' };
const WAS_OFF = { 'remediation.metal3.io/powered-off-for-remediation': '' };
const DEADLINE = 'remediation.metal3.io/power-on-will-timeout-at';
const BACKUP = {
  'remediation.metal3.io/node-annotations-backup': '{"x":"y"}',
  'remediation.metal3.io/node-labels-backup': '{"zone":"a"}',
};
const MINUTE = 60_000;
const LOST = aNode('node-0', 'Unknown', 10 * MINUTE, { labels: { zone: 'a' }, annotations: { x: 'y' } });
const OFF: HostOptions = { annotations: HELD, status: { poweredOn: false } };

function aCheck(nodeStartupTimeout: string): OpenshiftMachineHealthCheck {
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { selector: { matchLabels: { pool: 'workers' } }, nodeStartupTimeout },
  };
}

function start(
  host: HostOptions,
  annotations: StringMap,
  others: readonly KubeObject[],
  machine: MachineOptions = {},
): CoreBench {
  return coreBench({
    objects: [...anOpenshiftWorker(host, { ...machine, annotations }), ...others],
    controllers: [externalBaremetalController()],
    atMs: NOW_MS,
  });
}

function machineAnnotations(bench: CoreBench): StringMap {
  const { 'metal3.io/BareMetalHost': _, ...rest } = bench.the(OPENSHIFT_MACHINE, MACHINE).metadata.annotations ?? {};
  return rest;
}

function isDeleting(bench: CoreBench): boolean {
  return bench.the(OPENSHIFT_MACHINE, MACHINE).metadata.deletionTimestamp !== undefined;
}

describe('one step', () => {
  test('nobody asks: nothing happens, whatever the Node says', () => {
    const bench = start({}, {}, [LOST]);
    bench.runFor(60 * MINUTE);
    expect(bench.performed).toEqual([]);
  });

  test('asked: the host is held off, hard, and waited for without end', () => {
    const bench = start({}, ASK, [LOST]);
    bench.runFor(24 * 60 * MINUTE);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations).toEqual(HELD);
    expect(bench.rules(MACHINE)).toEqual(['power-off-requested', 'waiting-for-power-off']);
  });

  test('C138 off, but the Node deletion is not finished: power-on is not asked for', () => {
    const held = aNode('node-0', 'Unknown', MINUTE, {
      finalizers: ['hold'],
      labels: { zone: 'a' },
      annotations: { x: 'y' },
    });
    const bench = start(OFF, ASK, [held]);
    bench.runFor(10 * MINUTE);
    expect(bench.the(NODE, 'node-0').metadata.deletionTimestamp).toBe(formatTime(NOW_MS));
    expect(machineAnnotations(bench)).toEqual({ ...ASK, ...BACKUP });
    bench.update(NODE, 'node-0', 'main', (node) => ({ ...node, metadata: { ...node.metadata, finalizers: [] } }));
    bench.runFor(2_000);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations ?? {}).toEqual({});
    expect(machineAnnotations(bench)).toMatchObject(WAS_OFF);
  });

  test.each([
    { id: 'nodeStartupTimeout 30m', checks: [aCheck('30m')], minutes: 30 },
    { id: 'nodeStartupTimeout 0s', checks: [aCheck('0s')], minutes: 20 },
    { id: 'no MachineHealthCheck', checks: [], minutes: 20 },
  ])('C136 power-on with $id: $minutes min', ({ checks, minutes }) => {
    const bench = start(OFF, { ...ASK, ...WAS_OFF }, checks);
    bench.runFor(0);
    expect(machineAnnotations(bench)[DEADLINE]).toBe(formatTime(NOW_MS + minutes * MINUTE));
  });

  test.each([
    { id: 'a worker', host: {}, machine: {}, deleting: true },
    {
      id: 'a master',
      host: {},
      machine: { labels: { 'machine.openshift.io/cluster-api-machine-role': 'master' } },
      deleting: false,
    },
    { id: 'externally provisioned', host: { spec: { externallyProvisioned: true } }, machine: {}, deleting: false },
    { id: 'without controller owner', host: {}, machine: { owned: false }, deleting: false },
  ])('the Node is not back at the deadline, $id: Machine deleted $deleting', ({ host, machine, deleting }) => {
    const annotations = { ...ASK, ...WAS_OFF, [DEADLINE]: formatTime(NOW_MS + 10_000) };
    const bench = start(host, annotations, [], machine);
    bench.runFor(10_000);
    expect(isDeleting(bench)).toBe(false);
    bench.runFor(5_000);
    expect(isDeleting(bench)).toBe(deleting);
  });

  test('at the deadline itself there is still time', () => {
    const bench = start({}, { ...ASK, ...WAS_OFF, [DEADLINE]: formatTime(NOW_MS) }, []);
    bench.runFor(0);
    expect(bench.rules(MACHINE)).toEqual(['waiting-for-node']);
  });

  test('withdrawn half-way: the host stays held off', () => {
    const bench = start({}, ASK, [LOST]);
    bench.runFor(1_000);
    bench.update(OPENSHIFT_MACHINE, MACHINE, 'main', (machine) => ({
      ...machine,
      metadata: { ...machine.metadata, annotations: { 'metal3.io/BareMetalHost': HOST } },
    }));
    bench.runFor(60 * MINUTE);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations).toEqual(HELD);
  });
});

test.each([
  { forgetMemory: false, lagMs: 0 },
  { forgetMemory: false, lagMs: 50 },
  { forgetMemory: true, lagMs: 50 },
])('a whole reboot with the host and its BMC ($forgetMemory, $lagMs)', ({ forgetMemory, lagMs }) => {
  const bench = coreBench({
    objects: [...anOpenshiftWorker({}, { annotations: ASK }), LOST],
    controllers: [
      externalBaremetalController(),
      bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' }),
    ],
    atMs: NOW_MS,
    lagMs,
    runtime: { forgetMemory },
    onPower: registersAfter(4 * MINUTE),
  });
  bench.runFor(15 * MINUTE);
  const { labels, annotations } = bench.the(NODE, 'node-0').metadata;
  expect(bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`)).toEqual(['off hard', 'on hard']);
  expect({ labels, annotations }).toEqual({ labels: { zone: 'a' }, annotations: { x: 'y' } });
  expect({
    machine: machineAnnotations(bench),
    host: bench.the(BARE_METAL_HOST, HOST).metadata.annotations ?? {},
  }).toEqual({
    machine: {},
    host: {},
  });
});
