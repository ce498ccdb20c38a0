// A whole dump of a Cluster API cluster with control plane and MachineDeployments: what is loaded, and a run of it. The dump lies
// beside the repository on machines that have it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAPI_MACHINE_DEPLOYMENT, KUBEADM_CONTROL_PLANE } from '../../core/api/cluster.ts';
import { CAPI_MACHINE, CAPI_MACHINE_SET } from '../../core/api/machine.ts';
import { loadStudy } from '../../scenarios/compile.ts';
import type { Study } from '../../scenarios/study.ts';
import { simulate } from '../../sim/simulation.ts';
import { World } from '../../sim/world.ts';
import { studyFiles } from '../../twin/study-files.ts';

const data = process.env.METALTWIN_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const dump = join(data, 'clusters', 'metal3-capi', 'all.json');

function study(): Study {
  const loaded = loadStudy({ clusterPaths: [dump] }, studyFiles);
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.study;
}

describe.skipIf(!existsSync(dump))('metal3-capi (needs the folder of dumps beside the project)', () => {
  const DAY_MS = 86_400_000;

  test('Cluster, MachineDeployments, KubeadmControlPlane and templates are simulated', () => {
    const counts = new Map<string, number>();
    for (const { kind } of study().config.objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(
      ['Cluster', 'MachineDeployment', 'MachineSet', 'KubeadmControlPlane', 'Metal3MachineTemplate', 'Machine'].map(
        (kind) => `${kind} ${counts.get(kind)}`,
      ),
    ).toEqual([
      'Cluster 1',
      'MachineDeployment 2',
      'MachineSet 2',
      'KubeadmControlPlane 1',
      'Metal3MachineTemplate 3',
      'Machine 27',
    ]);
  });

  test('two quiet days: the silent node is replaced on a spare, and everything else stays as it was', () => {
    const { config, policies } = study();
    const classes = Object.fromEntries(
      Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
    ) as typeof config.faults.classes;
    const [policy] = policies;
    if (policy === undefined) throw new Error('the dump has a policy');
    const quiet = { ...config, faults: { ...config.faults, classes } };
    const world = new World(quiet, policy, 1, undefined);
    world.weather.startSilent();
    world.storage.start();
    world.lifecycle.start();
    world.workload.start();
    world.machines.start();
    world.observer.start();
    for (const runtime of world.runtimes) runtime.start();
    world.weather.start();
    world.kernel.runUntil(config.startMs + 2 * DAY_MS);
    const { store } = world;
    expect(store.list(CAPI_MACHINE).filter(({ status }) => status?.phase !== 'Running')).toEqual([]);
    expect(
      store
        .list(CAPI_MACHINE_DEPLOYMENT)
        .map(({ metadata, status }) => [metadata.name, status?.replicas, status?.readyReplicas, status?.phase]),
    ).toEqual([
      ['prod-edge-general', 18, 18, 'Running'],
      ['prod-edge-storage', 6, 6, 'Running'],
    ]);
    expect(store.list(CAPI_MACHINE_SET).map(({ spec, status }) => [spec?.replicas, status?.replicas])).toEqual([
      [18, 18],
      [6, 6],
    ]);
    const [controlPlane] = store.list(KUBEADM_CONTROL_PLANE);
    expect([
      controlPlane?.status?.replicas,
      controlPlane?.status?.upToDateReplicas,
      world.machines.etcd.hosts().length,
    ]).toEqual([3, 3, 3]);
    const events = world.kernel.processed;
    world.kernel.runUntil(config.startMs + 4 * DAY_MS);
    expect(world.kernel.processed).toBe(events);
  });

  test('sixty days with faults give the same run twice', () => {
    const { config, policies } = study();
    const [policy] = policies;
    if (policy === undefined) throw new Error('the dump has a policy');
    const run = () =>
      simulate({ ...config, durationMs: 60 * DAY_MS }, policy, { replication: 1, record: false }).result;
    const first = run();
    expect(first.eventsProcessed).toBeGreaterThan(100);
    expect(run().fingerprint).toBe(first.fingerprint);
  });
});
