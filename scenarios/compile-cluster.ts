// The cluster of a study: read from files, or generated from the scenario; either way as objects first, then as inventory.

import { type ClusterModel, inventoryOf } from './cluster/inventory.ts';
import type { FileReader } from './file-reader.ts';
import { generateCluster } from './generate/generate-cluster.ts';
import { GENERATED_START_MS } from './generate/names.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Place, Problem } from './problem.ts';
import { type ScenarioSource, within } from './scenario-source.ts';
import type { ScenarioSpec } from './schema.ts';
import type { StudyRequest } from './study.ts';

export interface LoadedCluster {
  readonly model: ClusterModel;
  readonly imported: boolean;
  readonly nowMs: number | undefined;
  readonly nowFrom: string;
  readonly place: Place;
}

/** Undefined when there is none to use; the problems then say why. */
export function loadCluster(
  request: StudyRequest,
  scenario: ScenarioSource,
  files: FileReader,
  problems: Problem[],
): LoadedCluster | undefined {
  const { spec, document, folder } = scenario;
  const rackLabel = request.overrides?.rackLabel ?? spec.cluster?.rackLabel;
  const inScenario =
    spec.cluster?.from === undefined ? [] : [spec.cluster.from].flat().map((path) => within(folder, path));
  const paths =
    request.clusterPaths !== undefined && request.clusterPaths.length > 0 ? request.clusterPaths : inScenario;
  const [first] = paths;
  if (first !== undefined) {
    const dump = files.readCluster(paths);
    problems.push(...dump.problems);
    if (!scenario.hasCluster || dump.problems.some(({ severity }) => severity === 'error')) return undefined;
    const model = inventoryOf(dump.objects, { rackLabel, nowMs: dump.nowMs ?? GENERATED_START_MS, file: first });
    problems.push(...model.problems);
    return {
      model,
      imported: true,
      nowMs: dump.nowMs,
      nowFrom: dump.nowFrom,
      place: { file: first, line: 1, column: 1 },
    };
  }
  const generate = spec.cluster?.generate;
  if (generate === undefined) {
    if (scenario.hasCluster) problems.push(noCluster(scenario));
    return undefined;
  }
  problems.push(...generateProblems(generate, spec, document));
  if (problems.some(({ code }) => code === 'MT153')) return undefined;
  const objects = generateCluster(generate, { externalStorage: spec.storage?.kind === 'external' });
  const file = document?.file ?? scenario.name;
  const model = inventoryOf(objects, { rackLabel, nowMs: GENERATED_START_MS, file });
  problems.push(...model.problems);
  return {
    model,
    imported: false,
    nowMs: GENERATED_START_MS,
    nowFrom: 'generated',
    place: { file, line: 1, column: 1 },
  };
}

function noCluster({ document, name }: ScenarioSource): Problem {
  return {
    code: 'MT160',
    severity: 'error',
    message: 'no cluster is given',
    ...(document?.placeOf(['spec', 'cluster']) ?? { file: name, line: 1, column: 1 }),
    remedy: 'write spec.cluster.generate or spec.cluster.from, or pass --cluster PATH',
  };
}

/** What a schema cannot see: names used twice, models that nobody defines, more racks than hosts. */
type Generate = NonNullable<NonNullable<ScenarioSpec['cluster']>['generate']>;
type PlaceIn = (path: readonly (string | number)[]) => Place;

function generateProblems(
  generate: Generate,
  spec: ScenarioSpec,
  document: PositionedDocument | undefined,
): readonly Problem[] {
  const base = ['spec', 'cluster', 'generate'];
  const place: PlaceIn = (path) => document?.placeOf([...base, ...path]) ?? { file: 'scenario', line: 1, column: 1 };
  return [
    ...groupProblems(generate.groups, spec, place),
    ...workloadProblems(generate.workloads ?? [], place),
    ...rackProblems(generate, place),
  ];
}

function groupProblems(groups: Generate['groups'], spec: ScenarioSpec, place: PlaceIn): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  groups.forEach(({ name, hardware }, index) => {
    if (seen.has(name)) {
      problems.push({
        code: 'MT120',
        severity: 'error',
        message: `group "${name}" appears twice`,
        ...place(['groups', index, 'name']),
      });
    }
    seen.add(name);
    if (hardware !== undefined && spec.hardware?.[hardware] === undefined) {
      problems.push({
        code: 'MT123',
        severity: 'error',
        message: `hardware "${hardware}" is not defined`,
        ...place(['groups', index, 'hardware']),
        remedy: `add it under spec.hardware (it may be empty: ${hardware}: {})`,
      });
    }
  });
  return problems;
}

type GeneratedWorkload = NonNullable<Generate['workloads']>[number];

function workloadProblems(workloads: readonly GeneratedWorkload[], place: PlaceIn): readonly Problem[] {
  const problems: Problem[] = [];
  const names = new Set<string>();
  workloads.forEach((workload, index) => {
    const full = `${workload.namespace ?? ''}/${workload.name}`;
    if (names.has(full)) {
      problems.push({
        code: 'MT120',
        severity: 'error',
        message: `workload "${workload.name}" appears twice`,
        ...place(['workloads', index, 'name']),
      });
    }
    names.add(full);
    const problem = volumeProblem(workload, (field) => place(['workloads', index, field]));
    if (problem !== undefined) problems.push(problem);
  });
  return problems;
}

function volumeProblem(workload: GeneratedWorkload, place: (field: string) => Place): Problem | undefined {
  if (workload.kind === 'VirtualMachine') {
    if (workload.sharedDisk === undefined || workload.volume !== undefined) return undefined;
    return {
      code: 'MT105',
      severity: 'error',
      message: `VirtualMachine "${workload.name}" says how its disk is shared but has none`,
      ...place('sharedDisk'),
      remedy: 'add the size of its disk: volume: 40GiB',
    };
  }
  if (workload.kind !== 'Deployment' || workload.volume === undefined || workload.replicas <= 1) return undefined;
  return {
    code: 'MT105',
    severity: 'error',
    message: `Deployment "${workload.name}" has ${workload.replicas} replicas and one ReadWriteOnce volume`,
    ...place('volume'),
    remedy: 'use kind: StatefulSet, whose replicas have volumes of their own',
  };
}

function rackProblems({ groups, racks }: Generate, place: PlaceIn): readonly Problem[] {
  const workers = groups
    .filter(({ role }) => (role ?? 'worker') === 'worker')
    .reduce((sum, { count }) => sum + count, 0);
  if (workers >= racks) return [];
  const message = `${racks} racks for ${workers} workers: some racks would be empty`;
  return [{ code: 'MT153', severity: 'error', message, ...place(['racks']) }];
}
