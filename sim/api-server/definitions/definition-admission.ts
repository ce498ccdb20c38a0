// Definitions and their objects as admission rules: a definition is completed and checked; what is asked of objects beside the
// schema of their kind, which the pipeline of a write applies.
// Source: apiextensions-apiserver pkg/registry/{customresourcedefinition,customresource}/strategy.go.

import { type AdmissionRequest, type AdmissionRule, ruleFor } from '../admission/admission.ts';
import { badRequest, invalidFields, methodNotAllowed, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { type FieldError, invalidValue } from '../schema/field-errors.ts';
import { type CustomResource, replicasOf } from './custom-resource.ts';
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

/**
 * What a server asks of objects of defined kinds besides their schema: 405 for a create while the definition is being deleted, 422
 * for less than no replicas.
 */
export function definedKindRule(defined: DefinedKinds): AdmissionRule {
  return {
    name: 'CustomResource',
    kinds: 'all',
    operations: ['CREATE', 'UPDATE'],
    subresources: ['', 'status', 'scale'],
    validate: (request) => {
      const { object, kind } = request;
      const resource = defined.ofKind(kind.key);
      if (resource === undefined || object === undefined || !isJsonObject(object)) return undefined;
      const refused = terminatingRefusal(resource, request);
      if (refused !== undefined) return refused;
      const errors = scaleErrors(resource, versionOf(object), object);
      return errors.length === 0 ? undefined : invalidFields(kind, object.metadata.name, errors);
    },
  };
}

function terminatingRefusal(resource: CustomResource, { operation }: AdmissionRequest): Refusal | undefined {
  return operation === 'CREATE' && resource.terminating
    ? methodNotAllowed('create not allowed while custom resource definition is terminating')
    : undefined;
}

/** Source: apiextensions-apiserver pkg/registry/customresource/validator.go, ValidateScaleSpec. */
function scaleErrors(resource: CustomResource, version: string, object: JsonObject): readonly FieldError[] {
  const scale = resource.scale(version);
  const replicas = scale === undefined ? undefined : replicasOf(object, scale);
  if (scale === undefined || replicas === undefined || replicas >= 0) return [];
  const field = scale.specReplicasPath;
  return [invalidValue(field, replicas, 'should be a non-negative integer')];
}

function versionOf({ apiVersion }: { readonly apiVersion: string }): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}
