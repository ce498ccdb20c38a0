// The whole way of a sick control plane host in Cluster API: health check, KubeadmControlPlane, drain, etcd, deprovisioning, a new
// Machine on the same host, and a member that votes again. Every model is the real one. Seconds after the start.

import { describe, expect, test } from 'vitest';
import { KUBEADM_CONTROL_PLANE } from '../../../core/api/cluster.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import { loadStudy } from '../../../scenarios/compile.ts';
import type { FaultClass, PolicyConfig, ScriptedFault, SimConfig } from '../../../sim/config.ts';
import { World } from '../../../sim/world.ts';
import { memoryFiles } from '../../scenarios/memory-files.ts';

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: control-plane }
spec:
  study: from-now
  duration: 2d
  seed: control-plane
  cluster:
    generate:
      machineApi: cluster-api
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 3 }
`;

const CHECK = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: MachineHealthCheck
metadata: { name: all, namespace: metal3 }
spec:
  clusterName: generated
  selector: { matchLabels: { cluster.x-k8s.io/control-plane: "" } }
  checks:
    nodeStartupTimeoutSeconds: 3600
    unhealthyNodeConditions:
      - { type: Ready, status: Unknown, timeoutSeconds: 300 }
      - { type: Ready, status: "False", timeoutSeconds: 300 }
`;

const OPENSHIFT_CHECK = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: masters, namespace: openshift-machine-api }
spec:
  selector: {}
  unhealthyConditions:
    - { type: Ready, status: Unknown, timeout: 300s }
`;

/** No background faults, and a reboot or a reprovision ends every scripted one. */
function quiet({ faults }: SimConfig): SimConfig['faults'] {
  const classes = Object.fromEntries(
    Object.entries(faults.classes).map(([name, one]) => [
      name,
      { ...one, perYear: 0, cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 } },
    ]),
  ) as Record<FaultClass, SimConfig['faults']['classes'][FaultClass]>;
  return { ...faults, classes };
}

function started(config: SimConfig, policy: PolicyConfig): World {
  const world = new World(config, policy, 1, undefined);
  world.lifecycle.start();
  world.workload.start();
  world.machines.start();
  for (const runtime of world.runtimes) runtime.start();
  world.weather.start();
  return world;
}

function worldWith(script: readonly ScriptedFault[]): { world: World; config: SimConfig; quorum: string[] } {
  const files = memoryFiles({ 's.yaml': SCENARIO, 'p.yaml': CHECK });
  const loaded = loadStudy({ scenarioFile: 's.yaml', policies: [{ name: 'p', files: ['p.yaml'] }] }, files);
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  const { config, policies } = loaded.study;
  const [policy] = policies;
  if (policy === undefined) throw new Error('there is a policy');
  const world = started({ ...config, faults: quiet(config), script }, policy);
  const quorum: string[] = [];
  world.machines.etcd.onQuorumChanged((has) => {
    quorum.push(`${has ? 'found' : 'lost'} +${(world.kernel.nowMs - config.startMs) / 1000}`);
  });
  return { world, config, quorum };
}

function fault(name: string, atS: number, target: string, forS?: number): ScriptedFault {
  const strike = { name, atMs: atS * 1000, fault: 'osHang' as const, target };
  return forS === undefined ? strike : { ...strike, forMs: forS * 1000 };
}

function machines(world: World): readonly string[] {
  return world.store.list(CAPI_MACHINE).flatMap(({ metadata, status }) => {
    const isMaster = metadata.labels?.['cluster.x-k8s.io/control-plane'] !== undefined;
    return isMaster ? [`${metadata.name} ${status?.phase} ${status?.nodeRef?.name ?? '-'}`] : [];
  });
}

function controlPlane(world: World): string {
  const [object] = world.store.list(KUBEADM_CONTROL_PLANE);
  return `${object?.status?.readyReplicas} of ${object?.status?.replicas} ready`;
}

describe('one host hangs', () => {
  const { world, config, quorum } = worldWith([fault('hang', 600, 'master-0')]);
  const until = (seconds: number): void => world.kernel.runUntil(config.startMs + seconds * 1000);

  test('its Machine is deleted and its member taken out; two members keep the quorum', () => {
    until(1_000);
    expect([machines(world)[0], world.machines.etcd.hosts().length]).toEqual([
      'generated-control-plane-0 Deleting master-0',
      2,
    ]);
  });

  test('a day later a new Machine runs on the host, its member votes, and its Node is a control plane Node', () => {
    until(86_400);
    expect(machines(world)).toEqual([
      'generated-control-plane-1 Running master-1',
      'generated-control-plane-2 Running master-2',
      expect.stringMatching(/^generated-\w{5} Running master-0$/),
    ]);
    const name = machines(world)[2]?.split(' ')[0] ?? '';
    const { etcd } = world.machines;
    expect(etcd.hosts().map((host) => `${etcd.roleOf(host)} ${etcd.isUp(host)}`)).toEqual(Array(3).fill('voter true'));
    const node = world.store.get(NODE, { namespace: '', name: 'master-0' });
    expect(node?.metadata.labels).toHaveProperty(['node-role.kubernetes.io/control-plane'], '');
    expect(node?.spec?.taints).toEqual([{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }]);
    expect(node?.spec?.providerID).toBe(`metal3://metal3/master-0/${name}`);
    const record = world.store.get(CAPI_MACHINE, { namespace: 'metal3', name });
    expect(record?.metadata.annotations).toHaveProperty(
      ['controlplane.cluster.x-k8s.io/remediation-for'],
      expect.stringContaining('"machine":"generated-control-plane-0"'),
    );
    expect([controlPlane(world), quorum]).toEqual(['3 of 3 ready', []]);
  });

  test('then nothing happens any more', () => {
    until(90_000);
    const events = world.kernel.processed;
    until(170_000);
    expect(world.kernel.processed).toBe(events);
  });
});

test('two of three hang: nobody is remediated, as that would cost the quorum for good', () => {
  const { world, config, quorum } = worldWith([fault('one', 600, 'master-0'), fault('two', 600, 'master-1')]);
  world.kernel.runUntil(config.startMs + 86_400_000);
  expect([machines(world), quorum, world.machines.etcd.hasQuorum]).toEqual([
    [0, 1, 2].map((i) => `generated-control-plane-${i} Running master-${i}`),
    ['lost +600'],
    false,
  ]);
});

test('OpenShift: masters have no owner, so the health check leaves them alone, and their members stay', () => {
  const files = memoryFiles({
    's.yaml': SCENARIO.replace('machineApi: cluster-api', 'machineApi: openshift'),
    'p.yaml': OPENSHIFT_CHECK,
  });
  const loaded = loadStudy({ scenarioFile: 's.yaml', policies: [{ name: 'p', files: ['p.yaml'] }] }, files);
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  const { config, policies } = loaded.study;
  const [policy] = policies;
  if (policy === undefined) throw new Error('there is a policy');
  const world = started({ ...config, faults: quiet(config), script: [fault('hang', 600, 'master-0')] }, policy);
  world.kernel.runUntil(config.startMs + 86_400_000);
  const masters = world.store
    .list(OPENSHIFT_MACHINE)
    .filter(({ metadata }) => metadata.labels?.['machine.openshift.io/cluster-api-machine-role'] === 'master');
  expect(masters.map(({ metadata, status }) => `${metadata.name} ${status?.phase}`)).toEqual(
    [0, 1, 2].map((i) => `generated-control-plane-${i} Running`),
  );
  const { etcd } = world.machines;
  expect([etcd.hosts().map((host) => etcd.isUp(host)), etcd.hasQuorum]).toEqual([[false, true, true], true]);
});
