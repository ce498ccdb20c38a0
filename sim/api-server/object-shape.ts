// Tells whether a patched value still has the shape of a Kubernetes object: the part of it that the store itself reads.

import type { KubeObject, ObjectMeta } from '../../core/api/object.ts';
import { isJsonObject } from './same-value.ts';

/**
 * What is wrong, in the words of a decoder, or undefined.
 * @param known metadata of the right shape: what is shared with it is not looked at again.
 */
export function shapeProblem(value: unknown, known?: ObjectMeta): string | undefined {
  if (!isJsonObject(value)) return 'the object is not a JSON object';
  if (typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return "Object 'Kind' is missing";
  const { metadata } = value;
  if (metadata !== undefined && metadata === known) return undefined;
  if (!isJsonObject(metadata)) return 'metadata is not an object';
  if (typeof metadata.name !== 'string') return 'metadata.name is not a string';
  if (!isOptional(metadata.namespace, isString)) return 'metadata.namespace is not a string';
  for (const field of STRING_MAPS) {
    const map = metadata[field];
    if (map !== undefined && map !== known?.[field] && !isMapOfStrings(map))
      return `metadata.${field} is not a map of strings`;
  }
  const { finalizers, ownerReferences } = metadata;
  if (finalizers !== known?.finalizers && !isOptional(finalizers, isListOfStrings))
    return 'metadata.finalizers is not a list of strings';
  if (ownerReferences !== known?.ownerReferences && !isOptional(ownerReferences, isListOfOwners))
    return 'metadata.ownerReferences is not a list of references';
  return undefined;
}

const STRING_MAPS = ['labels', 'annotations'] as const;

export function isKubeObject(value: unknown): value is KubeObject {
  return shapeProblem(value) === undefined;
}

/** As isKubeObject, for a value that shares what was not changed with an object of the right shape. */
export function isNextVersion(value: unknown, of: KubeObject): value is KubeObject {
  return shapeProblem(value, of.metadata) === undefined;
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isMapOfStrings(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  for (const field in value) if (typeof value[field] !== 'string') return false;
  return true;
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
