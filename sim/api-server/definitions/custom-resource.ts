// One custom resource that is served: what discovery says of it, and the schema and scale of each version.
//
// Divergence from reality: one setting of the status subresource holds for all versions, that of the storage version.

import { type Kind, kindOf, type NewObject } from '../../../core/api/object.ts';
import { broken } from '../../../core/assert.ts';
import { type CompiledSchema, compileSchema } from '../schema/compile-schema.ts';
import type {
  CustomResourceDefinition,
  DefinitionNames,
  DefinitionVersion,
  ScaleSubresource,
} from './custom-resource-definition.ts';
import { parseJsonPath, valuesAt } from './json-path.ts';

export class CustomResource {
  /** What it was made from: the same spec and names make the same resource. */
  readonly spec: CustomResourceDefinition['spec'];
  readonly acceptedNames: Partial<DefinitionNames> | undefined;
  readonly kind: Kind;
  readonly group: string;
  readonly names: DefinitionNames;
  readonly namespaced: boolean;
  /** All that are served, in the definition's order. */
  readonly versions: readonly DefinitionVersion[];
  readonly storageVersion: string;
  /** Its definition is being deleted: nothing may be created any more. */
  readonly terminating: boolean;
  readonly statusSubresource: boolean;
  private readonly all: readonly DefinitionVersion[];
  private readonly schemas = new Map<string, CompiledSchema>();

  constructor(definition: CustomResourceDefinition | NewObject<CustomResourceDefinition>) {
    const { spec, status } = definition;
    const accepted = status?.acceptedNames ?? {};
    this.spec = spec;
    this.acceptedNames = status?.acceptedNames;
    this.group = spec.group;
    this.names = { ...spec.names, ...accepted };
    this.namespaced = spec.scope === 'Namespaced';
    this.kind = kindOf(spec.group, this.names.kind, this.namespaced ? 'Namespaced' : 'Cluster');
    this.all = spec.versions;
    this.versions = spec.versions.filter(({ served }) => served);
    const storage = spec.versions.find((version) => version.storage);
    this.storageVersion = storage?.name ?? '';
    this.statusSubresource = storage?.subresources?.status !== undefined;
    this.terminating = definition.metadata.deletionTimestamp !== undefined;
  }

  /** The schema of a version, served or not; undefined for a version that does not exist. Compiled when first asked for. */
  schema(version: string): CompiledSchema | undefined {
    const known = this.schemas.get(version);
    if (known !== undefined) return known;
    const declared = this.all.find(({ name }) => name === version);
    if (declared === undefined) return undefined;
    const compiled = compileSchema(declared.schema?.openAPIV3Schema);
    if (compiled.kind === 'refused') broken('the schema of an established definition compiles');
    this.schemas.set(version, compiled.schema);
    return compiled.schema;
  }

  scale(version: string): ScaleSubresource | undefined {
    return this.all.find(({ name }) => name === version)?.subresources?.scale;
  }

  /** Fields of objects of this version that a field selector may name besides the two of metadata, without the first dot. */
  selectableFields(version: string): readonly string[] {
    const declared = this.all.find(({ name }) => name === version)?.selectableFields ?? [];
    return declared.map(({ jsonPath }) => jsonPath.slice(1));
  }
}

/** Wanted replicas of an object; undefined where it has no number there: the real server then answers 404 or 500. */
export function replicasOf(object: unknown, scale: ScaleSubresource): number | undefined {
  const wanted = at(object, scale.specReplicasPath);
  return typeof wanted === 'number' ? wanted : undefined;
}

/** The selector that a scale shows; empty when the definition names none or the object has none. */
export function scaleSelectorOf(object: unknown, { labelSelectorPath }: ScaleSubresource): string {
  const selector = labelSelectorPath === undefined ? undefined : at(object, labelSelectorPath);
  return typeof selector === 'string' ? selector : '';
}

function at(object: unknown, jsonPath: string): unknown {
  const path = parseJsonPath(jsonPath);
  return path === undefined ? undefined : valuesAt(path, object)[0];
}
