// What the server makes of a new object: it names it, stamps it, and drops what a writer may not set.
// Source: apiserver pkg/registry/rest/create.go (BeforeCreate).

import { type Kind, type KubeObject, kindKeyOf, type NewObject, type ObjectMeta } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { isSubdomain } from './names.ts';
import { badRequest, invalid, type Refusal, wrongKind } from './refusals.ts';
import { hasGeneration, type KindOptions } from './write-rules.ts';

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Why an object of this name cannot be created at all, or undefined. `name` is the final one, generated or not. */
export function creationRefusal(kind: Kind, object: NewObject, name: string): Refusal | undefined {
  if (kindKeyOf(object) !== kind.key) {
    return badRequest(wrongKind(object, kind.kind));
  }
  if (name === '') {
    return invalid(kind, '', 'metadata.name', 'FieldValueRequired', 'Required value: name or generateName is required');
  }
  if (!isSubdomain(name)) {
    return invalid(kind, name, 'metadata.name', 'FieldValueInvalid', `Invalid value: "${name}": ${SUBDOMAIN_RULE}`);
  }
  const namespace = object.metadata.namespace ?? '';
  if (kind.namespaced && namespace === '') return badRequest('an empty namespace may not be set during creation');
  if (!kind.namespaced && namespace !== '') {
    return invalid(kind, name, 'metadata.namespace', 'FieldValueForbidden', 'Forbidden: not allowed on this type');
  }
  return undefined;
}

export interface Birth {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly nowMs: number;
  /** Of kinds with a status subresource; absent: none. */
  readonly initialStatus?: unknown;
}

/** The object as it is stored: without status where that is a subresource, with the server's metadata. */
export function born(kind: Kind, object: NewObject, options: KindOptions, birth: Birth): KubeObject {
  const { deletionTimestamp: _deletion, deletionGracePeriodSeconds: _grace, ...writers } = object.metadata;
  const metadata: ObjectMeta = {
    ...writers,
    name: birth.name,
    uid: birth.uid,
    resourceVersion: birth.resourceVersion,
    creationTimestamp: formatTime(birth.nowMs),
    ...(hasGeneration(kind, options) ? { generation: 1 } : {}),
  };
  const { initialStatus } = birth;
  if (!options.statusSubresource || object.status === initialStatus) return { ...object, metadata };
  const { status: _dropped, ...rest } = object;
  return initialStatus === undefined ? { ...rest, metadata } : { ...rest, metadata, status: initialStatus };
}
