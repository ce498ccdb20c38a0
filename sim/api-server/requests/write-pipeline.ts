// The seam between a write's front (paths, options, preconditions, the store) and what it means: patching, schemas, admission,
// bookkeeping of fields. A server is given one pipeline; that of a Kubernetes server is `kubernetes-pipeline.ts`.
//
// Order of one write, as in a real server:
//   patch (PATCH only) -> decode -> recordManagedFields -> NamespaceLifecycle -> admit -> validate -> store
// Every object that goes through here is in the version and shape of the request, complete with metadata. Stored objects are
// shared: a pipeline returns path copies, and the object it was given when nothing changes.

import type { KubeObject } from '../../../core/api/object.ts';
import type { ApiFailure } from './api-failure.ts';
import type { ApiResource } from './api-resource.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface WriteContext {
  readonly resource: ApiResource;
  /** Version of the request's path: `v1`. */
  readonly version: string;
  /**
   * '' for the object itself. A scale and a finalize arrive as the change of the object's own fields that they make; of an
   * eviction only `admit` is asked, with the pod; a binding goes past the pipeline.
   */
  readonly subresource: '' | 'status' | 'scale' | 'finalize' | 'eviction';
  readonly operation: 'create' | 'update' | 'delete';
  readonly namespace: string;
  /** '' while a generated name is not yet made. */
  readonly name: string;
  readonly dryRun: boolean;
  /** From the query, else from the user agent; never empty. */
  readonly fieldManager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  /** Set for PATCH. With `apply`, `patch` has recorded the fields itself, and recordManagedFields must leave them alone. */
  readonly patchType?: PatchType;
  /** Of an apply: take fields from other managers. */
  readonly force: boolean;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly nowMs: number;
}

export interface Passed {
  readonly object: KubeObject;
  /** Texts of `Warning: 299` headers. */
  readonly warnings: readonly string[];
}

export interface WritePipeline {
  /**
   * The object with a patch applied. `current` is undefined only for an apply to a name that does not exist; the result is
   * then created. A JSON patch gets `patch` as a list, all others as parsed. Fails with 400 (not a patch), 422 (a JSON patch
   * that does not fit), 409 (conflict of an apply). With subresource `scale` both are a Scale of autoscaling/v1, whose fields
   * are all scalars.
   */
  patch(current: KubeObject | undefined, patch: unknown, type: PatchType, context: WriteContext): Passed | ApiFailure;
  /**
   * A written object as the server reads it: unknown fields refused (400, Strict), warned about or dropped, defaults filled in,
   * custom resources pruned. Called for main, status and scale writes alike.
   */
  decode(object: KubeObject, old: KubeObject | undefined, context: WriteContext): Passed | ApiFailure;
  /**
   * The object with metadata.managedFields as after this write. `old` is undefined for a create. Where a writer left them out
   * they are those of `old`; where nothing else would change they are `old`'s, too, time stamps included: else a write that
   * changes nothing would be stored.
   */
  recordManagedFields(object: KubeObject, old: KubeObject | undefined, context: WriteContext): KubeObject;
  /**
   * Mutating admission and then the part of validating admission that needs no schema; fails with 403 and the like. For a
   * delete `object` is the one to be deleted, and what comes back is not looked at.
   */
  admit(object: KubeObject, old: KubeObject | undefined, context: WriteContext): Passed | ApiFailure;
  /**
   * What is about to be stored, with the parts that this write cannot change already put back: schema, CEL rules and rules of
   * the kind. Fails with 422.
   */
  validate(object: KubeObject, old: KubeObject | undefined, context: WriteContext): ApiFailure | undefined;
}
