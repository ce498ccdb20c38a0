// N2: a host is cut off from the storage.
//
// Divergence from reality
// - Volumes accept nothing at once, and everything again at once; no file system turns read-only for good.

import { defineFault } from '../fault-definition.ts';
import { cuttingOff, HOST_PARTITION } from '../host-partition.ts';

export const STORAGE_PARTITION = defineFault({
  id: 'N2',
  name: 'storagePartition',
  ...HOST_PARTITION,
  says: 'The host does not reach the storage, and its own disks are not reached; all else goes on.',
  threatens: ['B9'],
  begins: cuttingOff('storage'),
});
