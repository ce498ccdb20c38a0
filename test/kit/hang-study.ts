// One cluster of three racks with six workers, in which nothing happens by chance: stages take constant times, nobody comes
// to help, and hosts hang when a test says so. For what client faults do to a remediation.

import type { ClientFault, ClientFaultKind, PolicyConfig, ScriptedFault, SimConfig } from '../../sim/config.ts';
import type { TriggerEvent } from '../../sim/faults/fault-triggers.ts';
import type { StoryEntry } from '../../sim/result.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { curedBy } from './cured-by.ts';
import { toldBy } from './told-story.ts';
import { writtenRun } from './written-study.ts';

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: hang }
spec:
  study: steady
  duration: 1d
  seed: hang
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6 }
  hardware:
    server: { powerOff: 5s, powerOn: 5s, shutdown: 20s, firmware: 60s, osBoot: 30s, join: 10s }
  faults:
    background: none
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  kubernetes: { watchLag: 100ms, leaseJitter: 0 }
`;

export const MINUTE_MS = 60_000;

export interface HangStudy {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}

/** Loaded once per test file. Without manifests the policy is the example that reboots first. */
export function hangStudy(manifests?: string): HangStudy {
  const file = manifests === undefined ? 'examples/policies/reboot-first.yaml' : 'policy.yaml';
  return writtenRun(
    { scenarioFile: 'hang.yaml', policies: [{ name: 'reboot', files: [file] }] },
    { 'hang.yaml': SCENARIO, 'policy.yaml': manifests },
  );
}

/** A fault of these controllers, or of all, from one minute to another. */
export function clientFault(
  what: ClientFaultKind,
  [fromMin, toMin]: readonly [number, number],
  ...controllers: readonly string[]
): ClientFault {
  return {
    name: what.fault,
    start: { kind: 'at', atMs: fromMin * MINUTE_MS },
    lastsMs: { kind: 'constant', value: (toMin - fromMin) * MINUTE_MS },
    ...(controllers.length === 0 ? {} : { controllers }),
    what,
  };
}

/** A fault of these controllers, or of all, for so many minutes from when something happens to worker 1. */
export function waitingFault(
  what: ClientFaultKind,
  when: { readonly event: TriggerEvent; readonly afterMs?: number; readonly times?: number },
  forMin: number,
  ...controllers: readonly string[]
): ClientFault {
  const start = { kind: 'event', host: 'worker-1', nth: 1, afterMs: 0, times: 1, share: 1, ...when } as const;
  return { ...clientFault(what, [0, forMin], ...controllers), start };
}

export interface HangRun {
  readonly world: World;
  readonly story: readonly StoryEntry[];
}

/**
 * Worker 1 hangs at minute 10 until it is rebooted, or until `healsAtMin`; the run takes 40 minutes.
 * @param others more faults of the script.
 */
export function hangRun(
  { config, policy }: HangStudy,
  clientFaults: readonly ClientFault[],
  healsAtMin?: number,
  others: readonly ScriptedFault[] = [],
): HangRun {
  const run: SimConfig = {
    ...curedBy(config, 'osHang', 'reboot'),
    durationMs: 40 * MINUTE_MS,
    script: [
      {
        name: 'hang',
        atMs: 10 * MINUTE_MS,
        fault: 'osHang',
        target: 'worker-1',
        ...(healsAtMin === undefined ? {} : { forMs: (healsAtMin - 10) * MINUTE_MS }),
      },
      ...others,
    ],
    ...(clientFaults.length === 0 ? {} : { clientFaults }),
  };
  const started = startedRun(run, policy, { replication: 1, record: true });
  const { world } = started;
  world.kernel.runUntil(run.startMs + run.durationMs);
  return { world, story: toldBy(started) };
}

/** `10:55.000 text` of the entries about worker-1 with these topics; an effect is its name. */
export function linesOf({ story }: HangRun, ...topics: readonly string[]): readonly string[] {
  return story
    .filter(({ topic, hosts }) => topics.includes(topic) && hosts.includes('worker-1'))
    .map(({ atMs, text, effect }) => `${clock(atMs)} ${effect ?? text}`);
}

function clock(atMs: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(atMs / MINUTE_MS)}:${two((atMs / 1000) % 60)}.${String(atMs % 1000).padStart(3, '0')}`;
}
