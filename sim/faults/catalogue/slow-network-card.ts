// H19: a network card is up, and moves a small part of what it could.
//
// Divergence from reality
// - It is slow both ways and on all planes alike, and loses nothing: heartbeats are small and come through in time.
// - Pods on its host serve slowly, whatever they send; what pods elsewhere ask of them is not known.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_NETWORK_CARD = defineFault({
  id: 'H19',
  name: 'slowNetworkCard',
  family: 'H',
  says: 'The network card of the host moves a small part of what it could; everything still arrives.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {
    bytesPerSecond: {
      kind: 'bytesPerSecond',
      field: 'rate',
      says: 'what it still moves in a second',
      source: 'Assumption: a link of 25 Gbit/s that fell back to 1 Gbit/s',
      least: 1_000_000,
      most: 1_000_000_000_000,
      default: 125_000_000,
    },
  },
  systemGoesOn: true,
  course: 'A person notices some day and replaces it, or its cable, while the host runs.',
  threatens: ['B12', 'S12'],
  onHost: ({ bytesPerSecond }) => ({ linkBytesPerSecond: bytesPerSecond, slowPods: true }),
  begins: ({ crew }, { subject, class: name }) => {
    crew.noticeLate(subject, name);
    return undefined;
  },
});
