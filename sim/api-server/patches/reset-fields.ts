// Fields that a write to a resource cannot change, and therefore cannot own: status on the main resource, everything else on
// /status.
// Source: kubernetes pkg/registry/*/strategy.go and apiextensions-apiserver pkg/registry/customresource (GetResetFields).
//
// Divergence from reality: of the subresources only main, status and scale have rules; others change what they change.

import { EMPTY_SET, type FieldPath, type FieldSet, fieldSetOfPaths } from './field-set.ts';
import { fieldElement } from './path-element.ts';

const SPEC = [fieldElement('spec')];
const STATUS = [fieldElement('status')];
const METADATA = [fieldElement('metadata')];

function metadataField(name: string): FieldPath {
  return [fieldElement('metadata'), fieldElement(name)];
}

const STATUS_ONLY = fieldSetOfPaths([STATUS]);
const SPEC_ONLY = fieldSetOfPaths([SPEC]);
const ALL_BUT_STATUS = fieldSetOfPaths([METADATA, SPEC]);

/** Built-in kinds whose /status resets more, or less, than spec. */
const STATUS_RESETS: ReadonlyMap<string, FieldSet> = new Map([
  ['apps/v1 Deployment', fieldSetOfPaths([SPEC, metadataField('labels')])],
  ['v1 Pod', fieldSetOfPaths([SPEC, metadataField('deletionTimestamp'), metadataField('ownerReferences')])],
  ['storage.k8s.io/v1 VolumeAttachment', ALL_BUT_STATUS],
  ['apiextensions.k8s.io/v1 CustomResourceDefinition', ALL_BUT_STATUS],
]);

export interface ResetTarget {
  readonly apiVersion: string;
  readonly kind: string;
  readonly builtIn: boolean;
  readonly statusSubresource: boolean;
  /** Empty for the main resource. */
  readonly subresource: string;
}

/** What a write to the target leaves as it was. */
export function resetFieldsOf(target: ResetTarget): FieldSet {
  if (target.subresource === '') return target.statusSubresource ? STATUS_ONLY : EMPTY_SET;
  if (target.subresource !== 'status') return EMPTY_SET;
  if (!target.builtIn) return ALL_BUT_STATUS;
  return STATUS_RESETS.get(`${target.apiVersion} ${target.kind}`) ?? SPEC_ONLY;
}
