// N2: a host is cut off from the storage.
//
// Divergence from reality
// - Volumes accept nothing at once, and everything again at once; no file system turns read-only for good.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const STORAGE_PARTITION = defineFault({
  id: 'N2',
  name: 'storagePartition',
  family: 'N',
  says: 'The host does not reach the storage, and its own disks are not reached; all else goes on.',
  strikes: 'hostLink',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: a wrong rule or a cable: found and undone after a quarter of an hour.
    durationMs: { kind: 'lognormal', median: 15 * MINUTE_MS, sigma: 1 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
  },
  parameters: { lost: LOST_WAY },
  outsideOfHost: true,
  course: 'Ends by itself; nothing that is done to the host ends it.',
  threatens: ['B9'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'host', host: fault.subject },
      planes: ['storage'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
