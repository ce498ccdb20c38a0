// A small real study: a generated cluster of a few hosts with storage and workloads, and policies from real manifests. Loaded
// once per test file.

import type { Study } from '../../scenarios/study.ts';
import type { PolicyConfig, ScriptedFault, SimConfig } from '../../sim/config.ts';
import { writtenStudy } from './written-study.ts';

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  study: steady
  duration: 60d
  seed: small
  cluster:
    generate:
      machineApi: LINEAGE
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9, dataDisks: 2 }
        - { name: spare, role: spare, count: 1 }
      workloads:
        - { name: db, count: 2, replicas: 3, minAvailable: 2, volume: 100GiB, cpu: 2, memory: 8GiB }
        - { name: web, kind: Deployment, count: 2, replicas: 3, cpu: 2, memory: 4GiB }
        - { name: one, count: 1, replicas: 1, volume: 10GiB, cpu: 1, memory: 2GiB }
`;

/** Health checks whose limit of a third bites in a cluster of nine workers. */
const POLICIES: Readonly<Record<string, string>> = {
  'reboot.yaml': `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata:
  name: workers
  namespace: openshift-machine-api
  annotations: { machine.openshift.io/remediation-strategy: external-baremetal }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions:
    - { type: Ready, status: Unknown, timeout: 120s }
    - { type: Ready, status: "False", timeout: 300s }
  maxUnhealthy: 2
  nodeStartupTimeout: 45m
`,
  'delete.yaml': `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions:
    - { type: Ready, status: Unknown, timeout: 120s }
    - { type: Ready, status: "False", timeout: 300s }
  maxUnhealthy: 2
  nodeStartupTimeout: 45m
`,
};

/** @param workloads further entries under `workloads:`, as lines of the scenario. */
export function smallStudy(workloads = ''): Study {
  return writtenStudy(
    {
      scenarioFile: 'small.yaml',
      policies: [
        { name: 'reboot', files: ['reboot.yaml'] },
        { name: 'delete', files: ['delete.yaml'] },
        { name: 'none', files: [] },
      ],
    },
    { ...POLICIES, 'small.yaml': `${SCENARIO.replace('LINEAGE', 'openshift')}${workloads}` },
  );
}

export function policyOf(study: Study, name: string): PolicyConfig {
  const policy = study.policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}

/** The config with everything rarer multiplied, so that a short run has a lot to tell. */
export function stormy(config: SimConfig, factor: number): SimConfig {
  const classes = Object.fromEntries(
    Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: fault.perYear * factor }]),
  ) as SimConfig['faults']['classes'];
  return { ...config, faults: { ...config.faults, classes } };
}

const HOUR_MS = 3_600_000;

/** Twelve hours in which nothing fails but by this script, and nobody comes who was not paged. */
export function onlyPaged(config: SimConfig, script: readonly ScriptedFault[]): SimConfig {
  const calm = stormy(config, 0);
  return {
    ...calm,
    durationMs: 12 * HOUR_MS,
    plannedReboots: { ...calm.plannedReboots, everyMs: 0 },
    people: { ...calm.people, lateNoticeMs: { kind: 'constant', value: 1000 * HOUR_MS } },
    script,
  };
}
