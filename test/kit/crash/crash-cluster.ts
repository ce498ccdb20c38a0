// The cluster whose remediation is struck: three masters and four workers, faults by script, a policy of our own, and nothing left
// to chance, so that a run without a strike and a run with one are the same up to it.

import type { PolicyConfig, SimConfig } from '../../../sim/config.ts';
import { writtenRun } from '../written-study.ts';

export interface Story {
  readonly machineApi: 'openshift' | 'cluster-api';
  readonly script: string;
  readonly policy: string;
  /** The policy from this moment on, with everything in flight. */
  readonly changedTo?: { readonly at: string; readonly policy: string };
  readonly minutes?: number;
  /** Further groups of hosts. */
  readonly more?: string;
  /** What ends a dead host. */
  readonly deadUntil?: 'reprovision' | 'person';
}

/** What the policy of a story wants. */
export interface PolicyWish {
  readonly name?: string;
  readonly steps: string;
  readonly budget?: string;
  readonly bootGrace?: string;
  /** Further fields of the policy, with their indentation. */
  readonly more?: string;
}

/** The names of the manifests of `ownPolicy`. */
export const BUDGET_KEY = { namespace: '', name: 'all' };
export const POLICY_KEY = { namespace: '', name: 'workers' };

/** Our own policy and its budget. */
export function ownPolicy({
  name = POLICY_KEY.name,
  steps,
  budget = '{ maxInFlight: { count: 1 } }',
  bootGrace = '2m',
  more = '',
}: PolicyWish): string {
  return `
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { node-role.kubernetes.io/worker: "" } }
  unhealthyConditions:
    - { type: Ready, status: Unknown, duration: 60s }
    - { type: Ready, status: "False", duration: 60s }
  healthyDelay: 30s
  budget: ${BUDGET_KEY.name}
  backOff: { base: 1m, max: 5m }
  powerTimeout: 3m
  bootGrace: ${bootGrace}
  steps: ${steps}
${more}
---
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationBudget
metadata: { name: ${BUDGET_KEY.name} }
spec: ${budget}
`;
}

function scenario({ machineApi, script, minutes = 40, more = '', changedTo }: Story): string {
  const changes = changedTo === undefined ? '' : `changes: [{ at: ${changedTo.at}, replace: [next.yaml] }]`;
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
  people: { page: 20m, repair: 10m, reset: 10m, lateNotice: 36500d }
  plannedReboots: { every: never }
  provisioning: { failShare: 0 }
  kubernetes: { leaseJitter: 0, podStart: 8s }
  policies:
    - name: struck
      files: [policy.yaml]
      ${changes}
`;
}

/** The story as a run has it. */
export function loaded(story: Story): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  const { config, policy } = writtenRun(
    { scenarioFile: 'crash.yaml' },
    { 'crash.yaml': scenario(story), 'policy.yaml': story.policy, 'next.yaml': story.changedTo?.policy },
  );
  return { config: curedBy(config, story.deadUntil ?? 'person'), policy };
}

/** Hangs end with a power cycle, and a kubelet comes back with any boot. */
function curedBy(config: SimConfig, deadUntil: 'reprovision' | 'person'): SimConfig {
  const { osHang, hostDead, kubeletDead } = config.faults.classes;
  const dead = { itself: 0, reboot: 0, powerCycle: 0, reprovision: deadUntil === 'reprovision' ? 1 : 0 };
  const classes = {
    ...config.faults.classes,
    osHang: { ...osHang, cures: { itself: 0, reboot: 0, powerCycle: 1, reprovision: 1 } },
    hostDead: { ...hostDead, cures: dead },
    kubeletDead: { ...kubeletDead, cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 } },
  };
  return { ...config, faults: { ...config.faults, classes } };
}
