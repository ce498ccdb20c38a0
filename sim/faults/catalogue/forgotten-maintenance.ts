// O4: somebody puts a node under maintenance, in the middle of whatever is done to it, and forgets it.

import { NODE } from '../../../core/api/node.ts';
import { NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { FORGOTTEN } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const FORGOTTEN_MAINTENANCE = defineFault({
  id: 'O4',
  name: 'forgottenMaintenance',
  family: 'O',
  says: 'The node is under a maintenance that nobody carries out.',
  strikes: 'person',
  background: 'onRequest',
  usual: FORGOTTEN,
  parameters: {
    by: {
      kind: 'choice',
      field: 'by',
      says: 'a cordon, or a NodeMaintenance for whoever reads it',
      of: ['cordon', 'NodeMaintenance'],
      default: 'cordon',
      source: 'Assumption: kubectl cordon is at hand everywhere',
    },
  },
  ...BY_HAND,
  course: 'Until somebody asks why the node takes no pods.',
  threatens: ['S5', 'L2'],
  begins: ({ fleet, store }, fault) => {
    const nodeName = fleet.nodeName(fault.subject);
    const node = { namespace: '', name: nodeName };
    if (fault.parameters.by === 'NodeMaintenance') {
      const name = `by-hand-${fault.id}`;
      store.create(NODE_MAINTENANCE, {
        apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
        kind: NODE_MAINTENANCE.kind,
        metadata: { name },
        spec: { nodeName, reason: 'by hand' },
      });
      return () => {
        store.delete(NODE_MAINTENANCE, { namespace: '', name });
      };
    }
    if (store.get(NODE, node)?.spec?.unschedulable === true) return undefined;
    store.patch(NODE, node, { spec: { unschedulable: true } }, { subresource: 'main' });
    return () => {
      store.patch(NODE, node, { spec: { unschedulable: null } }, { subresource: 'main' });
    };
  },
});
