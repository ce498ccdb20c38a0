// What the API server knows of one resource: its names, versions, verbs, subresources, the fields that selectors may name, the
// columns of its tables. `builtInResource` and `customResource` fill in what follows from the rest.
//
// Divergence from reality: none known.

import { type Kind, type KubeObject, kindOf } from '../../../core/api/object.ts';
import { parseJsonPath, valuesAt } from '../definitions/json-path.ts';
import type { KindOptions } from '../write-rules.ts';
import { customColumns, DEFAULT_COLUMNS, type PrinterColumn, type TableColumn } from './table-column.ts';

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;
export type Verb = (typeof ALL_VERBS)[number];

/** Where a kind keeps its replicas, as paths of field names. */
export interface ScaleShape {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** The selector of the pods as text, '' when there is none. */
  selector(object: KubeObject): string;
}

/** A second shape of a stored kind, as events.k8s.io/v1 is one of the core Event. */
export interface ObjectShape {
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
}

export interface Subresources {
  readonly status?: boolean;
  readonly scale?: ScaleShape;
  /** Pods: `eviction`, `binding`. Namespaces: `finalize`. */
  readonly actions?: readonly ('eviction' | 'binding' | 'finalize')[];
}

export interface ApiResource {
  /** Served group; '' for the core group. Differs from the stored kind's only where `shape` is. */
  readonly group: string;
  /** Served versions, the preferred one first: `v1`. */
  readonly versions: readonly string[];
  /** The version that objects are created in. */
  readonly storageVersion: string;
  /** The kind under which objects are stored. */
  readonly kind: Kind;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: Subresources;
  /** Field labels of field selectors and how to read them from a stored object; metadata.name and .namespace come by themselves. */
  readonly selectableFields: ReadonlyMap<string, (object: KubeObject) => string>;
  columns(version: string): readonly TableColumn[];
  /** Custom resources refuse strategic merge patches, updates without resourceVersion, and bodies without kind. */
  readonly custom: boolean;
  readonly unconditionalUpdate: boolean;
  /** A PUT of an absent name creates it. */
  readonly createsOnUpdate: boolean;
  /** A delete answers with the object rather than with a Status. */
  readonly returnsDeleted: boolean;
  readonly storeOptions: KindOptions;
  readonly shape?: ObjectShape;
  /** The whole of an object that is stored lean. */
  printed?(stored: KubeObject): KubeObject;
  /** What the server itself makes of a new object, beyond what it does for every kind; status comes apart. */
  prepareCreate?(object: KubeObject): KubeObject;
  /** Fields that a main update cannot change keep their old value. */
  prepareUpdate?(object: KubeObject, old: KubeObject): KubeObject;
  /** The status of a new object, where it is a subresource; absent: none. */
  initialStatus?(object: KubeObject): unknown;
}

type Common = Pick<ApiResource, 'kind' | 'plural'> &
  Partial<
    Pick<ApiResource, 'group' | 'singular' | 'listKind' | 'shortNames' | 'categories' | 'verbs' | 'subresources'>
  >;

export interface BuiltIn extends Common {
  readonly versions?: readonly string[];
  readonly fields?: Readonly<Record<string, (object: KubeObject) => string>>;
  readonly columns?: readonly TableColumn[];
  readonly generation?: boolean;
  /** Put on an object of this kind at its first delete. */
  readonly cleanupFinalizer?: string;
  readonly unconditionalUpdate?: boolean;
  readonly createsOnUpdate?: boolean;
  readonly returnsDeleted?: boolean;
  readonly shape?: ObjectShape;
  readonly prepareCreate?: (object: KubeObject) => KubeObject;
  readonly prepareUpdate?: (object: KubeObject, old: KubeObject) => KubeObject;
  readonly initialStatus?: (object: KubeObject) => unknown;
}

/** A resource of the kind that is compiled into a kube-apiserver. */
export function builtInResource(spec: BuiltIn): ApiResource {
  const versions = spec.versions ?? ['v1'];
  const columns = spec.columns ?? DEFAULT_COLUMNS;
  return {
    ...commonParts(spec),
    versions,
    storageVersion: versions[0] ?? 'v1',
    selectableFields: new Map(Object.entries(spec.fields ?? {})),
    columns: () => columns,
    custom: false,
    unconditionalUpdate: spec.unconditionalUpdate ?? true,
    createsOnUpdate: spec.createsOnUpdate ?? false,
    returnsDeleted: spec.returnsDeleted ?? false,
    storeOptions: {
      statusSubresource: spec.subresources?.status ?? false,
      statusWritesMetadata: true,
      ...(spec.generation === undefined ? {} : { generation: spec.generation }),
      ...(spec.cleanupFinalizer === undefined ? {} : { cleanupFinalizer: spec.cleanupFinalizer }),
    },
    ...(spec.shape === undefined ? {} : { shape: spec.shape }),
    ...(spec.prepareCreate === undefined ? {} : { prepareCreate: spec.prepareCreate }),
    ...(spec.prepareUpdate === undefined ? {} : { prepareUpdate: spec.prepareUpdate }),
    ...(spec.initialStatus === undefined ? {} : { initialStatus: spec.initialStatus }),
  };
}

export interface CustomVersion {
  readonly name: string;
  /** Absent or empty: Age alone. */
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

export interface CustomResource extends Common {
  /** The preferred version first. */
  readonly versions: readonly CustomVersion[];
  /** Absent: the preferred one. */
  readonly storageVersion?: string;
  /** JSON paths that field selectors may name, as `spec.versions[].selectableFields` lists them: `.spec.color`. */
  readonly selectableFields?: readonly string[];
}

/** A resource as a CustomResourceDefinition describes it. */
export function customResource(spec: CustomResource): ApiResource {
  const columns = new Map(
    spec.versions.map(({ name, additionalPrinterColumns }) => [name, customColumns(additionalPrinterColumns)]),
  );
  return {
    ...commonParts(spec),
    versions: spec.versions.map(({ name }) => name),
    storageVersion: spec.storageVersion ?? spec.versions[0]?.name ?? 'v1',
    selectableFields: new Map((spec.selectableFields ?? []).map((path) => [path.replace(/^\./, ''), fieldText(path)])),
    columns: (version) => columns.get(version) ?? customColumns(undefined),
    custom: true,
    unconditionalUpdate: false,
    createsOnUpdate: false,
    returnsDeleted: false,
    storeOptions: { statusSubresource: spec.subresources?.status ?? false, generation: true },
  };
}

function commonParts(spec: Common) {
  const { kind } = spec;
  return {
    group: spec.group ?? kind.group,
    kind,
    plural: spec.plural,
    singular: spec.singular ?? kind.kind.toLowerCase(),
    listKind: spec.listKind ?? `${kind.kind}List`,
    shortNames: spec.shortNames ?? [],
    categories: spec.categories ?? [],
    verbs: spec.verbs ?? ALL_VERBS,
    subresources: spec.subresources ?? {},
  };
}

/** A kind by name, for resources that core has no view of. */
export function plainKind(group: string, kind: string, scope: 'Namespaced' | 'Cluster'): Kind {
  return kindOf(group, kind, scope);
}

export function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `pods`, `machines.machine.openshift.io`: how Status messages name the resource. */
export function qualifiedName(resource: Pick<ApiResource, 'plural' | 'group'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function fieldText(path: string): (object: KubeObject) => string {
  const read = parseJsonPath(path);
  return (object) => {
    const [value] = read === undefined ? [] : valuesAt(read, object);
    return value === undefined || value === null ? '' : String(value);
  };
}
