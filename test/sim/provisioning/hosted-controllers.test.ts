// The controllers run on a host, or in a pod, of the cluster that they look after: whole runs, as scenarios.

import { describe, expect, test } from 'vitest';
import { startedRun } from '../../../sim/simulation.ts';
import { rebootByAnnotation } from '../../kit/remediation-manifests.ts';
import { writtenRun } from '../../kit/written-study.ts';

const MINUTE_MS = 60_000;

/** Minutes after the start at which the BMC of `worker-1`, which hangs at minute 10, is told to cut its power; -1: never. */
function fencedAtMinute(options: { readonly services: string; readonly workloads?: string; readonly script?: string }) {
  const { config, policy } = writtenRun(
    { scenarioFile: 's.yaml', policies: [{ name: 'reboot', files: ['check.yaml'] }] },
    {
      'check.yaml': rebootByAnnotation(60, '100%'),
      's.yaml': `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: hosted }
spec:
  study: from-now
  duration: 3h
  seed: hosted
  cluster:
    generate:
      machineApi: openshift
      racks: 1
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 4, cpu: 8 }
${options.workloads ?? ''}
  storage: { kind: external }
  people: { lateNotice: 36500d }
  plannedReboots: { every: never }
  provisioning: { services: { ${options.services} } }
  faults:
    background: none
    models: { server: { osHang: { perYear: 0, cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 } } } }
    script:
      - { at: 10m, fault: osHang, target: { host: worker-1 } }
      ${options.script ?? ''}
`,
    },
  );
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  let atMinute = -1;
  world.bmc.observe({
    commandStarted: (host, { power }) => {
      if (atMinute < 0 && power === 'off' && world.fleet.host(host).config.name === 'worker-1')
        atMinute = Math.floor((world.kernel.nowMs - config.startMs) / MINUTE_MS);
    },
    commandEnded: () => undefined,
  });
  world.kernel.runUntil(config.startMs + config.durationMs);
  return atMinute;
}

const CONTROLLERS = 'remediationController: { on: { host: master-0 }, start: 20s }';

describe('controllers that run somewhere', () => {
  test('on a host that lives they are as quick as those that run nowhere', () => {
    const nowhere = fencedAtMinute({ services: '' });
    expect(nowhere).toBe(11);
    expect(fencedAtMinute({ services: CONTROLLERS })).toBe(nowhere);
  });

  test('on a host without power nothing is remediated until it is back', () => {
    const script = '- { at: 9m, fault: selfHealingOutage, target: { host: master-0 }, for: 50m }';
    expect(fencedAtMinute({ services: CONTROLLERS, script })).toBe(59);
  });

  test('their own outage has the same effect, wherever they run', () => {
    const script = '- { at: 9m, fault: remediationControllerOutage, for: 30m }';
    expect(fencedAtMinute({ services: CONTROLLERS, script })).toBe(39);
  });

  test('in pods of which one hangs with its host', () => {
    const workloads = '      workloads: [{ name: controllers, kind: Deployment, replicas: 4, cpu: 5 }]';
    const onAll = fencedAtMinute({
      services: 'remediationController: { on: { workload: workloads/controllers }, start: 20s }',
      workloads,
    });
    // Four replicas on four workers: three are left.
    expect(onAll).toBe(11);
  });
});
