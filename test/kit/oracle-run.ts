// Whole runs for closed-form answers: a scenario and our own policy as the YAML that a user writes go in, what became of every
// host and of every HostRemediation comes out. Nothing happens by chance unless a row asks for it.

import { HOST_REMEDIATION, type HostRemediation } from '../../core/api/host-remediation.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { parseTime } from '../../core/api/time.ts';
import { isOf } from '../../sim/api-server/typed-change.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { FAULT_CLASSES } from '../../sim/faults/catalogue.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { writtenRun } from './written-study.ts';

/** A stage of a host that is told to take no time takes this long: no two things happen in one instant. */
export const STAGE_LEAST_MS = 1;

/**
 * From the grant of a Reboot of a host without pods until its kubelet starts. The taint that excludes a node is given 2 s to act
 * before anybody trusts that nothing runs there, counted from its stamp in whole seconds: a grant at a whole second is followed
 * by the end of off 2 s later, whatever part of it off took. Then come on, firmware and operating system.
 */
export const REBOOT_LEAST_MS = 2_000 + 3 * STAGE_LEAST_MS;

/** From the grant of a ReprovisionInPlace of such a host until its kubelet starts, `imageWrite` excluded: off, clean, firmware, system. */
export const REPROVISION_LEAST_MS = 4 * STAGE_LEAST_MS;

export interface OracleWorld {
  /** Groups of the cluster: `[name, count]`; hosts are `NAME-0`, ... */
  readonly groups: readonly (readonly [string, number])[];
  readonly duration: string;
  /** Lines of `hardware.server`; stages that are not named take no time. */
  readonly hardware: Readonly<Record<string, string>>;
  /** `{ at: 10m, fault: osHang, target: { host: w-0 } }` and the like. */
  readonly script: readonly string[];
  /** Faults by the way in which they end: `osHang: { powerCycle: 0.8 }`. */
  readonly cures: Readonly<Record<string, string>>;
  /** Fields of `people`; nobody comes unless a row says so. */
  readonly people?: string;
  /** Fields of `kubernetes` in place of those with which a silence is seen at an exact instant. */
  readonly kubernetes?: string;
  readonly policy: string;
  /** Also judge every invariant. */
  readonly checked?: boolean;
}

/**
 * Beats and passes of the node monitor come every 5 s and it counts from its pass that saw the beat: a fault at an instant on the
 * grid is seen exactly a grace later, wherever the beats of the host lie.
 */
const EXACT_DETECTION = 'leaseRenew: 5s, monitorPeriod: 5s, monitorGrace: 40s, leaseJitter: 0, watchLag: 0s';

const NOBODY_COMES = 'page: 36500d, lateNotice: 36500d';

const NO_TIME = ['powerOff', 'powerOn', 'shutdown', 'firmware', 'osBoot', 'join', 'imageWrite', 'metadataClean'];

/** The manifests of a policy that waits nowhere by itself, with a budget that limits nothing but what `budget` says. */
export function oraclePolicy(spec: string, budget = 'maxInFlight: { percent: 100 }'): string {
  return `
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/control-plane, operator: DoesNotExist }] }
  budget: hosts
  wipeAllowed: true
  healthyDelay: 0s
  bootGrace: 0s
  backOff: { base: 0s, max: 0s }
${spec}
---
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationBudget
metadata: { name: hosts }
spec:
  doubt: { percent: 100, atLeast: 1000, within: 1s }
  ${budget}
`;
}

function scenarioOf(world: OracleWorld): string {
  const hardware = NO_TIME.map((stage) => `${stage}: ${world.hardware[stage] ?? '0s'}`).join(', ');
  const cures = Object.entries(world.cures).map(([fault, ends]) => `${fault}: { perYear: 0, cures: ${ends} }`);
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: oracle }
spec:
  study: from-now
  duration: ${world.duration}
  seed: oracle
  cluster:
    generate:
      machineApi: cluster-api
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
${world.groups.map(([name, count]) => `        - { name: ${name}, count: ${count} }`).join('\n')}
  hardware: { server: { ${hardware} } }
  storage: { kind: external }
  faults:
    frailtySigma: 0
    background: { ${[...FAULT_CLASSES.filter((fault) => !(fault in world.cures)).map((fault) => `${fault}: { perYear: 0 }`), ...cures].join(', ')} }
    script:
${world.script.map((line) => `      - ${line}`).join('\n')}
  people: { ${world.people ?? NOBODY_COMES} }
  plannedReboots: { every: never }
  provisioning: { failShare: 0, hostPick: same-first }
  kubernetes: { ${world.kubernetes ?? EXACT_DETECTION} }
`;
}

export interface OracleStudy {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
  readonly checked: boolean;
}

export function oracleStudy(world: OracleWorld): OracleStudy {
  const { config, policy } = writtenRun(
    { scenarioFile: 'oracle.yaml', policies: [{ name: 'own', files: ['policy.yaml'] }] },
    { 'oracle.yaml': scenarioOf(world), 'policy.yaml': world.policy },
  );
  return { config, policy, checked: world.checked ?? false };
}

/** A host that did not serve, by truth. */
export interface Outage {
  readonly host: string;
  readonly fromMs: number;
  readonly forMs: number;
}

export interface OracleRun {
  /** Those that ended, in the order of their ends. */
  readonly outages: readonly Outage[];
  /** As they were closed, or at the end of the run, in the order in which they asked; instants in ms after the start. */
  readonly remediations: readonly Remediated[];
  readonly spentCost: number;
  /** Invariants that were broken, with the first word about each; empty also where nobody checked. */
  readonly broken: readonly string[];
}

export interface Remediated {
  readonly node: string;
  readonly phase: string | undefined;
  /** `Reboot TimedOut`, in order. */
  readonly attempts: readonly string[];
  /** For the first attempt. */
  readonly askedAtMs: number | undefined;
  readonly grantedAtMs: readonly number[];
  readonly closedAtMs: number | undefined;
}

export function oracleRun({ config, policy, checked }: OracleStudy, replication = 1): OracleRun {
  const { world, judge } = startedRun(config, policy, {
    replication,
    record: false,
    ...(checked ? { check: { stalenessMs: 10_000 } } : {}),
  });
  const outages = watchOutages(world);
  const remediations = watchRemediations(world);
  const endMs = config.startMs + config.durationMs;
  world.kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  return {
    outages,
    remediations: [...remediations.values()],
    spentCost: world.store.list(REMEDIATION_BUDGET).reduce((sum, { status }) => sum + (status?.spentCost ?? 0), 0),
    broken: (judge?.verdicts(endMs) ?? []).flatMap(({ id, broken: [finding] }) =>
      finding === undefined ? [] : [`${id}: ${finding.says}`],
    ),
  };
}

function watchOutages({ kernel, fleet, config }: World): readonly Outage[] {
  const outages: Outage[] = [];
  const downSinceMs = new Map<number, number>();
  fleet.onChange((index) => {
    const sinceMs = downSinceMs.get(index);
    if (!fleet.kubeletActs(index)) downSinceMs.set(index, sinceMs ?? kernel.nowMs);
    else if (sinceMs !== undefined) {
      downSinceMs.delete(index);
      const { name } = fleet.host(index).config;
      outages.push({ host: name, fromMs: sinceMs - config.startMs, forMs: kernel.nowMs - sinceMs });
    }
  });
  return outages;
}

/** By UID: a name is used again when its HostRemediation is forgotten. */
function watchRemediations({ store, config }: World): ReadonlyMap<string, Remediated> {
  const seen = new Map<string, Remediated>();
  store.tap(
    (change) => {
      if (!isOf(change, HOST_REMEDIATION) || change.after?.status === undefined) return;
      const { uid } = change.after.metadata;
      seen.set(uid, remediated(config, change.after, seen.get(uid)?.askedAtMs));
    },
    [HOST_REMEDIATION],
  );
  return seen;
}

function remediated(
  config: SimConfig,
  { spec, status }: HostRemediation,
  askedBeforeMs: number | undefined,
): Remediated {
  const attempts = status?.attempts ?? [];
  return {
    node: spec?.node.name ?? '',
    phase: status?.phase,
    attempts: attempts.map(({ action, outcome }) => `${action} ${outcome}`),
    askedAtMs: askedBeforeMs ?? (status?.waitingSince === undefined ? undefined : since(config, status.waitingSince)),
    grantedAtMs: attempts.map(({ grantedAt }) => since(config, grantedAt)),
    closedAtMs: status?.closedAt === undefined ? undefined : since(config, status.closedAt),
  };
}

function since({ startMs }: SimConfig, time: string): number {
  return parseTime(time) - startMs;
}
