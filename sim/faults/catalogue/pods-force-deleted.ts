// O10: somebody force-deletes the pods of a node before anybody has fenced it.

import { keyOf } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { DONE_AT_ONCE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const PODS_FORCE_DELETED = defineFault({
  id: 'O10',
  name: 'podsForceDeleted',
  family: 'O',
  says: 'Somebody has deleted the pods of a node with a grace period of 0, whether they still run or not.',
  strikes: 'person',
  background: 'onRequest',
  usual: DONE_AT_ONCE,
  parameters: {},
  ...BY_HAND,
  course: 'It is done at once; what still runs on the node runs on, until its kubelet is heard of.',
  threatens: ['S1'],
  begins: ({ fleet, store }, fault) => {
    const nodeName = fleet.nodeName(fault.subject);
    for (const pod of store.list(POD)) {
      if (pod.spec?.nodeName === nodeName) store.delete(POD, keyOf(pod), { gracePeriodMs: 0 });
    }
    return undefined;
  },
});
