// Definitions and their objects as admission rules: a definition is completed and checked, and an object of a defined kind is
// defaulted, pruned and validated by the schema of its version.
// Source: apiextensions-apiserver pkg/registry/{customresourcedefinition,customresource}/strategy.go.

import type { NewObject } from '../../../core/api/object.ts';
import { type AdmissionRequest, type AdmissionRule, ruleFor } from '../admission/admission.ts';
import { badRequest, invalidFields, methodNotAllowed, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import type { CompiledSchema } from '../schema/compile-schema.ts';
import { type FieldError, invalidValue } from '../schema/field-errors.ts';
import { type CustomResource, scaleOf } from './custom-resource.ts';
import { CUSTOM_RESOURCE_DEFINITION, definitionShapeProblem } from './custom-resource-definition.ts';
import { completedDefinition } from './definition-defaults.ts';
import { definitionErrors, storedVersionErrors } from './definition-rules.ts';

/** Completes and checks CustomResourceDefinitions: 400 for a wrong shape, 422 for the rest. */
export const DEFINITION_RULE: AdmissionRule = ruleFor(CUSTOM_RESOURCE_DEFINITION, {
  name: 'CustomResourceDefinition',
  operations: ['CREATE', 'UPDATE'],
  subresources: ['', 'status'],
  mutate: (object) => (definitionShapeProblem(object) === undefined ? completedDefinition(object) : object),
  validate: (object, old, { subresource }) => {
    const problem = definitionShapeProblem(object);
    if (problem !== undefined) return badRequest(`CustomResourceDefinition cannot be handled: ${problem}`);
    const errors = subresource === 'status' ? storedVersionErrors(object) : definitionErrors(object, old);
    return errors.length === 0 ? undefined : invalidFields(CUSTOM_RESOURCE_DEFINITION, object.metadata.name, errors);
  },
});

/** Where the schemas of defined kinds are looked up: a DefinitionController. */
export interface DefinedKinds {
  ofKind(kindKey: string): CustomResource | undefined;
}

/** Defaults, prunes and validates objects of all defined kinds; 405 for a create while the definition is being deleted. */
export function schemaRule(defined: DefinedKinds): AdmissionRule {
  return {
    name: 'CustomResourceSchema',
    kinds: 'all',
    operations: ['CREATE', 'UPDATE'],
    subresources: ['', 'status', 'scale'],
    mutate: (object, request) => {
      const schema = schemaFor(defined, request, object);
      if (schema === undefined || !isJsonObject(object)) return object;
      const filled = schema.prune(schema.applyDefaults(object)).object;
      return isSameKind(filled, object) ? filled : object;
    },
    validate: (request) => {
      const { object, old, kind, operation } = request;
      const resource = defined.ofKind(kind.key);
      if (resource === undefined || object === undefined) return undefined;
      if (operation === 'CREATE' && resource.terminating) {
        return methodNotAllowed('create not allowed while custom resource definition is terminating');
      }
      return schemaRefusal(resource, object, old, request);
    },
  };
}

function schemaRefusal(
  resource: CustomResource,
  object: NewObject,
  old: unknown,
  request: AdmissionRequest,
): Refusal | undefined {
  const version = versionOf(object);
  const schema = resource.schema(version);
  if (schema === undefined || !isJsonObject(object)) return undefined;
  const errors = [
    ...schema.validate(object, isJsonObject(old) ? old : undefined),
    ...scaleErrors(resource, version, object),
  ];
  return errors.length === 0 ? undefined : invalidFields(request.kind, object.metadata.name, errors);
}

/** Source: apiextensions-apiserver pkg/registry/customresource/validator.go, ValidateScaleSpec. */
function scaleErrors(resource: CustomResource, version: string, object: JsonObject): readonly FieldError[] {
  const scale = resource.scale(version);
  const replicas = scale === undefined ? undefined : scaleOf(object, scale)?.specReplicas;
  if (scale === undefined || replicas === undefined || replicas >= 0) return [];
  const field = scale.specReplicasPath;
  return [invalidValue(field, replicas, 'should be a non-negative integer')];
}

function schemaFor(defined: DefinedKinds, request: AdmissionRequest, object: NewObject): CompiledSchema | undefined {
  return defined.ofKind(request.kind.key)?.schema(versionOf(object));
}

function versionOf({ apiVersion }: { readonly apiVersion: string }): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** Defaulting and pruning leave apiVersion, kind and metadata of an object alone. */
function isSameKind(filled: JsonObject, object: NewObject): filled is JsonObject & NewObject {
  return filled.metadata === object.metadata && filled.kind === object.kind && filled.apiVersion === object.apiVersion;
}
