// N3: a host is cut off from its peers and its clients.
//
// Divergence from reality
// - Pods on one host count as cut off from their clients, whoever these are.

import { defineFault } from '../fault-definition.ts';
import { cuttingOff, HOST_PARTITION } from '../host-partition.ts';

export const PEER_PARTITION = defineFault({
  id: 'N3',
  name: 'peerPartition',
  ...HOST_PARTITION,
  says: 'Peers and clients do not reach the host; its kubelet says that all is well.',
  threatens: ['S13'],
  begins: cuttingOff('peers'),
});
