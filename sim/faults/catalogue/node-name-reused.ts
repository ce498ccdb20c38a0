// O7: somebody replaces a Node by another of the same name.
//
// Divergence from reality
// - The same host registers under the name again, as after a deletion and a restart of its kubelet; another host that takes the name
//   of one that lives is not modelled.

import { NODE } from '../../../core/api/node.ts';
import { DONE_AT_ONCE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const NODE_NAME_REUSED = defineFault({
  id: 'O7',
  name: 'nodeNameReused',
  family: 'O',
  says: 'The Node of the host is another one under the same name, with a UID of its own.',
  strikes: 'person',
  background: 'onRequest',
  usual: DONE_AT_ONCE,
  parameters: {},
  ...BY_HAND,
  course: 'It is done at once; what was known of the old Node does not hold for the new one.',
  threatens: ['S19'],
  begins: ({ fleet, store }, fault) => {
    const key = { namespace: '', name: fleet.nodeName(fault.subject) };
    const node = store.get(NODE, key);
    if (node === undefined) return undefined;
    store.delete(NODE, key);
    const { labels, annotations } = node.metadata;
    const { providerID } = node.spec ?? {};
    const metadata = {
      name: key.name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const spec = providerID === undefined ? {} : { providerID };
    // The kubelet looks its Node up by its name, and goes on posting its status.
    store.create(NODE, { apiVersion: 'v1', kind: NODE.kind, metadata, spec }, { initialStatus: node.status });
    return undefined;
  },
});
