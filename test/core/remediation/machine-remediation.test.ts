// MachineRemediation beyond the conformance cases: the polling grid, and whole reboots with the host's controller and a BMC.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { NODE } from '../../../core/api/node.ts';
import { MACHINE_REMEDIATION, type MachineRemediation } from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import { machineRemediationController } from '../../../core/remediation/machine-remediation.controller.ts';
import { ANNOTATION_NODE_REBOOT } from '../../../core/remediation/names.ts';
import { nodeRebootController } from '../../../core/remediation/node-reboot.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { anOpenshiftWorker, registersAfter } from '../../kit/host-objects.ts';
import { aNode, meta, NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const REQUEST = `${OPENSHIFT_NAMESPACE}/remediation-x`;
const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const MINUTE = 60_000;

function aRequest(): MachineRemediation {
  return {
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineRemediation',
    metadata: meta('remediation-x', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { type: 'reboot', machineName: 'worker-0' },
  };
}

test('what it waits for is noticed on the 10 s grid, the timeout at the first look after 5 min', () => {
  const bench = coreBench({
    objects: [...anOpenshiftWorker(), aRequest(), aNode('node-0', 'Unknown', 60_000)],
    controllers: [machineRemediationController({ lineage: 'exact' })],
    atMs: NOW_MS,
  });
  bench.runFor(3_000);
  bench.update(BARE_METAL_HOST, HOST, 'status', (host) => ({
    ...host,
    status: { ...host.status, poweredOn: false },
  }));
  bench.run(NOW_MS + 9_999);
  expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOff');
  bench.run(NOW_MS + 10_000);
  expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOn');
  bench.run(NOW_MS + 309_999);
  expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.state).toBe('PowerOn');
  bench.run(NOW_MS + 310_000);
  expect(bench.the(MACHINE_REMEDIATION, REQUEST).status?.endTime).toBe(formatTime(NOW_MS + 310_000));
});

describe('a whole reboot, from the annotation of the Node', () => {
  function reboot(forgetMemory: boolean, lagMs: number): CoreBench {
    const node = aNode('node-0', 'Unknown', 60_000, {
      labels: { zone: 'a' },
      annotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`, [ANNOTATION_NODE_REBOOT]: '' },
    });
    const bench = coreBench({
      objects: [...anOpenshiftWorker(), node],
      controllers: [
        nodeRebootController({ lineage: 'exact' }),
        machineRemediationController({ lineage: 'exact' }),
        bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' }),
      ],
      atMs: NOW_MS,
      lagMs,
      runtime: { forgetMemory },
      onPower: registersAfter(2 * MINUTE),
    });
    bench.runFor(10 * MINUTE);
    return bench;
  }

  test.each([
    { forgetMemory: false, lagMs: 0 },
    { forgetMemory: false, lagMs: 50 },
    { forgetMemory: true, lagMs: 50 },
  ])('ends Ready with one power cycle ($forgetMemory, $lagMs)', ({ forgetMemory, lagMs }) => {
    const bench = reboot(forgetMemory, lagMs);
    expect(bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`)).toEqual(['off soft', 'on hard']);
    expect(bench.names(MACHINE_REMEDIATION)).toEqual([]);
    expect(bench.the(NODE, 'node-0').metadata.labels).toEqual({ zone: 'a' });
    expect(bench.events.filter(({ kind }) => kind !== 'BareMetalHost').map(({ reason }) => reason)).toEqual([
      'MachineRemediationRebootStarted',
      'MachineRemediationRebootPoweringOn',
      'MachineRemediationRebootSucceeded',
    ]);
    expect(bench.the(BARE_METAL_HOST, HOST).status).toMatchObject({ poweredOn: true, operationalStatus: 'OK' });
  });
});
