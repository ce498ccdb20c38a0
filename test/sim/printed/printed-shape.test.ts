// What the virtual cluster prints has the shape of what a real API server prints: same kinds, fields and types, compared with
// dumps of both Machine APIs. What is different is listed here, with the reason.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import type { Study } from '../../../scenarios/study.ts';
import { printedObject } from '../../../sim/printed/printed-object.ts';
import { objectsAfter } from '../../../sim/simulation.ts';
import { readDump } from '../../../twin/read-dump.ts';
import { readShapes, shapeDifferences, shapesOf, writtenShapes } from '../../kit/object-shapes.ts';
import { writtenStudy } from '../../kit/written-study.ts';

/** Shape of two clusters of a real API server, one of each Machine API: path to types, with `!` where it is never missing. */
const REAL_SHAPES = join(import.meta.dirname, '..', '..', 'fixtures', 'real-shapes.json');
const SHARED = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'clusters');
const DUMPS = [join(SHARED, 'openshift-hyperconverged', 'lists'), join(SHARED, 'metal3-capi', 'all.json')];

/** Differences that are no mistake. The dumps are of two clusters: what neither of them uses is not wrong for that. */
const EXPECTED: Readonly<Record<string, string>> = {
  'BareMetalHost metal3.io .status.operationHistory.deprovision.start: not in a real one':
    'no host of the dumps was deprovisioned',
  'BareMetalHost metal3.io .status.operationHistory.deprovision.end: not in a real one':
    'no host of the dumps was deprovisioned',
  'Pod .spec.tolerations[].tolerationSeconds: missing on some': 'the guards of etcd, not dumped, tolerate for ever',
  'Pod .metadata.generateName: not in a real one': 'the Pods of the dumps were made by name',
  'Deployment apps .spec.strategy.rollingUpdate: not in a real one': 'the Deployments of the dumps recreate',
  'Deployment apps .spec.strategy.rollingUpdate.maxSurge: not in a real one': 'the Deployments of the dumps recreate',
  'Deployment apps .spec.strategy.rollingUpdate.maxUnavailable: not in a real one':
    'the Deployments of the dumps recreate',
  'Machine machine.openshift.io .spec.providerSpec.value.hostSelector.matchLabels: not in a real one':
    'generated sets keep their hosts in one rack, those of the dump do not',
  'Machine machine.openshift.io .spec.providerSpec.value.hostSelector.matchLabels.*: not in a real one':
    'generated sets keep their hosts in one rack, those of the dump do not',
  'Machine cluster.x-k8s.io .spec.deletion.nodeDrainTimeoutSeconds: missing': 'generated Machines set no drain timeout',
  'MachineSet cluster.x-k8s.io .spec.template.spec.deletion: missing': 'generated Machines set no drain timeout',
  'PersistentVolume .spec.claimRef: missing on some': 'the claims of the storage operator are not generated',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .metadata.ownerReferences: missing': 'no Cluster is generated',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .spec.kubeadmConfigSpec.joinConfiguration: missing':
    'generated control planes keep the defaults',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .spec.machineTemplate.spec.deletion: missing':
    'generated Machines set no drain timeout',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .spec.remediation: missing':
    'generated control planes keep the defaults',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .spec.rollout: missing':
    'generated control planes keep the defaults',
  'KubeadmControlPlane controlplane.cluster.x-k8s.io .status.lastRemediation: missing':
    'the control plane of the dump was remediated once',
  'MachineSet cluster.x-k8s.io .metadata.ownerReferences: missing': 'generated sets stand alone',
  'MachineSet cluster.x-k8s.io .metadata.finalizers: missing': 'generated sets stand alone',
  'StatefulSet apps .spec.template.spec.containers[].volumeMounts: missing on some': 'stateful, and without a volume',
};

/** Of workloads: their owners chose it, in the dumps for all of the few that there are. */
const CHOSEN =
  /^(Deployment|ReplicaSet|StatefulSet) apps .*\.(limits|hostNetwork|priorityClassName|tolerations|affinity): missing$/;

function unexpected(virtual: readonly KubeObject[]): readonly string[] {
  return shapeDifferences(shapesOf(virtual), readShapes(readFileSync(REAL_SHAPES, 'utf8'))).filter(
    (difference) => EXPECTED[difference] === undefined && !CHOSEN.test(difference),
  );
}

function studyOf(text: string): Study {
  return writtenStudy({ scenarioFile: 'shape.yaml' }, { 'shape.yaml': text });
}

function generated(machineApi: string): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: shape }
spec:
  study: steady
  duration: 20d
  seed: shape
  cluster:
    generate:
      machineApi: ${machineApi}
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9, dataDisks: 2 }
        - { name: spare, role: spare, count: 1 }
      workloads:
        - { name: db, replicas: 3, minAvailable: 2, volume: 10GiB, cpu: 2, memory: 4GiB }
        - { name: web, kind: Deployment, replicas: 4, minAvailable: 3, cpu: 1, memory: 1GiB }
  faults:
    background:
      osHang: { perYear: 30 }
      hostDead: { perYear: 10 }
  policies:
    - name: mine
      files: [${machineApi === 'openshift' ? 'examples/policies/reboot-first.yaml' : ''}]
`;
}

describe('what the virtual cluster prints', () => {
  test.each([
    ['openshift', 0],
    ['openshift', 20],
    ['cluster-api', 0],
    ['cluster-api', 20],
  ])('a generated cluster, %s, after %i days', (machineApi, days) => {
    const { config, policies } = studyOf(generated(machineApi));
    const [policy] = policies;
    if (policy === undefined) throw new Error('the study has its policy');
    const printed = objectsAfter(config, policy, { replication: 1, afterMs: days * 86_400_000 }).map(printedObject);
    expect(unexpected(printed).join('\n')).toBe('');
  });

  test('is whole: printing it again adds nothing', () => {
    const { config } = studyOf(generated('openshift'));
    for (const object of config.objects) {
      const printed = printedObject(object);
      expect(printedObject(printed)).toBe(printed);
    }
  });

  test('keeps every field of what is stored', () => {
    const { config } = studyOf(generated('cluster-api'));
    for (const object of config.objects) expect(printedObject(object)).toMatchObject(object);
  });

  test('a comparison finds a field too many, one too few and a wrong type', () => {
    const node = { kind: 'Node', apiVersion: 'v1', spec: { providerID: 'x' }, status: {} };
    const other = { kind: 'Node', apiVersion: 'v1', spec: { providerID: 7 }, extra: true };
    expect(shapeDifferences(shapesOf([other]), shapesOf([node]))).toEqual([
      'Node .extra: not in a real one',
      'Node .spec.providerID: number instead of string',
      'Node .status: missing',
    ]);
  });
});

test.skipIf(!DUMPS.every((path) => existsSync(path)))(
  'the real shapes are those of the dumps (needs the folder of dumps beside the project)',
  () => {
    const objects = DUMPS.flatMap((path) => readDump([path]).objects);
    expect(writtenShapes(shapesOf(objects))).toBe(readFileSync(REAL_SHAPES, 'utf8'));
  },
);
