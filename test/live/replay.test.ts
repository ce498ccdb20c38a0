// The contract is honest: what the simulator's controllers were told, told to the same core by a live view over HTTP, gives
// the same decisions, outcomes and events, at the same instants and in the same order.

import { describe, expect, test } from 'vitest';
import type { FaultClass, PolicyConfig, SimConfig } from '../../sim/config.ts';
import { startedRun } from '../../sim/simulation.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { deadBmc, queue, reboot, replace } from '../kit/crash/flows.ts';
import { hangStudy, MINUTE_MS } from '../kit/hang-study.ts';
import { type RecordedInput, type RecordedRun, recordedRun } from '../kit/recorded-run.ts';
import { studyOf } from '../kit/remediation-story.ts';
import { replayed } from '../kit/replayed-run.ts';

interface Study {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}

interface Row {
  readonly title: string;
  readonly given: () => Study;
  /** Rules by which the run must have decided, so that it is about something. */
  readonly decides: readonly string[];
}

const DELETE_FIRST = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 120s }]
  maxUnhealthy: 2
`;

/** The workers hang at minute 10 until they are rebooted. */
function hanging(study: Study, ...hosts: readonly string[]): Study {
  return struck(study, 'osHang', hosts);
}

function struck({ config, policy }: Study, fault: FaultClass, hosts: readonly string[]): Study {
  const { osHang } = config.faults.classes;
  const cures = { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 };
  return {
    policy,
    config: {
      ...config,
      durationMs: 40 * MINUTE_MS,
      faults: { ...config.faults, classes: { ...config.faults.classes, osHang: { ...osHang, cures } } },
      script: hosts.map((target) => ({ name: target, atMs: 10 * MINUTE_MS, fault, target })),
    },
  };
}

const ROWS: readonly Row[] = [
  {
    title: 'a worker hangs and is rebooted by the health check and the host operator',
    given: () => hanging(hangStudy(), 'worker-1'),
    decides: ['remediate', 'power-off-requested', 'power-command', 'remediation-complete'],
  },
  {
    title: 'two workers hang and are reprovisioned',
    given: () => hanging(hangStudy(DELETE_FIRST), 'worker-1', 'worker-4'),
    decides: ['remediate', 'deprovisioned', 'provisioning-ended'],
  },
  {
    title: 'a worker dies, and NodeHealthCheck with SelfNodeRemediation moves its pods',
    given: () => studyOf({ host: 'worker-1', fault: 'hostDead' }),
    decides: ['remediate', 'assumed-rebooted', 'workloads-released', 'fencing-completed'],
  },
  {
    title: 'two workers hang, and one disruption budget lets one reboot at a time',
    given: () => hanging(example('mdb-limited'), 'worker-1', 'worker-4'),
    decides: ['budget-denied', 'reboot-started', 'remediation-started'],
  },
  {
    title: 'a worker dies, and NodeHealthCheck escalates to the deletion of its Machine',
    given: () => struck(example('node-escalation'), 'hostDead', ['worker-1']),
    decides: ['remediate', 'assumed-rebooted', 'remediation-started', 'machine-deleted', 'deprovisioned'],
  },
  {
    title: 'a worker hangs, and our own policy proves it off, releases it and powers it on',
    given: () => reboot('openshift'),
    decides: ['remediate', 'granted', 'held-off', 'off-proven-at-once', 'workloads-released', 'node-back', 'succeeded'],
  },
  {
    title: 'a worker dies, and our own policy reboots it in vain and has another host take its place',
    given: () => replace(),
    decides: ['node-did-not-return', 'backing-off', 'host-marked', 'machine-deleted', 'machine-gone', 'replaced'],
  },
  {
    title: 'two workers hang, and our own budget is raised and our policy edited while one of them is rebooted',
    given: () => editedInFlight(queue()),
    decides: ['waiting-for-budget', 'granted', 'off-proven-at-once', 'node-back', 'succeeded'],
  },
  {
    title: 'the BMC of a worker that hangs is dead, and our own policy calls a person',
    given: () => deadBmc(),
    decides: ['bmc-silent', 'bmc-dead', 'person-called'],
  },
];

/** One minute after the first hang is seen: both may go, and an attempt gets more time. */
function editedInFlight({ config, policy }: Study): Study {
  const edited = policy.objects.map((object) => {
    const spec =
      object.kind === 'RemediationBudget' ? { maxInFlight: { count: 2 } } : { backOff: { base: '2m', max: '8m' } };
    return { ...object, spec: { ...('spec' in object ? (object.spec as object) : {}), ...spec } };
  });
  return { config, policy: { ...policy, changes: [{ atMs: 8 * MINUTE_MS, apply: edited, delete: [] }] } };
}

/** A policy of the examples, made for a cluster of six workers. */
function example(name: string): Study {
  const file = studyFiles.readText(`examples/policies/${name}.yaml`);
  if (file.kind !== 'text') throw new Error(file.why);
  return hangStudy(file.text.replace('minHealthy: 11', 'minHealthy: 4'));
}

function rulesOf({ told }: RecordedRun): readonly (string | undefined)[] {
  return told.map((line) => /"rule":"([^"]+)"/.exec(line)?.[1]);
}

describe('a recorded run, told by a live view', () => {
  test.each(ROWS)('$title', async ({ given, decides }) => {
    const { config, policy } = given();
    const run = recordedRun(config, policy);
    expect(rulesOf(run)).toEqual(expect.arrayContaining([...decides]));
    const { told, changes, mutations } = await replayed(run);
    expect(told).toEqual(run.told);
    expect(changes).toBe(run.inputs.filter(({ input }) => input === 'change').length);
    expect(mutations).toBe(0);
  });

  test('to record a run changes nothing of it', () => {
    const { config, policy } = hanging(hangStudy(), 'worker-1');
    const { world, trace } = startedRun(config, policy, { replication: 1, record: false });
    world.kernel.runUntil(config.startMs + config.durationMs);
    expect(recordedRun(config, policy).fingerprint).toBe(trace.fingerprint.digest());
  });

  test('a record in which a node never becomes silent does not lead to the same decisions', async () => {
    const { config, policy } = hanging(hangStudy(), 'worker-1');
    const run = recordedRun(config, policy);
    const isSilent = (input: RecordedInput): boolean =>
      input.input === 'change' &&
      input.kindKey === 'Node' &&
      JSON.stringify(input.object).includes('NodeStatusUnknown');
    const inputs = run.inputs.filter((input) => !isSilent(input));
    expect(inputs.length).toBeLessThan(run.inputs.length);
    await expect(replayed({ ...run, inputs })).rejects.toThrow(/nobody wants to be woken at|call \d+ is/);
  });
});
