// Writes sim/api-server/fields/built-in-table.ts, the fields of the built-in types, from two published files of Kubernetes:
//   node tools/generate-fields.ts SWAGGER.json INTERNAL.go VERSION
// SWAGGER.json is the OpenAPI v2 document (kubernetes-client/python, kubernetes/swagger.json.unprocessed, of the release branch),
// INTERNAL.go is client-go's applyconfigurations/internal/internal.go, which has what OpenAPI v2 leaves out: defaults.
// The format of the table is described at its reader, sim/api-server/fields/built-in-fields.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const TABLE = 'sim/api-server/fields/built-in-table.ts';

/** Groups and versions whose kinds are in the table, with everything they reach. Lists of kinds need no table. */
const GROUP_VERSIONS: readonly string[] = [
  'v1',
  'apps/v1',
  'batch/v1',
  'policy/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'events.k8s.io/v1',
  'coordination.k8s.io/v1',
  'storage.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'rbac.authorization.k8s.io/v1',
  'authentication.k8s.io/v1',
  'authorization.k8s.io/v1',
  'apiextensions.k8s.io/v1',
  'admissionregistration.k8s.io/v1',
  'apiregistration.k8s.io/v1',
  'discovery.k8s.io/v1',
  'networking.k8s.io/v1',
  'node.k8s.io/v1',
];

interface Property {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
}

interface Definition extends Property {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

interface DefaultedType {
  readonly name: string;
  readonly map?: { readonly fields?: readonly { readonly name: string; readonly default?: unknown }[] };
}

const SCALARS: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 't',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'u',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'o',
};

class Table {
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly defaults: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly order: string[] = [];

  constructor(definitions: Readonly<Record<string, Definition>>, types: readonly DefaultedType[]) {
    this.definitions = definitions;
    this.defaults = new Map(
      types.map((type) => [type.name, new Map(type.map?.fields?.map((field) => [field.name, field.default]))]),
    );
  }

  /** The number of a definition; reaches what it refers to later, in the order of first mention. */
  reference(name: string): number {
    const known = this.order.indexOf(name);
    return known < 0 ? this.order.push(name) - 1 : known;
  }

  typeCode(property: Property): string {
    if (property.$ref !== undefined) {
      const name = property.$ref.replace('#/definitions/', '');
      return SCALARS[name] ?? `#${this.reference(name)}`;
    }
    switch (property.type) {
      case 'array':
        return `[${this.typeCode(property.items ?? {})}`;
      case 'object':
        return property.additionalProperties === undefined ? 'o' : `{${this.typeCode(property.additionalProperties)}`;
      case 'integer':
        return property.format === 'int64' ? 'l' : 'i';
      case 'number':
        return 'n';
      case 'boolean':
        return 'b';
      case 'string':
        return property.format === 'byte' ? 'y' : property.format === undefined ? 's' : 'x';
      default:
        return 'o';
    }
  }

  fieldCode(owner: string, name: string, property: Property, required: boolean): string {
    const parts = [`${name}:${this.typeCode(property)}`];
    const strategy = property['x-kubernetes-patch-strategy'];
    if (property['x-kubernetes-list-type'] === 'set') parts.push('S');
    if (property['x-kubernetes-list-type'] === 'map')
      parts.push(`M${property['x-kubernetes-list-map-keys']?.join(',')}`);
    if (property['x-kubernetes-map-type'] !== undefined)
      parts.push(property['x-kubernetes-map-type'] === 'atomic' ? 'A' : 'G');
    if (strategy?.includes('merge')) parts.push(`P${property['x-kubernetes-patch-merge-key'] ?? ''}`);
    if (strategy === 'replace') parts.push('X');
    if (strategy?.includes('retainKeys')) parts.push('R');
    if (required) parts.push('!');
    const value = this.defaults.get(owner)?.get(name);
    if (typeof value === 'object' && value !== null) parts.push('V');
    else if (value !== undefined && value !== null && (required || value !== ''))
      parts.push(`D${JSON.stringify(value)}`);
    return parts.join('|');
  }

  line(name: string): string {
    const definition = this.definitions[name] ?? {};
    const required = new Set(definition.required);
    const fields = Object.entries(definition.properties ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, property]) => this.fieldCode(name, field, property, required.has(field)));
    const goName = name.split('.').slice(-2).join('.');
    const atomic = definition['x-kubernetes-map-type'] === 'atomic' ? '~' : '';
    return [`${atomic}${goName}`, ...fields].join(' ');
  }
}

function defaultedTypes(text: string): readonly DefaultedType[] {
  const yaml = /schemaYAML = typed\.YAMLObject\(`([^`]*)`\)/.exec(text)?.[1];
  if (yaml === undefined) throw new Error('no schema in the second file');
  const { types } = parse(yaml) as { readonly types: readonly DefaultedType[] };
  return types;
}

/** The text of the generated file. */
export function fieldTableText(swagger: string, internal: string, version: string): string {
  const { definitions } = JSON.parse(swagger) as { readonly definitions: Readonly<Record<string, Definition>> };
  const table = new Table(definitions, defaultedTypes(internal));
  const kinds: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version: v, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const groupVersion = group === '' ? v : `${group}/${v}`;
      if (!GROUP_VERSIONS.includes(groupVersion) || definition.properties?.items !== undefined) continue;
      kinds.push(`${groupVersion} ${kind} ${table.reference(name)}`);
    }
  }
  const lines: string[] = [];
  for (let i = 0; i < table.order.length; i++) lines.push(table.line(table.order[i] ?? ''));
  return `// Generated by tools/generate-fields.ts; read by built-in-fields.ts, which explains the format.
// The fields of the built-in types of Kubernetes ${version}, from its published OpenAPI v2 document (kubernetes-client/python,
// kubernetes/swagger.json.unprocessed) and, for defaults, client-go's applyconfigurations/internal/internal.go.
// Copyright The Kubernetes Authors. Licensed under the Apache License, Version 2.0.

export const BUILT_IN_KINDS = \`${kinds.sort().join('\n')}\`;

// biome-ignore format: one type a line
export const BUILT_IN_TYPES = \`${lines.join('\n')}\`;
`;
}

if (import.meta.main) {
  const [swagger = '', internal = '', version = ''] = process.argv.slice(2);
  writeFileSync(TABLE, fieldTableText(readFileSync(swagger, 'utf8'), readFileSync(internal, 'utf8'), version));
}
