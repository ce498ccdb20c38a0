// The flows whose every point is struck: a cluster of three masters and four workers, one or two of which fail, and what people do
// in the middle.

import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { nodeMaintenanceController } from '../../../core/maintenance/node-maintenance.controller.ts';
import { MEDIK8S_MAINTENANCE } from '../../../core/maintenance/products.ts';
import { BUDGET_KEY, loaded, ownPolicy, type Story } from './crash-cluster.ts';
import type { Flow } from './crash-points.ts';
import {
  BUDGET_AWAY,
  CAP_NONE,
  capBecomes,
  DELETE_REQUESTS,
  MAINTENANCE,
  POLICY_AWAY,
  POLICY_SWAPPED,
  passesByItself,
  policyEdited,
  policyForTenMinutes,
} from './doings.ts';

const MINUTE_MS = 60_000;

const OURS: ReadonlySet<string> = new Set(['remediation-policy', 'remediation-budget', 'host-remediation']);

const HANG = '{ at: 5m, fault: osHang, target: { host: worker-1 } }';
const SECOND_HANG = '{ at: 5m30s, fault: osHang, target: { host: worker-2 } }';
const DEAD = '{ at: 5m, fault: hostDead, target: { host: worker-1 } }';
const DEAD_BMC = '{ at: 4m, fault: bmcUnreachable, target: { host: worker-1 }, for: 30m }';
const KUBELET_DEAD = '{ at: 5m, fault: kubeletDead, target: { host: worker-1 } }';
const REBOOT_THEN_PERSON = '[{ action: Reboot, attempts: 2, timeout: 10m }, { action: Person }]';
const TWO_AT_A_TIME = '{ maxInFlight: { count: 2 } }';
const SPARE = '        - { name: spare, role: spare, count: 1 }';
const MAY_WIPE = '  wipeAllowed: true';

function flow(name: string, happens: string, story: Story, rest: Partial<Flow> = {}): Flow {
  return {
    ...loaded(story),
    name,
    happens,
    underTest: OURS,
    doings: [],
    meanwhile: {},
    neighbours: [],
    callsPerson: false,
    ...rest,
  };
}

const NEIGHBOURS = [nodeMaintenanceController(MEDIK8S_MAINTENANCE)];

/** One worker hangs, and a reboot ends it. */
export function reboot(machineApi: 'openshift' | 'cluster-api' = 'cluster-api'): Flow {
  return flow(
    machineApi === 'openshift' ? 'reboot on OpenShift' : 'reboot',
    'One worker hangs, and a reboot ends it.',
    { machineApi, script: `[${HANG}]`, policy: ownPolicy({ steps: REBOOT_THEN_PERSON }) },
    {
      meanwhile: {
        'the request is deleted': DELETE_REQUESTS,
        'the policy is deleted and comes back': POLICY_AWAY,
        'the budget is deleted and comes back': BUDGET_AWAY,
        'the policy is swapped': POLICY_SWAPPED,
        'the steps are edited': policyEdited({ steps: [{ action: 'Reboot', timeout: '20m' }] }),
        'the policy is paused for 10 min': policyForTenMinutes({ pauseRequests: ['upgrade'] }, { pauseRequests: [] }),
        'the policy is a dry run for 10 min': policyForTenMinutes({ dryRun: true }, { dryRun: false }),
        'no start is allowed for 10 min': CAP_NONE,
        'maintenance begins for 15 min': MAINTENANCE,
        'the hang passes by itself': passesByItself('worker-1'),
      },
      neighbours: NEIGHBOURS,
    },
  );
}

/** Two workers hang at nearly the same time. */
export function queue(): Flow {
  return flow(
    'two hosts, one at a time',
    'Two workers hang within half a minute, and the budget lets one be in flight.',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
    },
    {
      meanwhile: {
        'the cap is raised': capBecomes(2),
        'the second hang passes by itself': passesByItself('worker-2'),
      },
    },
  );
}

/** One worker hangs, and later another one for less than the policy waits. */
export function recovers(): Flow {
  const short = '{ at: 15m, fault: osHang, target: { host: worker-2 }, for: 95s }';
  return flow('one recovers', 'One worker hangs, and later another one for a moment less than the policy waits.', {
    ...{ machineApi: 'cluster-api', script: `[${HANG}, ${short}]`, policy: ownPolicy({ steps: REBOOT_THEN_PERSON }) },
  });
}

/** Two workers hang, and both may be in flight. */
export function together(): Flow {
  return flow(
    'two hosts at a time',
    'Two workers hang within half a minute, and both may be in flight.',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON, budget: TWO_AT_A_TIME }),
    },
    { meanwhile: { 'the cap is lowered': capBecomes(1) } },
  );
}

/** No reboot helps: a person is called, and comes. */
export function escalate(): Flow {
  return flow(
    'reboot twice, then a person',
    'A host is dead: two reboots do not help, and a person is called.',
    {
      machineApi: 'cluster-api',
      minutes: 90,
      script: `[${DEAD}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON, bootGrace: '1m' }),
    },
    { callsPerson: true, meanwhile: { 'the request is deleted': DELETE_REQUESTS } },
  );
}

/** No reboot helps: another host takes the place. The host seems to boot for longer than a silent BMC may be. */
export function replace(): Flow {
  const steps = '[{ action: Reboot, timeout: 10m }, { action: Replace, timeout: 40m }, { action: Person }]';
  return flow('reboot, then replace', 'A host is dead: a reboot does not help, and a spare takes its place.', {
    ...{ machineApi: 'cluster-api', minutes: 90, more: SPARE, deadUntil: 'reprovision', script: `[${DEAD}]` },
    policy: ownPolicy({ steps, bootGrace: '4m', more: MAY_WIPE }),
  });
}

/** Two hosts are dead, and two others take their places at the same time. */
export function replaceTogether(): Flow {
  const steps = '[{ action: Replace, timeout: 60m }, { action: Person }]';
  return flow('replace two together', 'Two hosts are dead at nearly the same time, and two spares take their places.', {
    ...{
      machineApi: 'cluster-api',
      minutes: 90,
      more: SPARE.replace('count: 1', 'count: 2'),
      deadUntil: 'reprovision',
    },
    script: `[${DEAD}, ${DEAD.replace('5m', '5m30s').replace('worker-1', 'worker-2')}]`,
    policy: ownPolicy({ steps, budget: TWO_AT_A_TIME, more: MAY_WIPE }),
  });
}

/** The host is deployed anew. */
export function reprovision(): Flow {
  const steps = '[{ action: ReprovisionInPlace, timeout: 60m }, { action: Person }]';
  return flow('reprovision in place', 'A host must be deployed anew, and keeps its place.', {
    ...{ machineApi: 'cluster-api', minutes: 90, deadUntil: 'reprovision', script: `[${DEAD}]` },
    policy: ownPolicy({ steps, more: MAY_WIPE }),
  });
}

/** The management controller is dead as well: nobody can prove anything, and nothing is released. */
export function deadBmc(): Flow {
  return flow(
    'a dead BMC',
    'A worker hangs whose management controller does not answer: nothing is released, and a person is called.',
    {
      machineApi: 'cluster-api',
      minutes: 90,
      script: `[${DEAD_BMC}, ${HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
    },
    { callsPerson: true },
  );
}

/** The kubelet is dead as well, and the agent of the node lives. */
export function selfFencing(): Flow {
  const agents = `
---
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: openshift-workload-availability }
spec: { safeTimeToAssumeNodeRebootedSeconds: 180 }
`;
  const steps = '[{ action: Reboot, timeout: 20m }, { action: Person }]';
  const policy = ownPolicy({ steps, more: '  whenPowerUnknown: SelfNodeRemediation' });
  return flow(
    'a dead BMC, self-fencing',
    'The kubelet of a worker and its management controller are dead: the agent on the node makes it reset itself.',
    {
      machineApi: 'cluster-api',
      minutes: 60,
      script: `[${DEAD_BMC}, ${KUBELET_DEAD}]`,
      policy: `${policy}${agents}`,
    },
    // Self node remediation taints a node when its safe time is over, one that has come back by then, too, and takes that off again.
    { operatorCalls: true, brokenByOther: { id: 'S21', author: 'self-node-remediation' } },
  );
}

/** A worker fails in the hands of a maintenance operator. */
export function maintenance(): Flow {
  return flow(
    'maintenance',
    'A worker hangs while somebody works on it: it is left alone until that is over.',
    { machineApi: 'cluster-api', script: `[${HANG}]`, policy: ownPolicy({ steps: REBOOT_THEN_PERSON }) },
    { doings: [{ atMs: 4 * MINUTE_MS, by: MAINTENANCE.by }], neighbours: NEIGHBOURS },
  );
}

/** The budget is edited twice while attempts run and wait. */
export function budgetChange(): Flow {
  const becomes = (atMs: number, spec: object): Flow['doings'][number] => ({
    atMs,
    by: ({ store }) => {
      store.patch(REMEDIATION_BUDGET, BUDGET_KEY, { spec }, { subresource: 'main' });
    },
  });
  return flow(
    'budget change',
    'Two workers hang; with one in flight the cap goes to none, and later to two with a limit of the rate.',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
    },
    {
      doings: [
        becomes(7 * MINUTE_MS, { maxInFlight: { count: 0 } }),
        becomes(12 * MINUTE_MS, {
          maxInFlight: { count: 2 },
          rate: { tokenBucket: { burst: 1, refillEvery: '1m' } },
        }),
      ],
    },
  );
}

/** Another policy with other steps and another budget takes over while an attempt runs and one waits. */
export function policySwap(): Flow {
  const steps = '[{ action: Reboot, attempts: 3, timeout: 15m }, { action: Person }]';
  return flow(
    'policy swap',
    'Two workers hang; while one is in flight another policy replaces the whole of the first.',
    {
      machineApi: 'cluster-api',
      script: `[${HANG}, ${SECOND_HANG}]`,
      policy: ownPolicy({ steps: REBOOT_THEN_PERSON }),
      changedTo: { at: '7m20s', policy: ownPolicy({ name: 'successor', steps }) },
    },
  );
}
