// A hung operating system is deaf to its power button: what a soft power-off costs then (incident I07). The original operator
// takes spec.online away, which the host operator answers softly, and gives a reboot five minutes in all.

import { expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { studyFiles } from '../../../twin/study-files.ts';
import { hangRun, hangStudy, linesOf } from '../../kit/hang-study.ts';

function rebooted(lineage: Lineage) {
  const manifests = studyFiles.readText('examples/policies/mdb-unlimited.yaml');
  const { config, policy } = hangStudy(manifests.kind === 'text' ? manifests.text : '');
  const run = hangRun({ config, policy: { ...policy, lineage } }, []);
  const host = run.world.store.list(BARE_METAL_HOST).find(({ metadata }) => metadata.name === 'worker-1');
  return { told: linesOf(run, 'power', 'host', 'event').filter((line) => !line.includes('health-check')), host };
}

test('exact: an error after three minutes, the hard power-off two minutes later, and by then the reboot has timed out', () => {
  const { told, host } = rebooted('exact');
  expect(told).toEqual([
    '15:51.200 machine-remediation: MachineRemediationRebootStarted: Starts the reboot process',
    '15:51.300 BMC told to power off (soft)',
    '15:51.300 bare-metal-host: PowerOff: Host soft powered off',
    '18:51.300 bare-metal-host: PowerManagementError: Continuing with hard poweroff after soft poweroff fails. More details: no power-off in 180000 ms',
    '18:52.300 BMC power off: unknown',
    '20:51.037 BMC told to power off (hard)',
    '20:51.037 bare-metal-host: PowerOff: Host powered off',
    '20:51.300 machine-remediation: MachineRemediationRebootTimedOut: Reboot failed on timeout',
    '20:56.037 power off (remediation)',
    '20:56.037 BMC power off: succeeded',
  ]);
  expect(host?.status).toMatchObject({ poweredOn: false, operationalStatus: 'OK', errorCount: 1 });
});

test('corrected: power is cut after three minutes, and the reboot ends in time', () => {
  const { told, host } = rebooted('corrected');
  expect(told).toEqual([
    '15:51.200 machine-remediation: MachineRemediationRebootStarted: Starts the reboot process',
    '15:51.300 BMC told to power off (soft)',
    '15:51.300 bare-metal-host: PowerOff: Host soft powered off',
    '18:51.300 BMC told to power off (hard)',
    '18:51.300 bare-metal-host: PowerOff: Host powered off',
    '18:52.300 BMC power off: unknown',
    '18:56.300 power off (remediation)',
    '18:56.300 BMC power off: succeeded',
    '19:01.300 machine-remediation: MachineRemediationRebootPoweringOn: Reboot in progress',
    '19:01.400 BMC told to power on (hard)',
    '19:01.400 bare-metal-host: PowerOn: Host powered on',
    '19:06.400 boots (remediation)',
    '19:06.400 BMC power on: succeeded',
    '20:51.400 machine-remediation: MachineRemediationRebootSucceeded: Reboot succeeded',
  ]);
  expect(host?.status).toMatchObject({ poweredOn: true, operationalStatus: 'OK', errorCount: 0 });
});
