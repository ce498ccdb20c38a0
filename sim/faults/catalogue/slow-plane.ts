// N9: everything that goes over one plane takes longer, everywhere.
//
// Divergence from reality
// - What gets lost is sent again, and a loss is felt as the time that this takes on average: no connection breaks of it, and nothing
//   arrives twice or in another order. Links that lose heartbeats for good are lossyLink's and `cluster.network.heartbeatLoss`.
// - `api`: what remediation controllers ask and hear is late; kubelets, agents and Kubernetes' own loops, whose time-outs are seconds, are
//   as quick as ever. `peers`: pods serve slowly, and agents of nodes hear each other as ever. `storage`: see slow-hosts.ts.
// - Controllers without a model of their own are plain ones from then on (`bmc`).

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { waitMs } from '../../network/retransmission.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_PLANE = defineFault({
  id: 'N9',
  name: 'slowPlane',
  family: 'N',
  says: 'Everything that goes over one plane takes longer, there and back: a link that is full, a detour, a bad module.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 }, // Assumption: until the load is gone, or the module changed.
    cures: AT_ITS_TIME,
  },
  parameters: {
    plane: {
      kind: 'choice',
      field: 'plane',
      says: 'which plane',
      of: ['api', 'storage', 'peers', 'bmc'],
      default: 'storage',
      source: 'Assumption: the plane that carries most.',
    },
    delayMs: {
      kind: 'duration',
      field: 'delay',
      says: 'how much longer a question and its answer take together',
      source: 'Assumption: queues of a switch that is full',
      least: 0,
      most: MINUTE_MS,
      default: 50,
    },
    lossShare: {
      kind: 'share',
      field: 'loss',
      says: 'the share of packets that get lost and are sent again',
      source: 'Assumption: full queues delay more than they drop',
      least: 0,
      most: 0.4,
      default: 0,
    },
  },
  course: 'Ends by itself.',
  threatens: ['S12', 'L2'],
  begins: ({ fleet, bmc }, { id, parameters: { plane, delayMs, lossShare } }) => {
    const longerMs = waitMs(delayMs, lossShare);
    const end = fleet.network.slow(plane, longerMs);
    if (plane !== 'bmc') return end;
    for (const { index } of fleet.hosts) bmc.controllers.afflict(index, id, { wayMs: longerMs });
    return () => {
      end();
      for (const { index } of fleet.hosts) bmc.controllers.relieve(index, id);
    };
  },
});
