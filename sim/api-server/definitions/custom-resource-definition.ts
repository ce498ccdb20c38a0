// CustomResourceDefinition of apiextensions.k8s.io/v1: the fields that the virtual API server reads.
// Source: apiextensions-apiserver pkg/apis/apiextensions/v1/types.go.
//
// Divergence from reality: conversion webhooks are not called; every version of an object has the same fields.

import type { Condition } from '../../../core/api/conditions.ts';
import { type KubeObject, kindOf } from '../../../core/api/object.ts';
import { isJsonObject } from '../same-value.ts';

export interface DefinitionNames {
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly kind: string;
  readonly listKind?: string;
  readonly categories?: readonly string[];
}

export interface PrinterColumn {
  readonly name: string;
  /** One of integer, number, string, boolean, date. */
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown; kubectl hides higher ones without `-o wide`. */
  readonly priority?: number;
  readonly jsonPath: string;
}

export interface ScaleSubresource {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: unknown };
  readonly subresources?: { readonly status?: object; readonly scale?: ScaleSubresource };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: DefinitionNames;
    readonly scope: string;
    readonly versions: readonly DefinitionVersion[];
    readonly conversion?: { readonly strategy?: string };
    readonly preserveUnknownFields?: boolean;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly acceptedNames?: Partial<DefinitionNames>;
    readonly storedVersions?: readonly string[];
  };
}

export const CUSTOM_RESOURCE_DEFINITION = kindOf<CustomResourceDefinition>(
  'apiextensions.k8s.io',
  'CustomResourceDefinition',
  'Cluster',
);

/** Put on a definition at its first delete, taken off when its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** Undefined when the spec has the JSON shape of a definition's, else the first field that has not. */
export function definitionShapeProblem(object: { readonly spec?: unknown }): string | undefined {
  const { spec } = object;
  if (!isJsonObject(spec)) return 'spec: must be an object';
  const { names, versions } = spec;
  if (!isJsonObject(names)) return 'spec.names: must be an object';
  if (!Array.isArray(versions)) return 'spec.versions: must be a list';
  const texts = [
    ['spec.group', spec.group ?? ''],
    ['spec.scope', spec.scope ?? ''],
    ...['plural', 'singular', 'kind', 'listKind'].map((name) => [`spec.names.${name}`, names[name] ?? '']),
  ];
  const wrong = texts.find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) return `${wrong[0]}: must be a string`;
  for (const list of ['shortNames', 'categories']) {
    const held = names[list] ?? [];
    if (!Array.isArray(held) || !held.every((item) => typeof item === 'string')) {
      return `spec.names.${list}: must be a list of strings`;
    }
  }
  return firstProblem(versions, versionProblem, 'spec.versions');
}

export function isDefinition(object: KubeObject): object is CustomResourceDefinition {
  return definitionShapeProblem(object) === undefined;
}

function firstProblem(
  list: readonly unknown[],
  problem: (item: unknown, path: string) => string | undefined,
  path: string,
): string | undefined {
  for (let i = 0; i < list.length; i++) {
    const found = problem(list[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function versionProblem(version: unknown, path: string): string | undefined {
  if (!isJsonObject(version)) return `${path}: must be an object`;
  if (typeof version.name !== 'string') return `${path}.name: must be a string`;
  for (const flag of ['served', 'storage', 'deprecated']) {
    if (version[flag] !== undefined && typeof version[flag] !== 'boolean') return `${path}.${flag}: must be a boolean`;
  }
  if (version.schema !== undefined && !isJsonObject(version.schema)) return `${path}.schema: must be an object`;
  const { subresources } = version;
  if (subresources !== undefined && !isJsonObject(subresources)) return `${path}.subresources: must be an object`;
  const scale = isJsonObject(subresources) ? subresources.scale : undefined;
  if (scale !== undefined && !isJsonObject(scale)) return `${path}.subresources.scale: must be an object`;
  for (const list of ['additionalPrinterColumns', 'selectableFields']) {
    const held = version[list] ?? [];
    if (!Array.isArray(held)) return `${path}.${list}: must be a list`;
    const stray = held.findIndex((item) => !isJsonObject(item));
    if (stray >= 0) return `${path}.${list}[${stray}]: must be an object`;
  }
  return undefined;
}
