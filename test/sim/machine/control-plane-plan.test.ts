// The next step of a KubeadmControlPlane: what it does, with which Machine, and what it waits for.

import { expect, test } from 'vitest';
import type { KubeadmControlPlane } from '../../../core/api/cluster.ts';
import type { Condition } from '../../../core/api/conditions.ts';
import { nextStep } from '../../../sim/machine/control-plane-plan.ts';
import type { StoredMachine } from '../../../sim/machine/machine-objects.ts';

const HEALTH = [
  'EtcdMemberHealthy',
  'APIServerPodHealthy',
  'ControllerManagerPodHealthy',
  'SchedulerPodHealthy',
  'EtcdPodHealthy',
];
const IN_PROGRESS = { 'controlplane.cluster.x-k8s.io/remediation-in-progress': '{}' };
const FIRST = { 'cluster.x-k8s.io/delete-machine': '' };

interface Given {
  readonly well?: boolean;
  readonly node?: boolean;
  readonly deleting?: boolean;
  readonly outdated?: boolean;
  readonly first?: boolean;
  readonly domain?: string;
  readonly born?: string;
}

function machine(name: string, given: Given): StoredMachine {
  const { well = true, node = true, deleting = false, first = false, domain, born = '2027-01-01T00:00:00Z' } = given;
  const conditions: readonly Condition[] = HEALTH.map((type) => ({ type, status: well ? 'True' : 'False' }));
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: {
      name,
      uid: name,
      resourceVersion: '',
      creationTimestamp: born,
      ...(deleting ? { deletionTimestamp: born } : {}),
      ...(first ? { annotations: FIRST } : {}),
    },
    spec: domain === undefined ? {} : { failureDomain: domain },
    status: { conditions, ...(node ? { nodeRef: { name } } : {}) },
  };
}

const W: Given = {};
const SICK: Given = { well: false };
const OLD: Given = { outdated: true };

test.each<{
  id: string;
  replicas: number;
  surge?: number;
  progress?: boolean;
  machines: Readonly<Record<string, Given>>;
  step: string;
}>([
  { id: 'complete', replicas: 3, machines: { a: W, b: W, c: W }, step: 'nothing' },
  { id: 'the first', replicas: 3, machines: {}, step: 'create' },
  { id: 'one missing', replicas: 3, machines: { a: W, b: W }, step: 'create' },
  { id: 'one missing, one sick', replicas: 3, machines: { a: W, b: SICK }, step: 'wait' },
  { id: 'one missing, one without Node', replicas: 3, machines: { a: W, b: { node: false } }, step: 'wait' },
  { id: 'one too many', replicas: 2, machines: { a: W, b: W, c: W }, step: 'delete a' },
  {
    id: 'the sick one itself may go',
    replicas: 2,
    machines: { a: { well: false, first: true }, b: W, c: W },
    step: 'delete a',
  },
  { id: 'but not beside another sick one', replicas: 2, machines: { a: SICK, b: { first: true }, c: W }, step: 'wait' },
  { id: 'one is being deleted', replicas: 2, machines: { a: { deleting: true }, b: W, c: W, d: W }, step: 'wait' },
  { id: 'outdated, with surge', replicas: 3, machines: { a: OLD, b: OLD, c: OLD }, step: 'create' },
  { id: 'outdated, surge used up', replicas: 3, machines: { a: OLD, b: OLD, c: OLD, d: W }, step: 'delete a' },
  { id: 'outdated, without surge', replicas: 3, surge: 0, machines: { a: W, b: OLD, c: OLD }, step: 'delete b' },
  {
    id: 'the annotated one first',
    replicas: 3,
    surge: 0,
    machines: { a: OLD, b: { ...OLD, first: true }, c: OLD },
    step: 'delete b',
  },
  {
    id: 'then a broken outdated one',
    replicas: 3,
    surge: 0,
    machines: { a: OLD, b: { ...OLD, well: false }, c: OLD },
    step: 'delete b',
  },
  { id: 'the oldest', replicas: 2, machines: { a: W, b: W, c: { born: '2026-01-01T00:00:00Z' } }, step: 'delete c' },
  {
    id: 'from the fullest failure domain',
    replicas: 2,
    machines: { a: { domain: 'x' }, b: { domain: 'y' }, c: { domain: 'y' } },
    step: 'delete b',
  },
  {
    id: 'a replacement although one is sick',
    replicas: 5,
    progress: true,
    machines: { a: W, b: W, c: W, d: SICK },
    step: 'create',
  },
  {
    id: 'not while one is being deleted',
    replicas: 6,
    progress: true,
    machines: { a: W, b: W, c: W, d: W, e: { deleting: true, well: false } },
    step: 'wait',
  },
  { id: 'not where quorum is at stake', replicas: 4, progress: true, machines: { a: W, b: W, c: SICK }, step: 'wait' },
])('$id: $step', ({ replicas, surge = 1, progress = false, machines, step }) => {
  const controlPlane: KubeadmControlPlane = {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: { name: 'cp', uid: 'cp', resourceVersion: '', ...(progress ? { annotations: IN_PROGRESS } : {}) },
    spec: { replicas, rollout: { strategy: { rollingUpdate: { maxSurge: surge } } } },
  };
  const made = Object.entries(machines).map(([name, given]) => machine(name, given));
  const outdated = made.filter(({ metadata }) => machines[metadata.name]?.outdated === true);
  const next = nextStep(controlPlane, made, outdated);
  expect(next.do === 'delete' ? `delete ${next.machine.metadata.name}` : next.do).toBe(step);
});
