// The policies of a study: from the scenario and the command line, from files, or as found in an imported cluster.

import type { Lineage } from '../core/api/lineage.ts';
import type { HardwareConfig } from '../sim/config.ts';
import { sample } from '../sim/kernel/distributions.ts';
import type { ClusterModel } from './cluster/inventory.ts';
import type { FileReader } from './file-reader.ts';
import { checkPolicy } from './policy/check-policy.ts';
import type { SlowStages } from './policy/finding.ts';
import { manifestLine, matchedPair } from './policy/matched-pair.ts';
import { meaningLines } from './policy/meaning.ts';
import { asIsManifests, type Manifest, type PolicyFile, readPolicy } from './policy/read-policy.ts';
import type { Place, Problem } from './problem.ts';
import { type ScenarioSource, within } from './scenario-source.ts';
import type { MatchedPair, StudyPolicy, StudyRequest } from './study.ts';

/** The policy that an imported cluster already has. */
export const AS_IS = 'as-is';
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
}

export interface CompiledPolicies {
  readonly policies: readonly StudyPolicy[];
  readonly meaning: readonly string[];
  readonly matchedPair: MatchedPair | null;
  readonly problems: readonly Problem[];
}

interface NamedPolicy {
  readonly name: string;
  readonly files: readonly PolicyFile[];
  readonly lineage?: Lineage;
  readonly place: Place;
}

export function compilePolicies(sources: PolicySources): CompiledPolicies {
  const { cluster } = sources;
  const problems: Problem[] = [];
  const named = namedPolicies(sources, problems);
  const slow = slowStages(sources.hardware);
  const read = named.map((policy) => {
    const { name, lineage } = policy;
    const found = manifestsOf(policy, sources);
    problems.push(...found.problems, ...twiceProblems(found.manifests));
    if (cluster !== undefined) problems.push(...checkPolicy(found.manifests, { policy: name, cluster, slow }));
    return { name, manifests: found.manifests, ...(lineage === undefined ? {} : { lineage }) };
  });
  const policies = read.map(({ name, manifests, ...lineage }) => {
    const objects = manifests.map(({ object }) => object);
    return { name, ...lineage, objects, manifests: objects.map(manifestLine) };
  });
  return {
    policies,
    meaning: cluster === undefined ? [] : meaningLines(read, cluster),
    matchedPair: cluster === undefined ? null : matchedPair(read, policies),
    problems,
  };
}

/** Those of the scenario, those of the command line over them, and what makes the comparison whole. */
function namedPolicies(sources: PolicySources, problems: Problem[]): readonly NamedPolicy[] {
  const { request, scenario, cluster } = sources;
  const asked = (request.policies ?? []).map(({ files, ...policy }) => ({
    ...policy,
    files: files.map((path) => ({ path })),
    place: commandLine,
  }));
  const askedNames = new Set(asked.map(({ name }) => name));
  const fromScenario = (scenario.spec.policies ?? []).map(({ name, files, lineage }, index) => ({
    name,
    ...(lineage === undefined ? {} : { lineage }),
    files: (files ?? []).map((file, position): PolicyFile => {
      const place = scenario.document?.placeOf(['spec', 'policies', index, 'files', position]);
      return { path: within(scenario.folder, file), ...(place === undefined ? {} : { place }) };
    }),
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

const commandLine: Place = { file: 'command line', line: 1, column: 1 };

function manifestsOf(
  { name, files, place }: NamedPolicy,
  { files: reader, cluster, imported }: PolicySources,
): { readonly manifests: readonly Manifest[]; readonly problems: readonly Problem[] } {
  if (files.length > 0 || name !== AS_IS || cluster === undefined) return readPolicy(files, reader);
  if (imported && cluster.policyObjects.length > 0) {
    return { manifests: asIsManifests(cluster.policyObjects), problems: [] };
  }
  return {
    manifests: [],
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
    ({ firmwareMs, osBootMs, joinMs }) => sample(firmwareMs, SLOW) + sample(osBootMs, MIDDLE) + sample(joinMs, MIDDLE),
  );
  const deploys = Object.values(hardware).map((model, index) => {
    const agentBoot = sample(model.firmwareMs, MIDDLE) + sample(model.osBootMs, MIDDLE);
    const agentBoots = model.fastTrack ? 1 : 2;
    const work = sample(model.metadataCleanMs, MIDDLE) + sample(model.imageWriteMs, MIDDLE);
    return (boots[index] ?? 0) + agentBoots * agentBoot + work;
  });
  return { bootMs: Math.max(0, ...boots), deployMs: Math.max(0, ...deploys) };
}
