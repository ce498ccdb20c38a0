// Policy files to manifests: every document of every file, checked against the schema of its kind. A kind whose controller is
// not built is an error that names it: ignoring it would compare something else than what was asked for.

import { type KubeObject, kindKeyOf, type StringMap } from '../../core/api/object.ts';
import { API_GROUP } from '../api-group.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { FileReader } from '../file-reader.ts';
import { uidOf } from '../generate/names.ts';
import { type PositionedDocument, readPositioned } from '../positioned-yaml.ts';
import { type Place, type Problem, unreadable } from '../problem.ts';
import { checkDocument } from '../schema-problems.ts';
import { MANIFEST_SCHEMAS } from './manifest-schemas.ts';

/** One manifest, with the text that it came from; none for objects found in an imported cluster. */
export interface Manifest {
  readonly object: KubeObject;
  readonly document: PositionedDocument | undefined;
}

/** Kinds that are remediation policy or request, but whose controllers do not exist here. */
const NOT_BUILT = [
  'NodeHealthCheck',
  'SelfNodeRemediation',
  'SelfNodeRemediationTemplate',
  'SelfNodeRemediationConfig',
  'FenceAgentsRemediation',
  'FenceAgentsRemediationTemplate',
  'MachineDeletionRemediation',
  'MachineDeletionRemediationTemplate',
  'StorageBasedRemediation',
  'StorageBasedRemediationTemplate',
  'NodeMaintenance',
  'Metal3Remediation',
  'MachineRemediation',
];

/** Kinds that belong to the cluster, not to a policy. */
const NOT_POLICY = [
  'Node',
  'Pod',
  'Machine',
  'MachineSet',
  'MachineDeployment',
  'BareMetalHost',
  'Metal3Machine',
  'Deployment',
  'StatefulSet',
  'PodDisruptionBudget',
  'Namespace',
  'ConfigMap',
  'Secret',
];

export const SUPPORTED_KINDS: readonly string[] = Object.entries(MANIFEST_SCHEMAS).flatMap(([kindKey, versions]) =>
  Object.keys(versions).map((version) => {
    const [kind = '', ...group] = kindKey.split('.');
    return `${kind} (${group.join('.')}/${version})`;
  }),
);

export interface ReadPolicy {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
}

/** A file of a policy; `place` is where a scenario names it. */
export interface PolicyFile {
  readonly path: string;
  readonly place?: Place;
}

export function readPolicy(files: readonly PolicyFile[], reader: FileReader): ReadPolicy {
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const { path: file, place } of files) {
    const read = reader.readText(file);
    if (read.kind === 'unreadable') {
      problems.push(unreadable(file, read, place ?? { file, line: 1, column: 1 }));
      continue;
    }
    const text = readPositioned(file, read.text);
    problems.push(...text.problems);
    if (text.documents.length === 0 && text.problems.length === 0) {
      problems.push({
        code: 'MT101',
        severity: 'error',
        message: `${file} holds no manifest`,
        file,
        line: 1,
        column: 1,
        remedy: 'for no remediation at all, name a policy without files',
      });
    }
    for (const document of text.documents.flatMap(itemsOf)) {
      const checked = readManifest(document);
      if ('problems' in checked) problems.push(...checked.problems);
      else manifests.push(checked);
    }
  }
  return { manifests, problems };
}

/** The items of a List, each still knowing its place; any other document itself. */
function itemsOf(document: PositionedDocument): readonly PositionedDocument[] {
  const value = document.value as { readonly kind?: unknown; readonly items?: unknown };
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List') || !Array.isArray(value.items)) return [document];
  return value.items.map((item: unknown, index) => ({
    file: document.file,
    value: item,
    placeOf: (path) => document.placeOf(['items', index, ...path]),
    placeOfKey: (path) => document.placeOfKey(['items', index, ...path]),
  }));
}

function readManifest(document: PositionedDocument): Manifest | { readonly problems: readonly Problem[] } {
  const header = document.value as { readonly apiVersion?: unknown; readonly kind?: unknown } | null;
  const { apiVersion, kind } = header ?? {};
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return {
      problems: [
        {
          code: 'MT144',
          severity: 'error',
          message: 'not a Kubernetes object: apiVersion or kind is missing',
          ...document.placeOf([]),
        },
      ],
    };
  }
  const versions = MANIFEST_SCHEMAS[kindKeyOf({ apiVersion, kind })];
  if (versions === undefined) return { problems: [unsupported(apiVersion, kind, document)] };
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const schema = versions[version];
  if (schema === undefined) {
    return {
      problems: [
        {
          code: 'MT141',
          severity: 'error',
          message: `${kind} has no version ${version} here`,
          ...document.placeOf(['apiVersion']),
          remedy: `served: ${Object.keys(versions).join(', ')}`,
        },
      ],
    };
  }
  const checked = checkDocument(schema, document);
  if (!checked.ok) return { problems: checked.problems };
  return { object: stored(checked.value as KubeObject), document };
}

function unsupported(apiVersion: string, kind: string, document: PositionedDocument): Problem {
  const place = document.placeOf(['kind']);
  const supported = `supported: ${SUPPORTED_KINDS.join(', ')}`;
  if (NOT_BUILT.includes(kind)) {
    return {
      code: 'MT142',
      severity: 'error',
      message: `the controller of ${kind} (${apiVersion}) is not built yet`,
      ...place,
      why: 'Leaving the manifest out would silently compare something else than what was asked for.',
      remedy: supported,
    };
  }
  if (NOT_POLICY.includes(kind) || apiVersion.startsWith(API_GROUP)) {
    return {
      code: 'MT145',
      severity: 'error',
      message: `${kind} is no remediation policy`,
      ...place,
      remedy: supported,
    };
  }
  const known = SUPPORTED_KINDS.map((text) => text.slice(0, text.indexOf(' ')));
  const meant = didYouMean(kind, [...new Set(known)]);
  return {
    code: 'MT140',
    severity: 'error',
    message: `kind "${kind}" in apiVersion ${apiVersion} is not known`,
    ...place,
    remedy: meant === undefined || meant === kind ? supported : `did you mean "${meant}"?`,
  };
}

/** As an API server would hold it: with a uid and a version, without status and managed fields. */
function stored(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      namespace: namespace ?? 'default',
      uid: uidOf(`policy/${kindKeyOf(object)}/${namespace ?? 'default'}/${name}`),
      resourceVersion: '1',
      generation: 1,
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
    ...(object.spec === undefined ? {} : { spec: object.spec }),
  };
}

/** An API server keeps no empty maps of labels or annotations. */
function isEmpty(map: StringMap | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

/** Policy objects found in a cluster, as the policy `as-is`. Their status is kept: it is part of the state. */
export function asIsManifests(objects: readonly KubeObject[]): readonly Manifest[] {
  return objects.map((object) => ({ object, document: undefined }));
}
