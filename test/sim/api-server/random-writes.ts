// Random writes to a store, for properties: few names, so that they meet each other.

import { OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { Kind, KubeObject, ObjectKey } from '../../../core/api/object.ts';
import type { Outcome } from '../../../core/facts.ts';
import type { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { fc } from '../../kit/property.ts';
import { aMachine, aNode, keyIn, ownedBy } from './objects.ts';

export const SEEN_KINDS: readonly Kind[] = [NODE, OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET];

const machineSet: KubeObject = {
  apiVersion: 'machine.openshift.io/v1beta1',
  kind: 'MachineSet',
  metadata: {
    name: 'set',
    namespace: 'metal',
    uid: 'set',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
};

export const START_OBJECTS: readonly KubeObject[] = [
  machineSet,
  aNode('a'),
  aNode('b', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
  aMachine('a', { metadata: { ownerReferences: [ownedBy(machineSet)] } }),
  aMachine('b', { metadata: { finalizers: ['f'], uid: 'machine-b' } }),
];

export type RandomWrite = ((store: ObjectStore) => Outcome) & { readonly what: WriteSpec };

export type WriteSpec =
  | { readonly verb: 'create'; readonly kind: Kind; readonly key: ObjectKey; readonly owned: boolean }
  | {
      readonly verb: 'patch';
      readonly kind: Kind;
      readonly key: ObjectKey;
      readonly subresource: 'main' | 'status';
      readonly patch: Readonly<Record<string, unknown>>;
    }
  | { readonly verb: 'delete'; readonly kind: Kind; readonly key: ObjectKey };

const place = fc
  .record({ kind: fc.constantFrom(NODE, OPENSHIFT_MACHINE), name: fc.constantFrom('a', 'b', 'c') })
  .map(({ kind, name }) => ({ kind, key: keyIn(kind.namespaced ? 'metal' : '', name) }));

const label = fc.constantFrom(null, 'r1', 'r2');
const patch = fc.record(
  {
    metadata: fc.record(
      {
        labels: fc.record({ zone: label, rack: label }, { requiredKeys: [] }),
        finalizers: fc.constantFrom(null, [], ['f'], ['f', 'g']),
      },
      { requiredKeys: [] },
    ),
    spec: fc.record({ providerID: fc.constantFrom(null, 'p', 'q') }, { requiredKeys: [] }),
    status: fc.constantFrom(
      null,
      { conditions: [{ type: 'Ready', status: 'True' }] },
      { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    ),
  },
  { requiredKeys: [] },
);

const write: fc.Arbitrary<WriteSpec> = fc.oneof(
  fc
    .tuple(place, fc.boolean())
    .map(([at, owned]): WriteSpec => ({ verb: 'create', ...at, owned: owned && at.kind.namespaced })),
  fc
    .tuple(place, fc.constantFrom('main' as const, 'status' as const), patch)
    .map(([at, subresource, wanted]): WriteSpec => ({ verb: 'patch', ...at, subresource, patch: wanted })),
  place.map((at): WriteSpec => ({ verb: 'delete', ...at })),
  fc.constant<WriteSpec>({ verb: 'delete', kind: OPENSHIFT_MACHINE_SET, key: keyIn('metal', 'set') }),
);

export const randomWrites: fc.Arbitrary<readonly RandomWrite[]> = fc.array(
  write.map((what) => Object.assign((store: ObjectStore) => performed(store, what), { what })),
  { maxLength: 40 },
);

function performed(store: ObjectStore, what: WriteSpec): Outcome {
  switch (what.verb) {
    case 'create':
      return store.create(what.kind, {
        apiVersion: what.kind === NODE ? 'v1' : 'machine.openshift.io/v1beta1',
        kind: what.kind.kind,
        metadata: {
          name: what.key.name,
          ...(what.key.namespace === '' ? {} : { namespace: what.key.namespace }),
          ...(what.owned ? { ownerReferences: [ownedBy(machineSet)] } : {}),
        },
      });
    case 'patch':
      return store.patch(what.kind, what.key, what.patch, { subresource: what.subresource });
    case 'delete':
      return store.delete(what.kind, what.key);
  }
}
