// kubectl's annotation of client-side apply, as server-side apply honours it: kubectl takes over without force what it applied
// before, and the annotation is kept up to date where it is there.
// Source: apimachinery pkg/util/managedfields/internal/{lastappliedmanager,lastappliedupdater,lastapplied}.go.
//
// Divergence from reality: none known.

import type { FieldSchema } from '../fields/field-schema.ts';
import { ownValue } from '../own-property.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { compareValues } from './compare-values.ts';
import { difference, type FieldPath, hasPath } from './field-set.ts';
import { fieldSetOf } from './owned-fields.ts';
import { goJson } from './path-element.ts';
import { typedProblem } from './typed-problems.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether a path is among the fields that the annotation has and that still have its values; undefined: no usable annotation. */
export function allowedByLastApplied(
  live: JsonObject,
  kind: { readonly apiVersion: string; readonly schema: FieldSchema },
): ((path: FieldPath) => boolean) | undefined {
  const lastApplied = parsed(annotationOf(live));
  if (lastApplied === undefined || lastApplied.apiVersion !== kind.apiVersion) return undefined;
  if (typedProblem(lastApplied, kind.schema) !== undefined) return undefined;
  const changes = compareValues(lastApplied, live, kind.schema);
  const set = [changes.modified, changes.added, changes.removed].reduce(
    difference,
    fieldSetOf(lastApplied, kind.schema),
  );
  return (path) => hasPath(set, path);
}

/** The object with its annotation, if it has one, set to the configuration. */
export function withLastApplied(object: JsonObject, configuration: JsonObject): JsonObject {
  if ((annotationOf(object) ?? '') === '') return object;
  const metadata = objectIn(object, 'metadata');
  const annotations = objectIn(metadata, 'annotations');
  const text = `${goJson(withoutAnnotation(configuration))}\n`;
  if (annotations[LAST_APPLIED] === text) return object;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function withoutAnnotation(configuration: JsonObject): JsonObject {
  if (annotationOf(configuration) === undefined) return configuration;
  const metadata = objectIn(configuration, 'metadata');
  const { [LAST_APPLIED]: _dropped, ...annotations } = objectIn(metadata, 'annotations');
  return { ...configuration, metadata: { ...metadata, annotations } };
}

function annotationOf(object: JsonObject): string | undefined {
  const text = ownValue(objectIn(objectIn(object, 'metadata'), 'annotations'), LAST_APPLIED);
  return typeof text === 'string' ? text : undefined;
}

function objectIn(object: JsonObject, field: string): JsonObject {
  const value = ownValue(object, field);
  return isJsonObject(value) ? value : {};
}

function parsed(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
