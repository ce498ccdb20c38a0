// Field schemas of custom resources, from the structural schema of their CustomResourceDefinition (OpenAPI v3): list types and
// keys, atomic maps, unknown fields that are preserved. Validation of values is not here.
// Source: kube-openapi pkg/schemaconv/openapi.go, apiextensions-apiserver pkg/controller/openapi/builder.
//
// Divergence from reality: none known.

import { broken } from '../../../core/assert.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { builtInFields } from './built-in-fields.ts';
import {
  DEDUCED,
  type Field,
  type FieldSchema,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  UNTYPED,
} from './field-schema.ts';

const SCALARS: Readonly<Record<string, ScalarType>> = {
  string: 'string',
  integer: 'int64',
  number: 'double',
  boolean: 'boolean',
};

const STRING: FieldSchema = { scalar: 'string' };

/**
 * The fields of a kind whose CustomResourceDefinition has this `openAPIV3Schema`; undefined for a version without a schema, whose
 * objects keep every field. `apiVersion`, `kind` and `metadata` are those of every object.
 */
export function structuralFields(openAPIV3Schema: unknown): FieldSchema {
  const root = isJsonObject(openAPIV3Schema)
    ? openAPIV3Schema
    : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const schema = schemaOf(root, false);
  return withTypeAndMetadata(schema.map ?? { atomic: false, fields: new Map() });
}

function withTypeAndMetadata(map: MapSchema): FieldSchema {
  const fields = new Map(map.fields);
  fields.set('apiVersion', plainField(STRING));
  fields.set('kind', plainField(STRING));
  fields.set('metadata', { ...plainField(objectMeta()), alwaysThere: true });
  return { map: { ...map, fields } };
}

function objectMeta(): FieldSchema {
  return builtInFields('v1', 'Node')?.map?.fields.get('metadata')?.schema ?? broken('Node has metadata');
}

function plainField(schema: FieldSchema): Field {
  return { schema, required: false, alwaysThere: false };
}

/** `preserved`: an object above keeps unknown fields, and so do those below it. */
function schemaOf(schema: JsonObject, preserved: boolean): FieldSchema {
  const preserves = preserved || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const type = typeof schema.type === 'string' ? schema.type : '';
  if (schema['x-kubernetes-int-or-string'] === true) return { scalar: 'intOrString' };
  if (type === 'object') {
    const map = mapOf(schema, preserves);
    return schema['x-kubernetes-embedded-resource'] === true ? withTypeAndMetadata(map) : { map };
  }
  if (type === 'array') return { list: listOf(schema, preserves) };
  const scalar = Object.hasOwn(SCALARS, type) ? SCALARS[type] : undefined;
  return scalar === undefined
    ? { scalar: 'any', list: listOf(schema, preserves), map: mapOf(schema, preserves) }
    : { scalar: type === 'string' && schema.format === 'date-time' ? 'time' : scalar };
}

function mapOf(schema: JsonObject, preserves: boolean): MapSchema {
  const fields = new Map<string, Field>();
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const [name, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) continue;
    const standard = property.default;
    fields.set(name, {
      schema: schemaOf(property, preserves),
      required: required.includes(name),
      alwaysThere: false,
      ...(typeof standard === 'string' || typeof standard === 'number' || typeof standard === 'boolean'
        ? { default: standard }
        : {}),
    });
  }
  const others = othersOf(schema.additionalProperties, fields.size, preserves);
  const atomic = schema['x-kubernetes-map-type'] === 'atomic';
  return others === undefined ? { atomic, fields } : { atomic, fields, others };
}

function othersOf(additional: unknown, declared: number, preserves: boolean): FieldSchema | undefined {
  if (isJsonObject(additional)) return schemaOf(additional, preserves);
  if (additional === true) return DEDUCED;
  if (additional === false) return undefined;
  return preserves || declared === 0 ? DEDUCED : undefined;
}

function listOf(schema: JsonObject, preserves: boolean): ListSchema {
  const items = isJsonObject(schema.items) ? schemaOf(schema.items, preserves) : UNTYPED;
  const type = schema['x-kubernetes-list-type'];
  const kind: ListSchema['kind'] = type === 'set' || type === 'map' ? type : 'atomic';
  const keys = schema['x-kubernetes-list-map-keys'];
  const names = Array.isArray(keys) ? keys.filter((key): key is string => typeof key === 'string') : [];
  return { items, kind, keys: kind === 'map' ? names : [] };
}
