// A site like Los Alamos, 1996 to 2005: clusters of 512 and 1024 nodes, people on the spot, repairs within an hour or two.
//
// Divergence from reality
// - Machines of twenty years ago: the shapes are theirs, the level of the rate is high for today.
// - Records say what was at fault, not what it did to a node: hardware and facilities stop it, software and what nobody could explain
//   hang it, networks and people silence it.

import { DEFAULT_BURSTS, DEFAULT_REPEATS } from '../../defaults.ts';
import { MINUTE_MS } from '../../kernel/time-units.ts';
import { HOST_DEAD } from '../catalogue/host-dead.ts';
import { KERNEL_PANIC } from '../catalogue/kernel-panic.ts';
import { KUBELET_DEAD } from '../catalogue/kubelet-dead.ts';
import { OS_HANG } from '../catalogue/os-hang.ts';
import { SELF_HEALING_OUTAGE } from '../catalogue/self-healing-outage.ts';
import { NODE_GAP_SHAPE } from '../defaults.ts';
import { defineFaultSet } from '../fault-set.ts';

/** Source: LANL LA-UR-05-7318: systems 18, 19 and 20 have 1.17, 1.11 and 1.30 failures per node-year (docs/lanl.md). */
const PER_NODE_YEAR = 1.2;

const RATE = 'Source: LANL LA-UR-05-7318, 1.2 failures per node-year on systems 18 to 20';

export const LANL_LIKE_SITE = defineFaultSet({
  name: 'lanl-like-site',
  says: 'Clusters as at Los Alamos, 1996 to 2005, with people on the spot.',
  faults: {
    selfHealingOutage: {
      value: { ...SELF_HEALING_OUTAGE.usual, perYear: PER_NODE_YEAR * 0.024, gapShape: NODE_GAP_SHAPE },
      source: `${RATE}; network 1.8 % and human error 0.6 %`,
    },
    kernelPanic: {
      value: { ...KERNEL_PANIC.usual, perYear: 0 },
      source: `${RATE}; records do not tell panics from hangs, which have all of them`,
    },
    osHang: {
      value: { ...OS_HANG.usual, perYear: PER_NODE_YEAR * 0.357 },
      source: `${RATE}; software 22.6 %, undetermined 11.2 %, none given 1.9 %`,
    },
    kubeletDead: { value: { ...KUBELET_DEAD.usual, perYear: 0 }, source: 'Source: there was no kubelet.' },
    hostDead: {
      value: { ...HOST_DEAD.usual, perYear: PER_NODE_YEAR * 0.619 },
      source: `${RATE}; hardware 60.4 % and facilities 1.5 %`,
    },
  },
  frailtySigma: {
    value: 0.95,
    source:
      'Source: LANL LA-UR-05-7318, variance 1.2 to 2.0 of the factors of nodes of systems 18 to 20 (docs/lanl.md)',
  },
  bursts: {
    value: { ...DEFAULT_BURSTS, share: 0.144 },
    source:
      'Source: LANL LA-UR-05-7318, 14.4 % of failures within two minutes of another of their system, and the sizes of those bursts; half of them in one rack is an assumption',
  },
  repeats: {
    value: DEFAULT_REPEATS,
    source:
      'Source: LANL LA-UR-05-7318, systems 18 and 19: again within a day of the fix 5.3 %, and after that once more 24.8 %',
  },
  people: {
    pageMs: {
      value: { kind: 'constant', value: 0 },
      source: 'Source: LANL LA-UR-05-7318: outages are measured from the failure on; noticing it is part of them',
    },
    lateNoticeMs: {
      value: { kind: 'constant', value: 10 * MINUTE_MS },
      source: 'Assumption: operators around the clock see a node that is down within ten minutes',
    },
    repairMs: {
      value: { kind: 'lognormal', median: 75 * MINUTE_MS, sigma: 1.25 },
      source: 'Source: LANL LA-UR-05-7318, hardware: lognormal, mean of ln(minutes) 4.318, sigma 1.253',
    },
    resetMs: {
      value: { kind: 'lognormal', median: 48 * MINUTE_MS, sigma: 1.47 },
      source: 'Source: LANL LA-UR-05-7318, software: lognormal, mean of ln(minutes) 3.877, sigma 1.467',
    },
  },
  leavesOut: ['Rates that wander over the years, by a factor of 1.6 a year (docs/lanl.md).'],
});
