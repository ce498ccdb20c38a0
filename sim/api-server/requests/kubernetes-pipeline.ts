// What a write means to a whole kube-apiserver: patches of all four types, decoding by the fields of the kind, managedFields,
// defaults and rules of the kinds, admission plugins, products' webhooks, and the schemas of custom resources.
//
// Divergence from reality: kinds that are served without a CustomResourceDefinition (those that a dump brought) have no schema:
// they are neither pruned, defaulted nor validated, and their fields are deduced for server-side apply.

import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { assert, broken } from '../../../core/assert.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import { AdmissionChain, type AdmissionOperation } from '../admission/admission.ts';
import { ALL_RULES } from '../admission/rules.ts';
import type { CustomResource } from '../definitions/custom-resource.ts';
import { DEFINITION_RULE, type DefinedKinds } from '../definitions/definition-admission.ts';
import { builtInFields } from '../fields/built-in-fields.ts';
import { cannotBeHandled, decodeFields, strictDecodingError } from '../fields/decode.ts';
import { DEDUCED, type FieldSchema } from '../fields/field-schema.ts';
import { structuralFields } from '../fields/structural-fields.ts';
import { isKubeObject } from '../object-shape.ts';
import { patchObject } from '../patches/patch-object.ts';
import { resetFieldsOf } from '../patches/reset-fields.ts';
import { applyConfiguration } from '../patches/server-side-apply.ts';
import { type Tracking, trackUpdate } from '../patches/track-update.ts';
import { invalidFields, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { type ApiFailure, badRequest, refused } from './api-failure.ts';
import { groupVersion } from './api-resource.ts';
import type { Passed, PatchType, WriteContext, WritePipeline } from './write-pipeline.ts';

const NO_WARNINGS: readonly string[] = [];

const OPERATIONS: Readonly<Record<WriteContext['operation'], AdmissionOperation>> = {
  create: 'CREATE',
  update: 'UPDATE',
  delete: 'DELETE',
};

export class KubernetesPipeline implements WritePipeline {
  private readonly view: ClusterView;
  private readonly definitions: DefinedKinds;
  private readonly admission = new AdmissionChain([DEFINITION_RULE, ...ALL_RULES]);
  private readonly schemaFields = new WeakMap<CustomResource, Map<string, FieldSchema>>();

  /**
   * @param view what the server holds: admission looks at other objects.
   * @param definitions schemas of custom resources.
   */
  constructor(view: ClusterView, definitions: DefinedKinds) {
    this.view = view;
    this.definitions = definitions;
  }

  patch(current: KubeObject | undefined, patch: unknown, type: PatchType, context: WriteContext): Passed | ApiFailure {
    if (type === 'apply') return this.applied(current, patch, context);
    const { resource } = context;
    const patched = patchObject(jsonOf(current ?? broken('only an apply creates')), {
      patchType: type,
      body: patch,
      builtIn: resource.custom ? undefined : this.fieldsOf(context),
      fieldValidation: context.fieldValidation,
    });
    if (patched.kind === 'refused') return failed(patched, context);
    return passed(patched.object, patched.warnings, context);
  }

  decode(object: KubeObject, _old: KubeObject | undefined, context: WriteContext): Passed | ApiFailure {
    const custom = this.definitions.ofKind(context.resource.kind.key);
    if (custom !== undefined) return decodedCustom(object, custom, context);
    const fields = context.resource.custom ? undefined : this.knownFields(context);
    if (fields === undefined) return { object, warnings: NO_WARNINGS };
    const { object: decoded, strictErrors, problem } = decodeFields(jsonOf(object), fields);
    const { kind } = context.resource.kind;
    if (problem !== undefined) return failed(cannotBeHandled(object.apiVersion, kind, problem), context);
    return unlessStrict(decoded, strictErrors, context);
  }

  recordManagedFields(object: KubeObject, old: KubeObject | undefined, context: WriteContext): KubeObject {
    if (context.patchType === 'apply') return object;
    const before = old === undefined ? undefined : jsonOf(old);
    const tracked = trackUpdate(before, jsonOf(object), this.trackingOf(context));
    return isKubeObject(tracked) ? tracked : broken('managedFields keep the shape of an object');
  }

  admit(object: KubeObject, old: KubeObject | undefined, context: WriteContext): Passed | ApiFailure {
    const { resource, operation, subresource, user, nowMs } = context;
    const isDelete = operation === 'delete';
    const admitted = this.admission.admit({
      operation: OPERATIONS[operation],
      kind: resource.kind,
      key: { namespace: context.namespace, name: context.name },
      subresource,
      object: isDelete ? undefined : object,
      old: isDelete ? (old ?? object) : old,
      user,
      view: this.view,
      nowMs,
    });
    if (admitted.kind === 'refused') return failed(admitted, context);
    if (isDelete || admitted.object === undefined) return { object, warnings: admitted.warnings };
    return passed(jsonOf(admitted.object), admitted.warnings, context);
  }

  validate(object: KubeObject, old: KubeObject | undefined, context: WriteContext): ApiFailure | undefined {
    const { kind } = context.resource;
    const custom = this.definitions.ofKind(kind.key);
    const schema = custom?.schema(context.version);
    if (schema === undefined) return undefined;
    const errors = schema.validate(jsonOf(object), old === undefined ? undefined : jsonOf(old));
    return errors.length === 0 ? undefined : failed(invalidFields(kind, context.name, errors), context);
  }

  private applied(current: KubeObject | undefined, patch: unknown, context: WriteContext): Passed | ApiFailure {
    const applied = applyConfiguration(current === undefined ? undefined : jsonOf(current), patch, {
      ...this.trackingOf(context),
      kind: context.resource.kind.kind,
      builtIn: !context.resource.custom,
      force: context.force,
    });
    return applied.kind === 'refused' ? failed(applied, context) : passed(applied.object, NO_WARNINGS, context);
  }

  private trackingOf(context: WriteContext): Tracking {
    const { resource, version, subresource, fieldManager, nowMs } = context;
    const apiVersion = groupVersion(resource.group, version);
    const { statusSubresource } = resource.storeOptions;
    const { kind } = resource.kind;
    return {
      schema: this.fieldsOf(context),
      manager: fieldManager,
      apiVersion,
      subresource,
      time: formatTime(nowMs),
      resetFields: resetFieldsOf({ apiVersion, kind, builtIn: !resource.custom, statusSubresource, subresource }),
    };
  }

  private fieldsOf(context: WriteContext): FieldSchema {
    return this.knownFields(context) ?? DEDUCED;
  }

  private knownFields({ resource, version }: WriteContext): FieldSchema | undefined {
    const custom = this.definitions.ofKind(resource.kind.key);
    if (custom === undefined) return builtInFields(groupVersion(resource.group, version), resource.kind.kind);
    const schema = custom.schema(version);
    if (schema === undefined) return undefined;
    let known = this.schemaFields.get(custom);
    if (known === undefined) {
      known = new Map();
      this.schemaFields.set(custom, known);
    }
    let fields = known.get(version);
    if (fields === undefined) {
      fields = structuralFields(schema.schema);
      known.set(version, fields);
    }
    return fields;
  }
}

/** Defaults first, then what the schema does not know is refused, told or dropped. */
function decodedCustom(object: KubeObject, custom: CustomResource, context: WriteContext): Passed | ApiFailure {
  const schema = custom.schema(context.version);
  if (schema === undefined) return { object, warnings: NO_WARNINGS };
  const { object: known, unknownFields } = schema.prune(schema.applyDefaults(jsonOf(object)));
  const unknown = unknownFields.map((field) => `unknown field "${field}"`);
  if (unknown.length > 0 && context.fieldValidation === 'Strict') {
    return badRequest(strictDecodingError(unknown));
  }
  return passed(known, context.fieldValidation === 'Warn' ? unknown : NO_WARNINGS, context);
}

function unlessStrict(object: JsonObject, strictErrors: readonly string[], context: WriteContext): Passed | ApiFailure {
  if (strictErrors.length > 0 && context.fieldValidation === 'Strict') {
    const { resource, version } = context;
    const apiVersion = groupVersion(resource.group, version);
    return failed(cannotBeHandled(apiVersion, resource.kind.kind, strictDecodingError(strictErrors)), context);
  }
  return passed(object, context.fieldValidation === 'Warn' ? strictErrors : NO_WARNINGS, context);
}

function failed(refusal: Refusal, { resource, name }: WriteContext): ApiFailure {
  return refused(refusal, resource, name);
}

function passed(object: JsonObject, warnings: readonly string[], context: WriteContext): Passed | ApiFailure {
  if (isKubeObject(object)) return { object, warnings };
  return badRequest(`the object provided is no ${context.resource.kind.kind}: its metadata cannot be read`);
}

function jsonOf(object: unknown): JsonObject {
  assert(isJsonObject(object), 'an object of the API is a JSON object');
  return object;
}
