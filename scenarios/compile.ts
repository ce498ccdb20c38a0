// From a request to a study: scenario, cluster, policies and overrides resolved into one SimConfig and its policies, or all
// problems at once. Everything that the study depends on is in the result; nothing is looked up later.

import { controllersOf } from '../sim/controllers.ts';
import { definitionOf } from '../sim/faults/catalogue.ts';
import { resolveClientFaults } from './client-faults.ts';
import { loadCluster } from './compile-cluster.ts';
import { compilePolicies } from './compile-policies.ts';
import { compiledStudy, type StudyParts } from './compiled-study.ts';
import { constraintProblems } from './constraint-text.ts';
import { STUDY_DEFAULTS } from './defaults.ts';
import { type PlacedRequest, resolveScript } from './fault-script.ts';
import type { FileReader } from './file-reader.ts';
import { GENERATED_START_MS } from './generate/names.ts';
import { peopleProblems } from './people.ts';
import { placedPools } from './placed-pools.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import { COMMAND_LINE, hasErrors, type Place, type Problem, sortProblems } from './problem.ts';
import { resolveServices } from './provisioning-services.ts';
import { parseDuration } from './quantities.ts';
import { type ScenarioSource, scenarioSource } from './scenario-source.ts';
import type { ScenarioSpec } from './schema.ts';
import { toldParameters } from './schema-faults.ts';
import { sharedPlaces } from './shared-places.ts';
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
  const study = request.overrides?.study ?? spec.study ?? (cluster?.imported === true ? 'from-now' : 'steady');
  const durationMs = durationOf(request, scenario, study === 'from-now' && cluster?.imported === true, problems);
  if (study === 'from-now' && cluster?.imported === true && cluster.nowMs === undefined) {
    problems.push(noTime(cluster.place));
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
    hosts: model.hosts,
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

  const parts: StudyParts = {
    request,
    scenario,
    cluster,
    study,
    durationMs,
    hardware,
    provisioning,
    storage,
    places,
    policies,
    script,
    replayed,
    clients,
    services: placed.services,
  };
  return { study: compiledStudy(parts, sortProblems(problems)) };
}

function noTime(place: Place): Problem {
  return {
    code: 'MT152',
    severity: 'error',
    message: 'the input does not say what time it is: no lease, no heartbeat, no timestamp',
    ...place,
    remedy: 'add leases (kubectl get leases -n kube-node-lease -o yaml), or run a steady study',
  };
}

/** @param isFromImport the study begins with the state of an imported cluster: it looks less far. */
function durationOf(
  request: StudyRequest,
  scenario: ScenarioSource,
  isFromImport: boolean,
  problems: Problem[],
): number {
  const asked = request.overrides?.duration;
  const parsed = asked === undefined ? undefined : parseDuration(asked);
  if (asked !== undefined && parsed === undefined) {
    problems.push({
      code: 'MT110',
      severity: 'error',
      message: `"${asked}" is not a duration`,
      file: COMMAND_LINE,
      line: 1,
      column: 1,
      remedy: 'write for example 30d',
    });
  }
  return (
    parsed ?? scenario.spec.duration ?? (isFromImport ? STUDY_DEFAULTS.fromNowDurationMs : STUDY_DEFAULTS.durationMs)
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
  const line = { file: COMMAND_LINE, line: 1, column: 1 };
  return (request.script ?? []).map(({ place = line, ...fault }) => ({
    request: fault,
    targetPlace: place,
    timePlace: place,
  }));
}
