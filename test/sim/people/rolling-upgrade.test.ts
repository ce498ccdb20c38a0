// What a rolling upgrade leaves behind on the health checks.

import { expect, test } from 'vitest';
import type { MachineApi } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { KNOWN_KINDS } from '../../../sim/api-server/known-kinds.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { DEFAULT_PLANNED_REBOOTS } from '../../../sim/defaults.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { RollingUpgrade } from '../../../sim/people/rolling-upgrade.ts';
import { aBudget, aPolicy } from '../../kit/own-remediation-objects.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';

const PAUSED = 'cluster.x-k8s.io/paused';

function aCheck(name: string, annotations: Readonly<Record<string, string>>) {
  const metadata = { namespace: 'machines', name, uid: name, resourceVersion: '1', annotations };
  return { apiVersion: 'machine.openshift.io/v1beta1', kind: 'MachineHealthCheck', metadata, spec: {} };
}

/** An upgrade of four nodes that begins after a second, without drains. */
function upgrade(machineApi: MachineApi, checks: readonly KubeObject[]) {
  const objects = [
    ...tinyWorld().hosts.map(({ nodeName }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, uid: nodeName, resourceVersion: '1' },
    })),
    ...checks,
  ];
  const config = tinyWorld({
    machineApi,
    objects,
    plannedReboots: { ...DEFAULT_PLANNED_REBOOTS, drain: false, firstAtMs: 1000 },
  });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('upgrade'), 1);
  const store = new ObjectStore(kernel, draws.stream('api-server', 'names'));
  for (const kind of KNOWN_KINDS) store.register(kind, { statusSubresource: true });
  store.load(objects);
  const fleet = new HostFleet(kernel, config, draws);
  new RollingUpgrade(kernel, store, config, fleet, () => undefined).start();
  return { config, kernel, store, fleet };
}

function aNodeHealthCheck(spec: object): KubeObject {
  const metadata = { name: 'workers', uid: 'workers', resourceVersion: '1' };
  return { apiVersion: 'remediation.medik8s.io/v1alpha1', kind: 'NodeHealthCheck', metadata, spec };
}

test('an upgrade pauses the health checks that nobody else paused, and takes only its own pause off', () => {
  const checks = [aCheck('free', {}), aCheck('paused-by-user', { [PAUSED]: '' })];
  const { config, kernel, store, fleet } = upgrade('openshift', checks);
  const pauses = () =>
    store.list(OPENSHIFT_MACHINE_HEALTH_CHECK).map(({ metadata }) => metadata.annotations?.[PAUSED] ?? 'runs');
  kernel.runUntil(config.startMs + 2000);
  const during = pauses();
  kernel.runUntil(config.startMs + 3_600_000);
  const boots = fleet.hosts.map((host) => host.boots);
  expect({ during, after: pauses(), boots }).toEqual({
    during: ['rolling-upgrade', ''],
    after: ['runs', ''],
    boots: [1, 1, 1, 1],
  });
});

test('outside OpenShift it asks node health checks to pause, and takes only its own request back', () => {
  const { config, kernel, store } = upgrade('cluster-api', [aNodeHealthCheck({ pauseRequests: ['window'] })]);
  const pauses = () => store.list(NODE_HEALTH_CHECK).map(({ spec }) => spec?.pauseRequests);
  kernel.runUntil(config.startMs + 2000);
  const during = pauses();
  kernel.runUntil(config.startMs + 3_600_000);
  expect({ during, after: pauses() }).toEqual({ during: [['window', 'rolling-upgrade']], after: [['window']] });
});

test('outside OpenShift it asks our own policies to pause, too', () => {
  const policies = [aPolicy({}, 'free'), aPolicy({ pauseRequests: ['window'] }, 'held')];
  const { config, kernel, store } = upgrade('cluster-api', policies);
  const pauses = () => store.list(REMEDIATION_POLICY).map(({ spec }) => spec?.pauseRequests ?? 'runs');
  kernel.runUntil(config.startMs + 2000);
  const during = pauses();
  kernel.runUntil(config.startMs + 3_600_000);
  expect({ during, after: pauses() }).toEqual({
    during: [['rolling-upgrade'], ['window', 'rolling-upgrade']],
    after: ['runs', ['window']],
  });
});

test.each([
  { reads: 'a node health check', objects: [aNodeHealthCheck({})] },
  { reads: 'a budget of ours', objects: [aPolicy(), aBudget()] },
])(
  'in OpenShift a node that is upgraded says so by its machine configurations, where $reads reads them',
  ({ objects }) => {
    const { config, kernel, store } = upgrade('openshift', objects);
    const configs = () =>
      store.list(NODE).map(({ metadata }) => {
        const marks = metadata.annotations ?? {};
        const [current, desired] = ['currentConfig', 'desiredConfig'].map(
          (name) => marks[`machineconfiguration.openshift.io/${name}`] ?? 'none',
        );
        return `${current} to ${desired}`;
      });
    kernel.runUntil(config.startMs + 2000);
    const during = configs();
    kernel.runUntil(config.startMs + 3_600_000);
    const pauses = [...store.list(NODE_HEALTH_CHECK), ...store.list(REMEDIATION_POLICY)].map(
      ({ spec }) => spec?.pauseRequests,
    );
    expect({ during: during.filter((text) => text !== 'none to none'), after: new Set(configs()), pauses }).toEqual({
      during: ['rendered-worker-0 to rendered-worker-1'],
      after: new Set(['rendered-worker-1 to rendered-worker-1']),
      pauses: [undefined],
    });
  },
);
