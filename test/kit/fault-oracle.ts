// Hosts that only fail, for closed forms about failures: a scenario goes in, what was born when on which host comes out, and how
// long every host was down. Nobody detects, remediates or repairs anything, and nothing else fails.

import type { FaultName, PolicyConfig, SimConfig } from '../../sim/config.ts';
import { addressOf, FAULT_CLASSES } from '../../sim/faults/catalogue.ts';
import type { CureLevel } from '../../sim/faults/fault.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { Estimate } from './estimate.ts';
import { writtenRun } from './written-study.ts';

export const HOUR_MS = 3_600_000;
/** The year of rates: 365.25 days. */
export const YEAR_HOURS = 8_766;

export interface FailingHosts {
  readonly hosts: number;
  readonly racks?: number;
  readonly hours: number;
  /** Lines of `faults.background`; every other class has no rate. */
  readonly background: Readonly<Record<string, string>>;
  /** Other lines of `faults`, as `start: new`. */
  readonly faults?: readonly string[];
}

export function failingHosts(world: FailingHosts): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  const silent = FAULT_CLASSES.filter((name) => !(name in world.background)).map((name) => [name, '{ perYear: 0 }']);
  const background = [...silent, ...Object.entries(world.background)].map(([name, text]) => `${name}: ${text}`);
  const scenario = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: failing }
spec:
  study: from-now
  duration: ${world.hours}h
  seed: failing
  cluster: { generate: { machineApi: cluster-api, racks: ${world.racks ?? 1}, groups: [{ name: h, count: ${world.hosts} }] } }
  storage: { kind: external }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  kubernetes: { monitorGrace: 36500d }
  faults:
    frailtySigma: 0
    background: { ${background.join(', ')} }
${(world.faults ?? []).map((line) => `    ${line}`).join('\n')}
`;
  return writtenRun(
    { scenarioFile: 'failing.yaml', policies: [{ name: 'none', files: [] }] },
    { 'failing.yaml': scenario },
  );
}

export interface Birth {
  /** Its name, or that of the rack. */
  readonly host: string;
  readonly name: FaultName;
  /** After the start. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly level: CureLevel;
}

export interface FailureRun {
  readonly births: readonly Birth[];
  /** By host, how long its operating system did not run between the two instants asked for. */
  readonly downMs: readonly number[];
}

/** @param fromMs after the start, from when on down-time counts. */
export function failureRun(
  { config, policy }: { readonly config: SimConfig; readonly policy: PolicyConfig },
  replication: number,
  fromMs = 0,
): FailureRun {
  const { world } = startedRun(config, policy, { replication, record: false });
  const { fleet, kernel } = world;
  const births: Birth[] = [];
  world.weather.observe({
    born: ({ class: name, subject, bornAtMs, durationMs, level }) => {
      const host = (addressOf(name) === 'rack' ? fleet.racks.names[subject] : config.hosts[subject]?.name) ?? '';
      births.push({ host, name, atMs: bornAtMs - config.startMs, durationMs, level });
    },
    rackChanged: () => undefined,
  });
  kernel.runUntil(config.startMs + fromMs);
  const before = fleet.hosts.map(({ index }) => fleet.downMs(index));
  kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of world.runtimes) runtime.stop();
  return { births, downMs: before.map((ms, index) => fleet.downMs(index) - ms) };
}

/** Of a share: so many of so many. */
export function shareOf(hits: number, of: number): Estimate {
  const mean = hits / of;
  return { mean, standardError: Math.sqrt((mean * (1 - mean)) / of) };
}

/** By host, in the order of time. */
export function birthsByHost(births: readonly Birth[]): readonly (readonly Birth[])[] {
  const byHost = new Map<string, Birth[]>();
  for (const birth of births) {
    const own = byHost.get(birth.host) ?? [];
    byHost.set(birth.host, own);
    own.push(birth);
  }
  return [...byHost.values()];
}
