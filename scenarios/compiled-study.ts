// The last step of compilation: one SimConfig and one Study of the parts that were read and found to be without errors.

import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { type KubeObject, kindKeyOf } from '../core/api/object.ts';
import { formatTime } from '../core/api/time.ts';
import type { ProvisioningConfig, SimConfig } from '../sim/config.ts';
import { faultBase } from '../sim/faults/fault-sets.ts';
import { Fingerprint } from '../sim/kernel/fingerprint.ts';
import type { ServicesConfig } from '../sim/provisioning/services-config.ts';
import { assumedDefaults } from './assumed-defaults.ts';
import { withBmcModels } from './bmc-models.ts';
import type { ResolvedClientFaults } from './client-faults.ts';
import { ledgerOf } from './cluster/ledger.ts';
import type { LoadedCluster } from './compile-cluster.ts';
import type { CompiledPolicies } from './compile-policies.ts';
import { STUDY_DEFAULTS } from './defaults.ts';
import type { ResolvedScript } from './fault-script.ts';
import { GENERATED_START_MS } from './generate/names.ts';
import { peopleConfig } from './people.ts';
import type { PlacedPools } from './placed-pools.ts';
import type { Problem } from './problem.ts';
import type { ScenarioSource } from './scenario-source.ts';
import type { SharedPlaces } from './shared-places.ts';
import { etcdPools } from './storage-dynamics.ts';
import type { Study, StudyRequest } from './study.ts';
import type { ResolvedReplay } from './trace/replay.ts';
import * as world from './world-config.ts';

/** All that a study is made of, each part resolved. */
export interface StudyParts {
  readonly request: StudyRequest;
  readonly scenario: ScenarioSource;
  readonly cluster: LoadedCluster;
  readonly study: Study['study'];
  readonly durationMs: number;
  readonly hardware: SimConfig['hardware'];
  readonly provisioning: ProvisioningConfig;
  readonly services: ServicesConfig | undefined;
  readonly storage: PlacedPools;
  readonly places: SharedPlaces;
  readonly policies: CompiledPolicies;
  readonly script: ResolvedScript;
  readonly replayed: ResolvedReplay;
  readonly clients: ResolvedClientFaults;
}

/** @param warnings what was found, without an error, sorted by place. */
export function compiledStudy(parts: StudyParts, warnings: readonly Problem[]): Study {
  const { request, scenario, cluster, study, storage, policies, replayed } = parts;
  const { spec } = scenario;
  const config = configOf(parts);
  const primaryMetric = spec.primaryMetric ?? STUDY_DEFAULTS.primaryMetric;
  return {
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
    seed: config.seed,
    ledger: ledgerOf(cluster.model, cluster.imported),
    assumptions: [
      ...(cluster.imported ? [{ name: 'now', value: formatTime(config.startMs), source: cluster.nowFrom }] : []),
      ...storage.assumptions,
      ...policies.assumptions,
      ...replayed.assumptions,
      ...assumedDefaults(config),
    ],
    warnings: warnings.map(
      ({ code, message, file, line }) => `${code}: ${message} (${line > 1 ? `${file}:${line}` : file})`,
    ),
    problems: warnings,
    meaningDifferences: policies.meaning,
    matchedPair: policies.matchedPair,
    scenarioDigest: digestOf({ ...config, objects: config.objects.length }, [
      ...config.objects,
      policies.policies,
      study,
      primaryMetric,
      spec.minimumEffect,
      spec.constraints,
      ...(spec.breakEven === undefined ? [] : [spec.breakEven]),
    ]),
  };
}

function configOf(parts: StudyParts): SimConfig {
  const { request, scenario, cluster, study, storage, places, script, replayed, clients } = parts;
  const { durationMs, hardware, provisioning, services } = parts;
  const { spec } = scenario;
  const { model } = cluster;
  const fromNow = study === 'from-now';
  return {
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
    pools: [...storage.pools, ...etcdPools(storage.hosts, spec.storage)],
    people: peopleConfig(spec.people, faultBase(spec.faults?.set).people),
    plannedReboots: world.plannedRebootConfig(spec.plannedReboots),
    provisioning: services === undefined ? provisioning : { ...provisioning, services },
    bmc: world.bmcConfig(spec.bmc),
    watchdog: world.watchdogConfig(spec.watchdog),
    ...places,
    ...(spec.queues === true ? { reportQueues: true as const } : {}),
    ...(spec.slowness === true ? { reportSlowness: true as const } : {}),
    requiredReplicas: spec.requiredReplicas ?? {},
    seed: request.overrides?.seed ?? String(spec.seed ?? STUDY_DEFAULTS.seed),
  };
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
function digestOf(config: object, parts: readonly unknown[]): string {
  const fingerprint = new Fingerprint();
  fingerprint.addPieces(() => jsonPieces(config));
  for (const part of parts) fingerprint.addText(JSON.stringify(part ?? null));
  return fingerprint.digest();
}

/** What JSON.stringify makes of an object, the elements of lists in it by themselves: hosts and pools may be many. */
function* jsonPieces(value: object): Generator<string> {
  let before = '{';
  for (const [name, field] of Object.entries<unknown>({ ...value })) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (Array.isArray(field)) yield* listPieces(field);
    else yield JSON.stringify(field);
  }
  yield before === '{' ? '{}' : '}';
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  let before = '[';
  for (const element of list) {
    yield `${before}${JSON.stringify(element ?? null)}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
