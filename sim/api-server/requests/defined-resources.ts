// Custom resources as the registry serves them: what a CustomResourceDefinition says, in the registry's words.

import type { KubeObject } from '../../../core/api/object.ts';
import { type CustomResource, scaleSelectorOf } from '../definitions/custom-resource.ts';
import type { ScaleSubresource } from '../definitions/custom-resource-definition.ts';
import type { DefinitionController } from '../definitions/definition-controller.ts';
import type { ApiRegistry } from './api-registry.ts';
import { type ApiResource, customResource, type ScaleShape } from './api-resource.ts';
import type { ColumnType, PrinterColumn } from './table-column.ts';

/** Serves each custom resource while its definition is established. */
export function serveDefinitions(definitions: DefinitionController, registry: ApiRegistry): void {
  definitions.observe({
    served: (resource) => registry.add(definedResource(resource)),
    withdrawn: ({ group, names }) => {
      registry.remove(group, names.plural);
    },
  });
}

/** A custom resource in the registry's words. */
export function definedResource(custom: CustomResource): ApiResource {
  const { names, kind, group, versions, storageVersion } = custom;
  const scale = custom.scale(storageVersion);
  return customResource({
    group,
    kind,
    plural: names.plural,
    ...(names.singular === undefined ? {} : { singular: names.singular }),
    ...(names.listKind === undefined ? {} : { listKind: names.listKind }),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    versions: versions.map(({ name, additionalPrinterColumns }) => ({
      name,
      additionalPrinterColumns: (additionalPrinterColumns ?? []).map((column) => ({
        ...column,
        type: columnType(column.type),
      })),
    })),
    storageVersion,
    selectableFields: custom.selectableFields(storageVersion).map((path) => `.${path}`),
    subresources: {
      status: custom.statusSubresource,
      ...(scale === undefined ? {} : { scale: scaleShape(scale) }),
    },
  });
}

function scaleShape(scale: ScaleSubresource): ScaleShape {
  return {
    specReplicas: pathOf(scale.specReplicasPath),
    statusReplicas: pathOf(scale.statusReplicasPath),
    selector: (object: KubeObject) => scaleSelectorOf(object, scale),
  };
}

/** Paths of replicas are fields only: a definition with another one is refused. */
function pathOf(jsonPath: string): readonly string[] {
  return jsonPath.slice(1).split('.');
}

/** A definition with another type is refused. */
function columnType(type: PrinterColumn['type'] | string): ColumnType {
  switch (type) {
    case 'integer':
    case 'number':
    case 'boolean':
    case 'date':
      return type;
    default:
      return 'string';
  }
}
