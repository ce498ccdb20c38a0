// What the server fills in to a CustomResourceDefinition that a writer leaves out.
// Source: apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go.

import type { NewObject } from '../../../core/api/object.ts';
import type { CustomResourceDefinition } from './custom-resource-definition.ts';

/** The definition with names, conversion and the types of its lists completed; the same one when nothing is missing. */
export function completedDefinition(
  definition: NewObject<CustomResourceDefinition>,
): NewObject<CustomResourceDefinition> {
  const { names, conversion } = definition.spec;
  if (names.singular && names.listKind && conversion !== undefined) return definition;
  return {
    ...definition,
    spec: {
      ...definition.spec,
      names: {
        ...names,
        singular: names.singular || (names.kind ?? '').toLowerCase(),
        listKind: names.listKind || (names.kind ? `${names.kind}List` : ''),
      },
      conversion: conversion ?? { strategy: 'None' },
    },
  };
}
