// O5: somebody deletes what stands for a host in the API, or what is written on it.
//
// Divergence from reality
// - Machines go with their finalizers, as with kubectl delete; who takes a finalizer away takes all of them.

import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { Kind, ObjectKey } from '../../../core/api/object.ts';
import type { ObjectStore } from '../../api-server/object-store.ts';
import { DONE_AT_ONCE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const DELETED_BY_HAND = defineFault({
  id: 'O5',
  name: 'deletedByHand',
  family: 'O',
  says: 'Somebody has deleted the Node or the Machine of the host, or the taints or finalizers on them.',
  strikes: 'person',
  background: 'onRequest',
  usual: DONE_AT_ONCE,
  parameters: {
    what: {
      kind: 'choice',
      field: 'what',
      says: 'what is deleted',
      of: ['node', 'machine', 'taints', 'finalizers'],
      default: 'node',
      source: 'Assumption: kubectl delete node is what is tried first',
    },
  },
  ...BY_HAND,
  course: 'It is done at once; controllers and the kubelet put back what is theirs.',
  threatens: ['S21', 'L2'],
  begins: ({ fleet, store }, fault) => {
    const node = { namespace: '', name: fleet.nodeName(fault.subject) };
    const host = fleet.host(fault.subject).config;
    const machine = machineOf(store, host);
    switch (fault.parameters.what) {
      case 'node':
        store.delete(NODE, node);
        break;
      case 'machine':
        if (machine !== undefined) store.delete(machine.kind, machine.key);
        break;
      case 'taints':
        store.patch(NODE, node, { spec: { taints: null } }, { subresource: 'main' });
        break;
      case 'finalizers':
        store.patch(NODE, node, { metadata: { finalizers: null } }, { subresource: 'main' });
        if (machine !== undefined)
          store.patch(machine.kind, machine.key, { metadata: { finalizers: null } }, { subresource: 'main' });
        break;
    }
    return undefined;
  },
});

function machineOf(store: ObjectStore, host: ObjectKey): { readonly kind: Kind; readonly key: ObjectKey } | undefined {
  const { name, namespace } = store.get(BARE_METAL_HOST, host)?.spec?.consumerRef ?? {};
  if (name === undefined) return undefined;
  const key = { namespace: namespace ?? host.namespace, name };
  const kind = [OPENSHIFT_MACHINE, CAPI_MACHINE].find((each) => store.get(each, key) !== undefined);
  return kind === undefined ? undefined : { kind, key };
}
