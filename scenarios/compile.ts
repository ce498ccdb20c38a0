// From a request to a study: scenario, cluster, policies and overrides resolved into one SimConfig and its policies, or all
// problems at once. Everything that the study depends on is in the result; nothing is looked up later.

import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { type KubeObject, kindKeyOf } from '../core/api/object.ts';
import { formatTime } from '../core/api/time.ts';
import type { SimConfig } from '../sim/config.ts';
import { controllersOf } from '../sim/controllers.ts';
import { definitionOf } from '../sim/faults/catalogue.ts';
import { faultBase } from '../sim/faults/fault-sets.ts';
import { Fingerprint } from '../sim/kernel/fingerprint.ts';
import { assumedDefaults } from './assumed-defaults.ts';
import { withBmcModels } from './bmc-models.ts';
import { resolveClientFaults } from './client-faults.ts';
import { ledgerOf } from './cluster/ledger.ts';
import { loadCluster } from './compile-cluster.ts';
import { compilePolicies } from './compile-policies.ts';
import { constraintProblems } from './constraint-text.ts';
import { STUDY_DEFAULTS } from './defaults.ts';
import { type PlacedRequest, resolveScript } from './fault-script.ts';
import type { FileReader } from './file-reader.ts';
import { GENERATED_START_MS } from './generate/names.ts';
import { peopleConfig, peopleProblems } from './people.ts';
import { placedPools } from './placed-pools.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import { hasErrors, type Problem, sortProblems } from './problem.ts';
import { resolveServices } from './provisioning-services.ts';
import { parseDuration } from './quantities.ts';
import { type ScenarioSource, scenarioSource } from './scenario-source.ts';
import type { ScenarioSpec } from './schema.ts';
import { toldParameters } from './schema-faults.ts';
import { sharedPlaces } from './shared-places.ts';
import { etcdPools } from './storage-dynamics.ts';
import type { LoadedStudy, StudyRequest } from './study.ts';
import { resolveReplay } from './trace/replay.ts';
import * as world from './world-config.ts';
import { worldProblems } from './world-problems.ts';

/** Never throws for what the user wrote; problems are sorted by place. A study may carry warnings. */
export function loadStudy(request: StudyRequest, files: FileReader): LoadedStudy {
  const problems: Problem[] = [];
  const scenario = scenarioSource(request, files, problems);
  const spec = scenario.spec;
  const cluster = loadCluster(request, scenario, files, problems);
  const durationMs = durationOf(request, scenario, cluster?.imported ?? false, problems);
  const study = request.overrides?.study ?? spec.study ?? (cluster?.imported === true ? 'from-now' : 'steady');
  if (study === 'from-now' && cluster?.imported === true && cluster.nowMs === undefined) {
    problems.push({
      code: 'MT152',
      severity: 'error',
      message: 'the input does not say what time it is: no lease, no heartbeat, no timestamp',
      ...cluster.place,
      remedy: 'add leases (kubectl get leases -n kube-node-lease -o yaml), or run a steady study',
    });
  }
  problems.push(...constraintProblems(spec.constraints ?? [], scenario.document));

  const model = cluster?.model;
  const models = world.hardwareModels(model?.hardware ?? {}, spec.hardware);
  const hardware = spec.faults?.background === 'none' ? world.withoutComponents(models) : models;
  const provisioning = world.provisioningConfig(spec.provisioning);
  const storage = cluster === undefined ? undefined : placedPools({ ...cluster, scenario, files });
  const policies = compilePolicies({
    request,
    scenario,
    files,
    cluster: model === undefined || spec.storage?.crush === undefined ? model : { ...model, ...storage },
    imported: cluster?.imported ?? false,
    hardware,
    provisioning,
    nowMs: cluster?.nowMs ?? GENERATED_START_MS,
    durationMs,
  });
  problems.push(...policies.problems);
  if (model === undefined || cluster === undefined || storage === undefined)
    return { problems: sortProblems(problems) };

  const { pools } = storage;
  const { problems: placeProblems, ...places } = sharedPlaces(spec, model.hosts, scenario.document);
  problems.push(...placeProblems);
  const script = resolveScript(
    [...scenarioScript(spec, scenario.document), ...commandScript(request)],
    { hosts: storage.hosts, pools, ...(places.power === undefined ? {} : { power: places.power }) },
    durationMs,
  );
  problems.push(...script.problems);
  const replayed = resolveReplay(scenario, { hosts: model.hosts, durationMs }, files);
  problems.push(...replayed.problems);
  const clients = resolveClientFaults({
    specs: spec.faults?.clients ?? [],
    document: scenario.document,
    controllers: policies.policies.flatMap((policy) =>
      controllersOf({ machineApi: model.machineApi, objects: model.objects, provisioning }, policy),
    ),
    durationMs,
  });
  problems.push(...clients.problems);
  const placed = resolveServices({
    spec: spec.provisioning?.services,
    faults: spec.faults,
    document: scenario.document,
    model,
  });
  problems.push(...placed.problems);
  problems.push(...peopleProblems(spec.people, scenario.document, model.hosts));
  problems.push(
    ...storage.problems,
    ...worldProblems({ spec, document: scenario.document, file: cluster.place.file, model, hardware, pools }),
  );
  if (hasErrors(problems) || policies.policies.length === 0) return { problems: sortProblems(problems) };

  const fromNow = study === 'from-now';
  const seed = request.overrides?.seed ?? String(spec.seed ?? STUDY_DEFAULTS.seed);
  const config: SimConfig = {
    name: scenario.name,
    machineApi: model.machineApi,
    startMs: cluster.nowMs ?? GENERATED_START_MS,
    durationMs,
    hosts: withBmcModels(fromNow ? storage.hosts : storage.hosts.map(settled), spec, model.input),
    hardware,
    objects: withCleaningMode(model.objects, spec.provisioning?.automatedCleaningMode),
    faults: world.faultsConfig(spec.faults),
    script: [...(fromNow ? model.script : []), ...script.script],
    ...(script.triggered.length === 0 ? {} : { triggered: script.triggered }),
    ...(replayed.replay.length === 0 ? {} : { replay: replayed.replay }),
    ...(clients.faults.length === 0 ? {} : { clientFaults: clients.faults }),
    kubernetes: world.kubernetesConfig(spec.kubernetes),
    pools: [...pools, ...etcdPools(storage.hosts, spec.storage)],
    people: peopleConfig(spec.people, faultBase(spec.faults?.set).people),
    plannedReboots: world.plannedRebootConfig(spec.plannedReboots),
    provisioning: placed.services === undefined ? provisioning : { ...provisioning, services: placed.services },
    bmc: world.bmcConfig(spec.bmc),
    watchdog: world.watchdogConfig(spec.watchdog),
    ...places,
    ...(spec.queues === true ? { reportQueues: true as const } : {}),
    requiredReplicas: spec.requiredReplicas ?? {},
    seed,
  };
  const primaryMetric = spec.primaryMetric ?? STUDY_DEFAULTS.primaryMetric;
  const sorted = sortProblems(problems);
  return {
    study: {
      name: scenario.name,
      imported: cluster.imported,
      study,
      config,
      policies: policies.policies,
      primaryMetric,
      minimumEffect: spec.minimumEffect ?? STUDY_DEFAULTS.minimumEffect,
      constraints: spec.constraints ?? [],
      ...(spec.breakEven === undefined ? {} : { breakEven: spec.breakEven }),
      replications: request.overrides?.replications ?? spec.replications ?? STUDY_DEFAULTS.replications,
      seed,
      ledger: ledgerOf(model, cluster.imported),
      assumptions: [
        ...(cluster.imported ? [{ name: 'now', value: formatTime(config.startMs), source: cluster.nowFrom }] : []),
        ...storage.assumptions,
        ...policies.assumptions,
        ...replayed.assumptions,
        ...assumedDefaults(config),
      ],
      warnings: sorted.map(
        ({ code, message, file, line }) => `${code}: ${message} (${line > 1 ? `${file}:${line}` : file})`,
      ),
      problems: sorted,
      meaningDifferences: policies.meaning,
      matchedPair: policies.matchedPair,
      scenarioDigest: digestOf([
        { ...config, objects: config.objects.length },
        ...config.objects,
        policies.policies,
        study,
        primaryMetric,
        spec.minimumEffect,
        spec.constraints,
        ...(spec.breakEven === undefined ? [] : [spec.breakEven]),
      ]),
    },
  };
}

function durationOf(request: StudyRequest, scenario: ScenarioSource, imported: boolean, problems: Problem[]): number {
  const asked = request.overrides?.duration;
  const parsed = asked === undefined ? undefined : parseDuration(asked);
  if (asked !== undefined && parsed === undefined) {
    problems.push({
      code: 'MT110',
      severity: 'error',
      message: `"${asked}" is not a duration`,
      file: 'command line',
      line: 1,
      column: 1,
      remedy: 'write for example 30d',
    });
  }
  const study = request.overrides?.study ?? scenario.spec.study ?? (imported ? 'from-now' : 'steady');
  return (
    parsed ??
    scenario.spec.duration ??
    (study === 'from-now' && imported ? STUDY_DEFAULTS.fromNowDurationMs : STUDY_DEFAULTS.durationMs)
  );
}

function scenarioScript(spec: ScenarioSpec, document: PositionedDocument | undefined): readonly PlacedRequest[] {
  return (spec.faults?.script ?? []).map((fault, index) => {
    const path = ['spec', 'faults', 'script', index];
    const at = (field: string) => document?.placeOf([...path, field]) ?? { file: 'scenario', line: 1, column: 1 };
    return {
      request: {
        name: fault.name,
        atMs: fault.at,
        when: fault.when,
        fault: fault.fault,
        forMs: fault.for,
        reaches: fault.reaches,
        ...fault.target,
        ...toldParameters(definitionOf(fault.fault), fault),
      },
      targetPlace: at('target'),
      reachesPlace: at('reaches'),
      timePlace: at(fault.when === undefined ? 'at' : 'when'),
    };
  });
}

function commandScript(request: StudyRequest): readonly PlacedRequest[] {
  const line = { file: 'command line', line: 1, column: 1 };
  return (request.script ?? []).map(({ place = line, ...fault }) => ({
    request: fault,
    targetPlace: place,
    timePlace: place,
  }));
}

/** In a steady study nobody is ill at the start; what is off on purpose stays off. */
function settled(host: SimConfig['hosts'][number]): SimConfig['hosts'][number] {
  return host.initial.state === 'silent' ? { ...host, initial: { state: 'serving' } } : host;
}

/** The mode stands in every BareMetalHost, where the operator reads it; a scenario that sets it sets them all. */
function withCleaningMode(
  objects: readonly KubeObject[],
  mode: 'metadata' | 'disabled' | undefined,
): readonly KubeObject[] {
  if (mode === undefined) return objects;
  return objects.map((object) =>
    kindKeyOf(object) === BARE_METAL_HOST.key
      ? { ...object, spec: { ...(object.spec as object | undefined), automatedCleaningMode: mode } }
      : object,
  );
}

/** Part by part: the objects of a large cluster as one text are longer than a string may be. */
function digestOf(parts: readonly unknown[]): string {
  const fingerprint = new Fingerprint();
  for (const part of parts) fingerprint.addText(JSON.stringify(part ?? null));
  return fingerprint.digest();
}
