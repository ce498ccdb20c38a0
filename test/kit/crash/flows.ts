// The flows whose every point is struck: a cluster of three masters and four workers, one or two of which fail, and what people do
// in the middle.

import { loadStudy } from '../../../scenarios/compile.ts';
import type { PolicyConfig, SimConfig } from '../../../sim/config.ts';
import { studyFiles } from '../../../twin/study-files.ts';
import type { Flow } from './crash-points.ts';

interface Story {
  readonly machineApi: 'openshift' | 'cluster-api';
  readonly script: string;
  readonly policy: string;
  readonly lineage?: 'exact' | 'corrected';
  readonly minutes?: number;
  /** Further groups of hosts. */
  readonly more?: string;
}

function scenario({ machineApi, script, minutes = 40, more = '' }: Story): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: crash }
spec:
  study: steady
  duration: ${minutes}m
  seed: crash
  cluster:
    generate:
      machineApi: ${machineApi}
      racks: 2
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 4 }
${more}
      workloads:
        - { name: db, count: 1, replicas: 4, minAvailable: 3, volume: 10GiB, cpu: 1, memory: 2GiB }
  hardware:
    server: { powerOff: 5s, powerOn: 3s, shutdown: 20s, firmware: 60s, osBoot: 30s, join: 10s }
  faults:
    background: none
    script: ${script}
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  provisioning: { failShare: 0 }
  kubernetes: { leaseJitter: 0, podStart: 8s }
`;
}

function loaded(story: Story): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  const { lineage } = story;
  const texts = new Map([
    ['crash.yaml', scenario(story)],
    ['policy.yaml', story.policy],
  ]);
  const study = loadStudy(
    {
      scenarioFile: 'crash.yaml',
      policies: [{ name: 'struck', files: ['policy.yaml'], ...(lineage === undefined ? {} : { lineage }) }],
    },
    {
      ...studyFiles,
      readText: (path) => {
        const text = texts.get(path);
        return text === undefined ? studyFiles.readText(path) : { kind: 'text', text };
      },
    },
  );
  if (!('study' in study)) throw new Error(study.problems.map(({ message }) => message).join('; '));
  const [policy] = study.study.policies;
  if (policy === undefined) throw new Error('the study has a policy');
  return { config: study.study.config, policy };
}

const OURS: ReadonlySet<string> = new Set(['remediation-policy', 'remediation-budget', 'host-remediation']);

interface PolicyWish {
  readonly steps: string;
  readonly budget?: string;
  readonly more?: string;
}

function ownPolicy({ steps, budget = '{ maxInFlight: { count: 1 } }', more = '' }: PolicyWish): string {
  return `
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: workers }
spec:
  selector: { matchLabels: { node-role.kubernetes.io/worker: "" } }
  unhealthyConditions:
    - { type: Ready, status: Unknown, duration: 60s }
    - { type: Ready, status: "False", duration: 60s }
  healthyDelay: 30s
  budget: all
  backOff: { base: 1m, max: 5m }
  powerTimeout: 3m
  steps: ${steps}
${more}
---
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationBudget
metadata: { name: all }
spec: ${budget}
`;
}

const HANG = '{ at: 5m, fault: osHang, target: { host: worker-1 } }';

function flow(name: string, story: Story, rest: Partial<Flow> = {}): Flow {
  return { ...loaded(story), name, underTest: OURS, doings: [], forPerson: [], ...rest };
}

export function reboot(machineApi: 'openshift' | 'cluster-api' = 'cluster-api'): Flow {
  return flow('reboot', {
    machineApi,
    script: `[${HANG}]`,
    policy: ownPolicy({ steps: '[{ action: Reboot, attempts: 2, timeout: 10m }, { action: Person }]' }),
  });
}
