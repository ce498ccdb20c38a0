// N1: a host and the API server do not reach each other; storage and peers are fine.
//
// Divergence from reality
// - The kubelet is cut off at once: that a connection lives until its time-outs is left out.

import { defineFault } from '../fault-definition.ts';
import { cuttingOff, HOST_PARTITION } from '../host-partition.ts';

export const API_PARTITION = defineFault({
  id: 'N1',
  name: 'apiPartition',
  ...HOST_PARTITION,
  says: 'The host and the API server do not reach each other; its storage, its peers and its clients do.',
  threatens: ['S1', 'S2', 'S13'],
  begins: cuttingOff('api'),
});
