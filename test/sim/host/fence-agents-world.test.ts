// Fence agents in a whole cluster: a node hangs, NodeHealthCheck asks for a fencing, the agent cycles the host's power through
// its BMC, the node comes back, and everything that was put on it is taken off.

import { expect, test } from 'vitest';
import { FENCE_AGENTS_REMEDIATION } from '../../../core/api/fence-agents-remediation.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { NODE } from '../../../core/api/node.ts';
import type { ClientFault } from '../../../sim/config.ts';
import { clientFault, hangRun, hangStudy, linesOf } from '../../kit/hang-study.ts';
import { FENCE_REDFISH, fenceAgents } from '../../kit/remediation-manifests.ts';

const LINES = ['power', 'host', 'fault', 'effect', 'event'] as const;

test('a hung node is fenced by fence_redfish and comes back', () => {
  const run = hangRun(hangStudy(fenceAgents(120)), []);
  const event = (text: string): string => `fence-agents-remediation: ${text}`;
  expect(linesOf(run, ...LINES)).toEqual([
    '10:00.000 osHang, ends by reboot',
    `12:51.200 ${event('RemediationStarted: [remediation] Remediation started.')}`,
    `12:51.200 ${event('AddFinalizer: [remediation] The finalizer is on.')}`,
    `12:51.300 ${event('AddRemediationTaint: [remediation] No new pods are put on the unhealthy node.')}`,
    `12:51.300 ${event('FenceAgentExecuted: [remediation] The fence agent is run.')}`,
    '12:51.530 BMC told to power off (hard)',
    '12:51.530 powerOff',
    '12:56.530 power off (remediation)',
    '12:56.530 BMC power off: succeeded',
    '12:56.910 BMC told to power on (hard)',
    '12:56.910 powerOn',
    '13:01.910 osHang ended by powerCycle',
    '13:01.910 boots (remediation)',
    '13:01.910 BMC power on: succeeded',
    `13:02.290 ${event('FenceAgentSucceeded: [remediation] The fence agent succeeded.')}`,
    `13:02.390 ${event('AddOutOfServiceTaint: [remediation] The unhealthy node is out of service.')}`,
    `13:02.390 ${event('NodeRemediationCompleted: [remediation] The unhealthy node is remediated.')}`,
    `13:02.390 ${event('RemediationFinished: [remediation] Remediation finished.')}`,
    `14:42.110 ${event('RemoveOutOfServiceTaint: [remediation] The node is in service again.')}`,
    `14:42.110 ${event('RemoveRemediationTaint: [remediation] The node takes pods again.')}`,
  ]);
  const { store, observer } = run.world;
  expect(store.list(FENCE_AGENTS_REMEDIATION)).toEqual([]);
  expect(store.get(NODE, { namespace: '', name: 'worker-1' })?.spec?.taints ?? []).toEqual([]);
  expect(observer.fencings.counts).toMatchObject({ fencings: 1, needlessHealthy: 0, reprovisionings: 0 });
});

test.each([
  { title: 'an address that no host has', change: ['bmc.example.com', 'bmc.example.org'] },
  { title: 'an option that the agent does not have', change: ['--ssl-insecure', '--insecure'] },
])('$title: nothing is fenced, and nobody is told otherwise', ({ change: [from = '', to = ''] }) => {
  const run = hangRun(hangStudy(fenceAgents(120, FENCE_REDFISH.replace(from, to))), []);
  expect(run.world.observer.fencings.counts.fencings).toBe(0);
  expect(linesOf(run, 'effect')).toEqual([]);
});

/** Power cuts of worker-1, of which each costs a boot. */
function cuts(lineage: Lineage): number {
  const { config, policy } = hangStudy(fenceAgents(120));
  const crash: ClientFault = {
    ...clientFault({ fault: 'controllerCrash' }, [13, 14], 'fence-agents-remediation'),
    start: { kind: 'at', atMs: 782_000 },
    lastsMs: { kind: 'constant', value: 100 },
  };
  const run = hangRun({ config, policy: { ...policy, lineage } }, [crash]);
  return linesOf(run, 'host').filter((line) => line.endsWith('power off (remediation)')).length;
}

test('incident I57: the operator dies when the host is on again and its agent does not know it yet', () => {
  expect({ exact: cuts('exact'), corrected: cuts('corrected') }).toEqual({ exact: 2, corrected: 1 });
});

test('action off: the agent switches the host off, and its BareMetalHost, which is to be online, has it switched on again', () => {
  const run = hangRun(hangStudy(fenceAgents(120, `${FENCE_REDFISH}\n        --action: off`)), []);
  expect(linesOf(run, 'effect', 'host')).toEqual([
    '12:51.530 powerOff',
    '12:56.530 power off (remediation)',
    '13:18.485 powerOn',
    '13:23.485 boots (remediation)',
  ]);
});

test('the health check says once what it asks for', () => {
  const run = hangRun(hangStudy(fenceAgents(120)), []);
  const made = linesOf(run, 'decision').filter((line) => line.includes('; makes '));
  expect(made.map((line) => line.replace(/^.*; /, ''))).toEqual(['makes a FenceAgentsRemediation']);
});
