// OpenShift's health check with a Metal3Remediation template in a whole cluster: a node hangs, is powered off, its Node is
// deleted, and it comes back with its labels.

import { expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import { METAL3_REMEDIATION } from '../../../core/api/remediation.ts';
import { hangRun, hangStudy, linesOf } from '../../kit/hang-study.ts';
import { metal3Remediation } from '../../kit/remediation-manifests.ts';

test('a hung node is power-cycled through a Metal3Remediation on OpenShift', () => {
  const study = hangStudy(metal3Remediation(120, 1));
  const node = { namespace: '', name: 'worker-1' };
  const run = hangRun(study, []);
  const { store, observer } = run.world;
  expect(
    linesOf(run, 'power', 'host', 'fault', 'effect', 'event').filter((line) => !line.includes('DetectedUnhealthy')),
  ).toEqual([
    '10:00.000 osHang, ends by reboot',
    '12:51.400 BMC told to power off (hard)',
    '12:51.400 powerOff',
    '12:51.400 bare-metal-host: PowerOff: Host powered off',
    '12:56.400 power off (remediation)',
    '12:56.400 BMC power off: succeeded',
    '13:06.600 BMC told to power on (hard)',
    '13:06.600 powerOn',
    '13:06.600 bare-metal-host: PowerOn: Host powered on',
    '13:11.600 osHang ended by powerCycle',
    '13:11.600 boots (remediation)',
    '13:11.600 BMC power on: succeeded',
  ]);
  expect(store.list(METAL3_REMEDIATION)).toEqual([]);
  expect(store.get(NODE, node)?.metadata.labels?.['kubernetes.io/hostname']).toBe('worker-1');
  expect(observer.fencings.counts).toMatchObject({ fencings: 1, needlessHealthy: 0, reprovisionings: 0 });
});
