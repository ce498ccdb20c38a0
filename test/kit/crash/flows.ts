// The flows whose every point is struck: a cluster of three masters and four workers, one or two of which fail, and what people do
// in the middle.

import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { type Kind, keyOf, type ObjectKey } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { nodeMaintenanceController } from '../../../core/maintenance/node-maintenance.controller.ts';
import { MEDIK8S_MAINTENANCE } from '../../../core/maintenance/products.ts';
import { loadStudy } from '../../../scenarios/compile.ts';
import type { PolicyConfig, SimConfig } from '../../../sim/config.ts';
import type { World } from '../../../sim/world.ts';
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
  /** What ends a dead host. */
  readonly deadUntil?: 'reprovision' | 'person';
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
  people: { page: 20m, repair: 10m, reset: 10m, lateNotice: 36500d }
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
  return { config: curedBy(study.study.config, story.deadUntil ?? 'person'), policy };
}

/** Hangs end with a power cycle. */
function curedBy(config: SimConfig, deadUntil: 'reprovision' | 'person'): SimConfig {
  const { osHang, hostDead } = config.faults.classes;
  const dead = { itself: 0, reboot: 0, powerCycle: 0, reprovision: deadUntil === 'reprovision' ? 1 : 0 };
  const classes = {
    ...config.faults.classes,
    osHang: { ...osHang, cures: { itself: 0, reboot: 0, powerCycle: 1, reprovision: 1 } },
    hostDead: { ...hostDead, cures: dead },
  };
  return { ...config, faults: { ...config.faults, classes } };
}

const MINUTE_MS = 60_000;
const MAIN = { subresource: 'main' } as const;

const OURS: ReadonlySet<string> = new Set(['remediation-policy', 'remediation-budget', 'host-remediation']);

interface PolicyWish {
  readonly name?: string;
  readonly steps: string;
  readonly budget?: string;
  /** Further fields of the policy, with their indentation. */
  readonly more?: string;
}

function ownPolicy({
  name = 'workers',
  steps,
  budget = '{ maxInFlight: { count: 1 } }',
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
const SECOND_HANG = '{ at: 5m30s, fault: osHang, target: { host: worker-2 } }';
const DEAD = '{ at: 5m, fault: hostDead, target: { host: worker-1 } }';
const REBOOT_THEN_PERSON = '[{ action: Reboot, attempts: 2, timeout: 10m }, { action: Person }]';
const TWO_AT_A_TIME = '{ maxInFlight: { count: 2 } }';
const SPARE = '        - { name: spare, role: spare, count: 1 }';

const ALL = { namespace: '', name: 'all' };
const WORKERS = { namespace: '', name: 'workers' };

function flow(name: string, story: Story, rest: Partial<Flow> = {}): Flow {
  return {
    ...loaded(story),
    name,
    underTest: OURS,
    doings: [],
    meanwhile: {},
    neighbours: [],
    callsPerson: false,
    ...rest,
  };
}

/** One worker hangs, and a reboot ends it. */
export function reboot(machineApi: 'openshift' | 'cluster-api' = 'cluster-api'): Flow {
  return flow(
    `reboot, ${machineApi}`,
    { machineApi, script: `[${HANG}]`, policy: ownPolicy({ steps: REBOOT_THEN_PERSON }) },
    {
      meanwhile: {
        'the request is deleted': ({ store }) => {
          for (const request of store.list(HOST_REMEDIATION)) store.delete(HOST_REMEDIATION, keyOf(request));
        },
        'the policy is deleted and comes back': (world) => away(world, REMEDIATION_POLICY, WORKERS),
        'the budget is deleted and comes back': (world) => away(world, REMEDIATION_BUDGET, ALL),
        'the policy is swapped': ({ store }) => {
          const old = store.get(REMEDIATION_POLICY, WORKERS);
          if (old === undefined) return;
          store.delete(REMEDIATION_POLICY, WORKERS);
          const { apiVersion, kind, spec } = old;
          const conditions = [{ type: 'Ready', status: 'Unknown', duration: '90s' }];
          store.create(REMEDIATION_POLICY, {
            ...{ apiVersion, kind, metadata: { name: 'successor' } },
            spec: { ...spec, unhealthyConditions: conditions },
          });
        },
        'the steps are edited': ({ store }) => {
          store.patch(REMEDIATION_POLICY, WORKERS, { spec: { steps: [{ action: 'Reboot', timeout: '20m' }] } }, MAIN);
        },
        'the policy is paused for 10 min': ({ store, kernel }) => {
          store.patch(REMEDIATION_POLICY, WORKERS, { spec: { pauseRequests: ['upgrade'] } }, MAIN);
          kernel.call(kernel.nowMs + 10 * MINUTE_MS, () => {
            store.patch(REMEDIATION_POLICY, WORKERS, { spec: { pauseRequests: [] } }, MAIN);
          });
        },
        'maintenance begins for 15 min': ({ store, kernel }) => {
          const { apiVersion, kind } = { apiVersion: 'nodemaintenance.medik8s.io/v1beta1', kind: 'NodeMaintenance' };
          const metadata = { name: 'work-on-worker-1' };
          store.create(NODE_MAINTENANCE, {
            apiVersion,
            kind,
            metadata,
            spec: { nodeName: 'worker-1', reason: 'disks' },
          });
          kernel.call(kernel.nowMs + 15 * MINUTE_MS, () => {
            store.delete(NODE_MAINTENANCE, { namespace: '', ...metadata });
          });
        },
        'the hang passes by itself': ({ fleet }) => {
          for (const host of fleet.hosts) for (const fault of host.active) fleet.endByItself(fault);
        },
      },
      neighbours: [nodeMaintenanceController(MEDIK8S_MAINTENANCE)],
    },
  );
}

/** Two workers hang at nearly the same time. */
export function queue(): Flow {
  return flow(
    'two hosts, one at a time',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
    },
    {
      meanwhile: {
        'the cap is raised': ({ store }) => {
          store.patch(REMEDIATION_BUDGET, ALL, { spec: { maxInFlight: { count: 2 } } }, MAIN);
        },
      },
    },
  );
}

/** Two workers hang, and both may be in flight. */
export function together(): Flow {
  return flow(
    'two hosts at a time',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON, budget: TWO_AT_A_TIME }),
    },
    {
      meanwhile: {
        'the cap is lowered': ({ store }) => {
          store.patch(REMEDIATION_BUDGET, ALL, { spec: { maxInFlight: { count: 1 } } }, MAIN);
        },
      },
    },
  );
}

/** No reboot helps: a person is called, and comes. */
export function escalate(): Flow {
  return flow(
    'reboot twice, then a person',
    { machineApi: 'cluster-api', minutes: 90, script: `[${DEAD}]`, policy: ownPolicy({ steps: REBOOT_THEN_PERSON }) },
    { callsPerson: true },
  );
}

/** No reboot helps: another host takes the place. */
export function replace(): Flow {
  const steps = '[{ action: Reboot, timeout: 10m }, { action: Replace, timeout: 40m }, { action: Person }]';
  return flow('reboot, then replace', {
    ...{ machineApi: 'cluster-api', minutes: 90, more: SPARE, deadUntil: 'reprovision', script: `[${DEAD}]` },
    policy: ownPolicy({ steps, more: '  wipeAllowed: true' }),
  });
}

/** Two hosts are dead, and two others take their places at the same time. */
export function replaceTogether(): Flow {
  const steps = '[{ action: Replace, timeout: 60m }, { action: Person }]';
  return flow('replace two together', {
    ...{
      machineApi: 'cluster-api',
      minutes: 90,
      more: SPARE.replace('count: 1', 'count: 2'),
      deadUntil: 'reprovision',
    },
    script: `[${DEAD}, ${DEAD.replace('5m', '5m30s').replace('worker-1', 'worker-2')}]`,
    policy: ownPolicy({ steps, budget: TWO_AT_A_TIME, more: '  wipeAllowed: true' }),
  });
}

/** The host is deployed anew. */
export function reprovision(): Flow {
  const steps = '[{ action: ReprovisionInPlace, timeout: 60m }, { action: Person }]';
  return flow('reprovision in place', {
    ...{ machineApi: 'cluster-api', minutes: 90, deadUntil: 'reprovision', script: `[${DEAD}]` },
    policy: ownPolicy({ steps, more: '  wipeAllowed: true' }),
  });
}

/** The management controller is dead as well: nobody can prove anything, and nothing is released. */
export function deadBmc(): Flow {
  return flow(
    'a dead BMC',
    {
      machineApi: 'cluster-api',
      minutes: 90,
      script: `[{ at: 4m, fault: bmcUnreachable, target: { host: worker-1 }, for: 30m }, ${HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
    },
    { callsPerson: true },
  );
}

/** An object is deleted, and somebody applies it again ten minutes later. */
function away(world: World, kind: Kind, key: ObjectKey): void {
  const { store, kernel } = world;
  const old = store.get(kind, key);
  if (old === undefined) return;
  store.delete(kind, key);
  kernel.call(kernel.nowMs + 10 * MINUTE_MS, () => {
    const { apiVersion, spec } = old;
    store.create(kind, { apiVersion, kind: old.kind, metadata: { name: key.name }, spec });
  });
}
