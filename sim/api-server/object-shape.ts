// Tells whether a patched value still has the shape of a Kubernetes object: the part of it that the store itself reads.

import type { KubeObject } from '../../core/api/object.ts';
import { isJsonObject } from './same-value.ts';

/** What is wrong, in the words of a decoder, or undefined. */
export function shapeProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'the object is not a JSON object';
  if (typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return "Object 'Kind' is missing";
  const metadata = value.metadata;
  if (!isJsonObject(metadata)) return 'metadata is not an object';
  if (typeof metadata.name !== 'string') return 'metadata.name is not a string';
  if (!isOptional(metadata.namespace, isString)) return 'metadata.namespace is not a string';
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field];
    if (map !== undefined && !(isJsonObject(map) && Object.values(map).every(isString))) {
      return `metadata.${field} is not a map of strings`;
    }
  }
  if (!isOptional(metadata.finalizers, isListOfStrings)) return 'metadata.finalizers is not a list of strings';
  if (!isOptional(metadata.ownerReferences, isListOfOwners))
    return 'metadata.ownerReferences is not a list of references';
  return undefined;
}

export function isKubeObject(value: unknown): value is KubeObject {
  return shapeProblem(value) === undefined;
}

/** As isKubeObject, for a value that shares what was not changed with an object of the right shape. */
export function isNextVersion(value: unknown, of: KubeObject): value is KubeObject {
  if (
    isJsonObject(value) &&
    value.metadata === of.metadata &&
    value.apiVersion === of.apiVersion &&
    value.kind === of.kind
  ) {
    return true;
  }
  return isKubeObject(value);
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isListOfStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isListOfOwners(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((owner) => isJsonObject(owner) && isString(owner.uid) && isString(owner.name) && isString(owner.kind))
  );
}
