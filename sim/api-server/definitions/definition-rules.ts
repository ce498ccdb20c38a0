// What the server asks of a CustomResourceDefinition as a whole: its name, its names, its versions, its columns.
// Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinition,
// ...SpecUpdate, ...Names, ...Subresources).
//
// Divergence from reality: certificates of conversion webhooks and the approval annotation of *.k8s.io groups are not checked.

import { findCondition } from '../../../core/api/conditions.ts';
import type { NewObject } from '../../../core/api/object.ts';
import { isSubdomain } from '../names.ts';
import { sameValue } from '../same-value.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { type FieldError, invalidValue, notSupported, required } from '../schema/field-errors.ts';
import type { CustomResourceDefinition, DefinitionNames, DefinitionVersion } from './custom-resource-definition.ts';
import { columnErrors, scaleErrors, selectableFieldErrors } from './version-rules.ts';

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_LENGTH_MAX = 63;
const LABEL_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end " +
  "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Why the server refuses this definition, or nothing. `old` is the stored one on an update. */
export function definitionErrors(
  definition: NewObject<CustomResourceDefinition>,
  old?: CustomResourceDefinition,
): readonly FieldError[] {
  const { spec } = definition;
  const errors: FieldError[] = [];
  const wanted = `${spec.names.plural}.${spec.group}`;
  if (definition.metadata.name !== wanted) {
    const why = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalidValue('metadata.name', definition.metadata.name, why));
  }
  errors.push(...groupErrors(spec.group), ...scopeErrors(spec.scope), ...conversionErrors(definition));
  errors.push(...versionListErrors(spec.versions), ...nameErrors(spec.names));
  if (old !== undefined) errors.push(...changeErrors(definition, old));
  return errors;
}

function groupErrors(group: string | undefined): readonly FieldError[] {
  if (!group) return [required('spec.group')];
  if (!isSubdomain(group)) return [invalidValue('spec.group', group, 'must be a lowercase RFC 1123 subdomain')];
  if (!group.includes('.')) return [invalidValue('spec.group', group, 'should be a domain with at least one dot')];
  return [];
}

function scopeErrors(scope: string | undefined): readonly FieldError[] {
  if (!scope) return [required('spec.scope')];
  return scope === 'Cluster' || scope === 'Namespaced'
    ? []
    : [notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])];
}

function conversionErrors({ spec }: NewObject<CustomResourceDefinition>): readonly FieldError[] {
  const errors: FieldError[] = [];
  const strategy = spec.conversion?.strategy ?? 'None';
  if (strategy !== 'None' && strategy !== 'Webhook') {
    errors.push(notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook']));
  }
  if (spec.preserveUnknownFields) {
    errors.push(
      invalidValue(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  }
  return errors;
}

function versionListErrors(versions: readonly DefinitionVersion[]): readonly FieldError[] {
  const errors = versions.flatMap((version, i) => versionErrors(version, `spec.versions[${i}]`));
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalidValue('spec.versions', versions, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.push(invalidValue('spec.versions', versions, why));
  }
  return errors;
}

function versionErrors(version: DefinitionVersion, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!isLabel(version.name)) errors.push(invalidValue(`${path}.name`, version.name, LABEL_RULE));
  if (version.deprecationWarning !== undefined && !version.deprecated) {
    const why = 'can only be set for deprecated versions';
    errors.push(invalidValue(`${path}.deprecationWarning`, version.deprecationWarning, why));
  }
  const schema = version.schema?.openAPIV3Schema;
  const schemaPath = `${path}.schema.openAPIV3Schema`;
  if (schema === undefined) {
    errors.push(required(schemaPath));
  } else {
    const compiled = compileSchema(schema, schemaPath);
    if (compiled.kind === 'refused') errors.push(...compiled.errors);
    else errors.push(...selectableFieldErrors(version, compiled.schema.schema, `${path}.selectableFields`));
  }
  errors.push(...scaleErrors(version.subresources?.scale, `${path}.subresources`));
  version.additionalPrinterColumns?.forEach((column, i) => {
    errors.push(...columnErrors(column, `${path}.additionalPrinterColumns[${i}]`));
  });
  return errors;
}

function nameErrors(names: DefinitionNames): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { plural = '', singular = '', kind = '', listKind = '' } = names;
  for (const [field, name] of Object.entries({ plural, singular, kind, listKind })) {
    if (name === '') errors.push(required(`spec.names.${field}`));
  }
  for (const [field, name] of Object.entries({ plural, singular })) {
    if (name !== '' && !isLabel(name)) errors.push(invalidValue(`spec.names.${field}`, name, LABEL_RULE));
  }
  for (const [field, name] of Object.entries({ kind, listKind })) {
    if (name !== '' && !isLabel(name.toLowerCase())) {
      const why = `may have mixed case, but should otherwise match: ${LABEL_RULE}`;
      errors.push(invalidValue(`spec.names.${field}`, name, why));
    }
  }
  names.shortNames?.forEach((name, i) => {
    if (!isLabel(name)) errors.push(invalidValue(`spec.names.shortNames[${i}]`, name, LABEL_RULE));
  });
  if (kind !== '' && kind === listKind) {
    errors.push(invalidValue('spec.names.listKind', listKind, 'kind and listKind may not be the same'));
  }
  names.categories?.forEach((name, i) => {
    if (!isLabel(name)) errors.push(invalidValue(`spec.names.categories[${i}]`, name, LABEL_RULE));
  });
  return errors;
}

function isLabel(text: string): boolean {
  return text.length <= LABEL_LENGTH_MAX && LABEL.test(text);
}

/** Group and plural never change; scope and kind not once the definition is established; stored versions stay. */
function changeErrors(
  definition: NewObject<CustomResourceDefinition>,
  old: CustomResourceDefinition,
): readonly FieldError[] {
  const { spec } = definition;
  const errors: FieldError[] = [];
  const immutable = (field: string, is: unknown, was: unknown): void => {
    if (!sameValue(is, was)) errors.push(invalidValue(field, is, 'field is immutable'));
  };
  if (findCondition(old.status?.conditions, 'Established')?.status === 'True') {
    immutable('spec.scope', spec.scope, old.spec.scope);
    immutable('spec.names.kind', spec.names.kind, old.spec.names.kind);
  }
  immutable('spec.group', spec.group, old.spec.group);
  immutable('spec.names.plural', spec.names.plural, old.spec.names.plural);
  old.status?.storedVersions?.forEach((version, i) => {
    if (spec.versions.some(({ name }) => name === version)) return;
    const why =
      `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a ` +
      `storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
    errors.push(invalidValue(`status.storedVersions[${i}]`, version, why));
  });
  return errors;
}

/** Why a status that lists its stored versions is refused. */
export function storedVersionErrors(definition: NewObject<CustomResourceDefinition>): readonly FieldError[] {
  const stored = definition.status?.storedVersions ?? [];
  if (stored.length === 0)
    return [invalidValue('status.storedVersions', stored, 'must have at least one stored version')];
  const storage = definition.spec.versions.find((version) => version.storage)?.name ?? '';
  if (stored.includes(storage)) return [];
  return [invalidValue('status.storedVersions', stored, `must have the storage version ${storage}`)];
}
