// N3: a host is cut off from its peers and its clients.
//
// Divergence from reality
// - Pods on one host count as cut off from their clients, whoever these are.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const PEER_PARTITION = defineFault({
  id: 'N3',
  name: 'peerPartition',
  family: 'N',
  says: 'Peers and clients do not reach the host; its kubelet says that all is well.',
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
  threatens: ['S13'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'host', host: fault.subject },
      planes: ['peers'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
