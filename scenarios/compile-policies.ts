// The policies of a study: from the scenario and the command line, from files, or as found in an imported cluster.

import type { Lineage } from '../core/api/lineage.ts';
import type { HardwareConfig, PolicyChange, ProvisioningConfig } from '../sim/config.ts';
import { controllersOf } from '../sim/controllers.ts';
import { firmwareDurationMs } from '../sim/host/boot-times.ts';
import { sample } from '../sim/kernel/distributions.ts';
import type { Assumption } from './cluster/assumption.ts';
import type { ClusterModel } from './cluster/inventory.ts';
import type { FileReader } from './file-reader.ts';
import { admitted } from './policy/admission.ts';
import { controllerProblems } from './policy/check-controllers.ts';
import { checkPolicy } from './policy/check-policy.ts';
import type { PolicyContext, SlowStages } from './policy/finding.ts';
import { Fleet } from './policy/fleet.ts';
import { installationOf } from './policy/installation.ts';
import { manifestLine, matchedPair, noPairLines } from './policy/matched-pair.ts';
import { meaningLines } from './policy/meaning.ts';
import { asIsManifests, type Manifest, type PolicyFile, type ReadPolicy, readPolicy } from './policy/read-policy.ts';
import { withoutRunningMaintenance } from './policy/running-maintenance.ts';
import { type ChangeRequest, policyVersions } from './policy-changes.ts';
import type { Path } from './positioned-yaml.ts';
import { COMMAND_LINE, eachOnce, hasErrors, type Place, type Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';
import { type ScenarioSource, within } from './scenario-source.ts';
import type { ScenarioSpec } from './schema.ts';
import type { MatchedPair, StudyPolicy, StudyRequest } from './study.ts';

/** The policy that an imported cluster already has. */
const AS_IS = 'as-is';
/** The baseline that a comparison with fewer than two policies gets. */
export const NO_REMEDIATION = 'no-remediation';

export interface PolicySources {
  readonly request: StudyRequest;
  readonly scenario: ScenarioSource;
  readonly files: FileReader;
  /** Undefined when the cluster could not be read: manifests are then checked by themselves only. */
  readonly cluster: ClusterModel | undefined;
  readonly imported: boolean;
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  readonly provisioning: ProvisioningConfig;
  /** Of the cluster. */
  readonly nowMs: number;
  readonly durationMs: number;
}

export interface CompiledPolicies {
  readonly policies: readonly StudyPolicy[];
  /** About what the policies use and do not say. */
  readonly assumptions: readonly Assumption[];
  readonly meaning: readonly string[];
  readonly matchedPair: MatchedPair | null;
  readonly problems: readonly Problem[];
}

interface NamedPolicy {
  readonly name: string;
  readonly files: readonly PolicyFile[];
  readonly lineage?: Lineage;
  readonly changes?: readonly ChangeRequest[];
  readonly place: Place;
}

export function compilePolicies(sources: PolicySources): CompiledPolicies {
  const { cluster } = sources;
  const problems: Problem[] = [];
  const named = namedPolicies(sources, problems);
  const world =
    cluster === undefined ? undefined : { cluster, fleet: new Fleet(cluster), slow: slowStages(sources.hardware) };
  const read = named.map((policy) => readOne(policy, sources, world));
  problems.push(...read.flatMap((each) => each.problems));
  const policies = read.map(({ name, manifests, lines, lineage, changes }) => ({
    name,
    ...(lineage === undefined ? {} : { lineage }),
    objects: manifests.map(({ object }) => object),
    ...(changes.length === 0 ? {} : { changes }),
    manifests: lines,
  }));
  const lasting = read.filter(({ changes }) => changes.length === 0);
  return {
    policies,
    assumptions: read.flatMap(({ assumptions }) => assumptions),
    meaning: world === undefined ? [] : [...meaningLines(read, world), ...noPairLines(lasting), ...changeLines(read)],
    matchedPair: world === undefined ? null : matchedPair(lasting, policies),
    problems,
  };
}

interface ReadOne {
  readonly name: string;
  readonly lineage?: Lineage;
  readonly manifests: readonly Manifest[];
  readonly changes: readonly PolicyChange[];
  /** One per manifest, and one per manifest that a change is about, for reports. */
  readonly lines: readonly string[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

/** Its manifests with what their operators bring, checked against the cluster, and past the webhooks. */
function readOne(policy: NamedPolicy, sources: PolicySources, world: World | undefined): ReadOne {
  const { name, lineage } = policy;
  const { cluster } = sources;
  const found = manifestsOf(policy, sources);
  const own = withoutRunningMaintenance(found.manifests, cluster?.input);
  const later = policyVersions(own.manifests, policy.changes ?? [], sources);
  const changes = later.versions.map(({ change }) => change);
  const inAll = [...own.manifests, ...later.versions.flatMap((version) => version.manifests)];
  const installed = installationOf({ name, manifests: [...new Set(inAll)] }, cluster?.input);
  const manifests = [...own.manifests, ...installed.manifests];
  const problems = [...found.problems, ...own.problems, ...later.problems];
  const versions = [
    { manifests: own.manifests, refused: found.refused },
    ...later.versions.map((version) => ({ ...version, refused: new Set([...found.refused, ...version.refused]) })),
  ].map((version) => ({ ...version, manifests: [...version.manifests, ...installed.manifests] }));
  const isRead = !hasErrors(problems);
  for (const version of versions) problems.push(...versionProblems({ name, changes, isRead }, version, sources, world));
  // What a webhook refuses has mostly been said better by now.
  const [passed = { manifests, problems: [] }, ...laterPassed] = hasErrors(problems)
    ? []
    : versions.map((version) => admitted(version.manifests, cluster?.objects ?? [], sources.nowMs));
  const because = new Map<Manifest, string>(installed.manifests.map((manifest) => [manifest, manifest.because]));
  return {
    name,
    ...(lineage === undefined ? {} : { lineage }),
    manifests: passed.manifests,
    changes,
    lines: [
      ...passed.manifests.map((manifest) =>
        [manifestLine(manifest.object), because.get(manifest)].filter((text) => text !== undefined).join(', '),
      ),
      ...later.versions.flatMap((version) => version.lines),
    ],
    assumptions: installed.assumptions,
    problems: eachOnce([...problems, ...passed.problems, ...laterPassed.flatMap((version) => version.problems)]),
  };
}

/** What is wrong with the policy as it is from one change to the next. */
function versionProblems(
  policy: { readonly name: string; readonly changes: readonly PolicyChange[]; readonly isRead: boolean },
  { manifests, refused }: { readonly manifests: readonly Manifest[]; readonly refused: ReadonlySet<string> },
  { provisioning }: PolicySources,
  world: World | undefined,
): readonly Problem[] {
  const { name, changes, isRead } = policy;
  const problems = [...twiceProblems(manifests)];
  if (world === undefined) return problems;
  const context = { policy: name, refused, ...world };
  problems.push(...checkPolicy(manifests, context));
  if (!isRead || hasErrors(problems)) return problems;
  const objects = manifests.map(({ object }) => object);
  const controllers = controllersOf({ ...world.cluster, provisioning }, { name, objects, changes });
  return [...problems, ...controllerProblems(manifests, controllers, context)];
}

function changeLines(policies: readonly ReadOne[]): readonly string[] {
  return policies.flatMap(({ name, changes }) =>
    changes.map(({ atMs, apply, delete: gone }) => {
      const parts = [
        ...(apply.length === 0 ? [] : [`${counted(apply.length)} applied`]),
        ...(gone.length === 0 ? [] : [`${counted(gone.length)} deleted`]),
      ];
      return `${name}: this is how it starts; after ${formatDuration(atMs)} ${parts.join(', ')}`;
    }),
  );
}

function counted(manifests: number): string {
  return `${manifests} manifest${manifests === 1 ? '' : 's'}`;
}

type World = Pick<PolicyContext, 'cluster' | 'fleet' | 'slow'>;

/** Those of the scenario, those of the command line over them, and what makes the comparison whole. */
function namedPolicies(sources: PolicySources, problems: Problem[]): readonly NamedPolicy[] {
  const { request, scenario, cluster } = sources;
  const asked = (request.policies ?? []).map(({ files, ...policy }) => ({
    ...policy,
    files: files.map((path) => ({ path })),
    place: commandLine,
  }));
  const askedNames = new Set(asked.map(({ name }) => name));
  const fromScenario = (scenario.spec.policies ?? []).map(({ name, files, lineage, changes }, index) => ({
    name,
    ...(lineage === undefined ? {} : { lineage }),
    files: filesAt(files ?? [], ['spec', 'policies', index, 'files'], scenario),
    changes: (changes ?? []).map((change, at) =>
      changeRequest(change, ['spec', 'policies', index, 'changes', at], scenario),
    ),
    place: scenario.document?.placeOf(['spec', 'policies', index, 'name']) ?? commandLine,
  }));
  const policies = [...fromScenario.filter(({ name }) => !askedNames.has(name)), ...asked];
  const seen = new Set<string>();
  for (const { name, place } of policies) {
    if (seen.has(name)) {
      problems.push({
        code: 'MT120',
        severity: 'error',
        message: `policy "${name}" appears twice`,
        ...place,
        remedy: 'results are listed by name: give one of them another',
      });
    }
    seen.add(name);
  }
  const complete: NamedPolicy[] = [...policies];
  const found = sources.imported && (cluster?.policyObjects.length ?? 0) > 0;
  if (complete.length < 2 && found && !seen.has(AS_IS)) complete.push({ name: AS_IS, files: [], place: commandLine });
  if (complete.length < 2 && !seen.has(NO_REMEDIATION)) {
    complete.push({ name: NO_REMEDIATION, files: [], place: commandLine });
  }
  return complete;
}

function filesAt(files: readonly string[], path: Path, { document, folder }: ScenarioSource): readonly PolicyFile[] {
  return files.map((file, position) => {
    const place = document?.placeOf([...path, position]);
    return { path: within(folder, file), ...(place === undefined ? {} : { place }) };
  });
}

type ChangeSpec = NonNullable<NonNullable<ScenarioSpec['policies']>[number]['changes']>[number];

function changeRequest(change: ChangeSpec, path: Path, scenario: ScenarioSource): ChangeRequest {
  const { at, apply, replace, delete: gone = [] } = change;
  const placeOf = (...field: Path): Place => scenario.document?.placeOf([...path, ...field]) ?? commandLine;
  return {
    atMs: at,
    apply: apply === undefined ? undefined : filesAt(apply, [...path, 'apply'], scenario),
    replace: replace === undefined ? undefined : filesAt(replace, [...path, 'replace'], scenario),
    delete: gone.map((named, index) => ({ ...named, place: placeOf('delete', index) })),
    place: placeOf(),
    timePlace: placeOf('at'),
  };
}

const commandLine: Place = { file: COMMAND_LINE, line: 1, column: 1 };

function manifestsOf(
  { name, files, place }: NamedPolicy,
  { files: reader, cluster, imported }: PolicySources,
): ReadPolicy {
  if (files.length > 0 || name !== AS_IS || cluster === undefined) return readPolicy(files, reader);
  if (imported && cluster.policyObjects.length > 0) {
    return { manifests: asIsManifests(cluster.policyObjects), problems: [], refused: new Set() };
  }
  return {
    manifests: [],
    refused: new Set(),
    problems: [
      {
        code: 'MT123',
        severity: 'error',
        message: `policy "${AS_IS}" means the policy objects of the cluster, and this cluster has none`,
        ...place,
        remedy: `give it files, or name it "${NO_REMEDIATION}"`,
      },
    ],
  };
}

/** Two manifests with one identity: an API server would keep the second. */
function twiceProblems(manifests: readonly Manifest[]): readonly Problem[] {
  const seen = new Set<string>();
  return manifests.flatMap(({ object, document }): readonly Problem[] => {
    const identity = `${object.apiVersion.split('/')[0]} ${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;
    if (!seen.has(identity)) {
      seen.add(identity);
      return [];
    }
    return [
      {
        code: 'MT120',
        severity: 'error',
        message: `${object.kind} "${object.metadata.name}" appears twice in this policy`,
        ...(document?.placeOf(['metadata', 'name']) ?? commandLine),
        why: 'An API server would keep only the last one.',
      },
    ];
  });
}

const SLOW = 0.95;
const MIDDLE = 0.5;

/** One firmware start at its 95 % point, every other stage at its median, of the slowest model. */
function slowStages(hardware: Readonly<Record<string, HardwareConfig>>): SlowStages {
  const boots = Object.values(hardware).map(
    (model) => firmwareDurationMs(model, SLOW, 'cold') + sample(model.osBootMs, MIDDLE) + sample(model.joinMs, MIDDLE),
  );
  const deploys = Object.values(hardware).map((model, index) => {
    const agentBoot = firmwareDurationMs(model, MIDDLE, 'cold') + sample(model.osBootMs, MIDDLE);
    const agentBoots = model.fastTrack ? 1 : 2;
    const work = sample(model.metadataCleanMs, MIDDLE) + sample(model.imageWriteMs, MIDDLE);
    return (boots[index] ?? 0) + agentBoots * agentBoot + work;
  });
  return { bootMs: Math.max(0, ...boots), deployMs: Math.max(0, ...deploys) };
}
