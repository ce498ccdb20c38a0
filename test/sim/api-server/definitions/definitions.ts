// Builders of definitions for tests: a small custom resource with everything that a definition can have.

import type { NewObject } from '../../../../core/api/object.ts';
import { AdmissionChain } from '../../../../sim/api-server/admission/admission.ts';
import type {
  CustomResourceDefinition,
  DefinitionNames,
  DefinitionVersion,
} from '../../../../sim/api-server/definitions/custom-resource-definition.ts';
import { DEFINITION_RULE, definedKindRule } from '../../../../sim/api-server/definitions/definition-admission.ts';
import { DefinitionController } from '../../../../sim/api-server/definitions/definition-controller.ts';
import { ObjectStore } from '../../../../sim/api-server/object-store.ts';
import type { SchemaProps } from '../../../../sim/api-server/schema/schema-props.ts';
import { Draws, rootKey } from '../../../../sim/kernel/rng.ts';
import { type SettableClock, START_MS } from '../objects.ts';

const HOIST_SCHEMA: SchemaProps = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['mode'],
      properties: {
        mode: { type: 'string', enum: ['up', 'down'] },
        limit: { type: 'integer', minimum: 1, default: 3 },
        replicas: { type: 'integer' },
      },
      'x-kubernetes-validations': [{ rule: 'self.limit < 10', message: 'limit is too high' }],
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
  },
};

export const HOIST_VERSION: DefinitionVersion = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: HOIST_SCHEMA },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
};

interface Changes {
  readonly name?: string;
  readonly group?: string;
  readonly names?: Partial<DefinitionNames>;
  readonly scope?: string;
  readonly versions?: readonly DefinitionVersion[];
}

/** `hoists.lift.example.com`, namespaced, with one version, unless told otherwise. */
export function aDefinition(changes: Changes = {}): NewObject<CustomResourceDefinition> {
  const { group = 'lift.example.com', scope = 'Namespaced', versions = [HOIST_VERSION] } = changes;
  const names = { plural: 'hoists', kind: 'Hoist', shortNames: ['ho'], ...changes.names };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: changes.name ?? `${names.plural}.${group}` },
    spec: { group, names, scope, versions },
  };
}

export function aHoist(name: string, spec: object, more: { readonly finalizers?: readonly string[] } = {}): NewObject {
  return {
    apiVersion: 'lift.example.com/v1',
    kind: 'Hoist',
    metadata: { name, namespace: 'yard', ...more },
    spec,
  };
}

/** A store that admits definitions, and objects without a look at their schemas, with the controller already running. */
export function aServer(clock: SettableClock = { nowMs: START_MS }): {
  readonly store: ObjectStore;
  readonly controller: DefinitionController;
} {
  const holder: { controller?: DefinitionController } = {};
  const chain = new AdmissionChain([
    DEFINITION_RULE,
    definedKindRule({ ofKind: (kindKey) => holder.controller?.ofKind(kindKey) }),
  ]);
  const store = new ObjectStore(clock, new Draws(rootKey('definition tests'), 0).stream('api', 'names'), chain);
  const controller = new DefinitionController(store, clock);
  holder.controller = controller;
  controller.start();
  return { store, controller };
}
