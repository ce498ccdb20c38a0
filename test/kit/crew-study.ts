// Scenarios about people, as the YAML that a user writes, for closed-form answers: nothing happens but what a row asks for.

import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { writtenRun } from './written-study.ts';

export interface CrewScenario {
  readonly duration: string;
  /** Lines under `groups:`, beside three control plane hosts; without: one worker. As `{ name: w, count: 7 }`. */
  readonly groups?: readonly string[];
  /** Lines under `workloads:`. */
  readonly workloads?: readonly string[];
  /** Fields of `people`. */
  readonly people: string;
  /** Rate per host and year at which hosts of the model `failing` die for good; nothing else ever fails. */
  readonly deathsPerYear?: number;
  /** Further lines of `spec`. */
  readonly more?: readonly string[];
}

const ONLY_A_PERSON = '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }';
const NO_TIME = ['powerOff', 'powerOn', 'shutdown', 'firmware', 'osBoot', 'join'];

function scenarioOf({
  duration,
  groups = ['{ name: w, count: 1 }'],
  workloads = [],
  people,
  deathsPerYear = 0,
  more = [],
}: CrewScenario): string {
  const stages = NO_TIME.map((stage) => `${stage}: 0s`).join(', ');
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: crew }
spec:
  study: from-now
  duration: ${duration}
  seed: crew
  cluster:
    generate:
      machineApi: openshift
      racks: 1
      groups:
        - { name: master, role: control-plane, count: 3 }
${groups.map((line) => `        - ${line}\n`).join('')}${workloads.length === 0 ? '' : `      workloads:\n${workloads.map((line) => `        - ${line}\n`).join('')}`}
  hardware: { server: { ${stages} }, failing: { ${stages} } }
  storage: { kind: external }
  faults:
    frailtySigma: 0
    clock: operating
    background: none
    models: { failing: { hostDead: { perYear: ${deathsPerYear}, gapShape: 1, cures: ${ONLY_A_PERSON} } } }
  people: { ${people} }
  plannedReboots: { every: never }
${more.map((line) => `  ${line}\n`).join('')}`;
}

/** Without any policy: people alone. */
export function crewStudy(scenario: CrewScenario): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  return writtenRun(
    { scenarioFile: 'crew.yaml', policies: [{ name: 'none', files: [] }] },
    { 'crew.yaml': scenarioOf(scenario) },
  );
}

/** Whole runs of a study, one replication after the other: `measure` reads each at its end, `watch` connects to it before. */
export function replications<Watched, Measured>(
  { config, policy }: ReturnType<typeof crewStudy>,
  count: number,
  parts: {
    readonly watch: (world: World) => Watched;
    readonly measure: (world: World, watched: Watched) => Measured;
  },
): readonly Measured[] {
  return Array.from({ length: count }, (_, index) => {
    const { world } = startedRun(config, policy, { replication: index + 1, record: false });
    const watched = parts.watch(world);
    world.kernel.runUntil(config.startMs + config.durationMs);
    for (const runtime of world.runtimes) runtime.stop();
    return parts.measure(world, watched);
  });
}
