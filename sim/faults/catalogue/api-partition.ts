// N1: a host and the API server do not reach each other; storage and peers are fine.
//
// Divergence from reality
// - The kubelet is cut off at once: that a connection lives until its time-outs is left out.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const API_PARTITION = defineFault({
  id: 'N1',
  name: 'apiPartition',
  family: 'N',
  says: 'The host and the API server do not reach each other; its storage, its peers and its clients do.',
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
  threatens: ['S1', 'S2', 'S13'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'host', host: fault.subject },
      planes: ['api'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
