// "One Google cluster-year": what a new cluster of more than 30 racks met in its first year, by Jeff Dean's list.
//
// Divergence from reality
// - The list counts a whole cluster. Here rates are per rack, room and machine, of 30 racks with 60 machines: a cluster of that size
//   has the counts of the list, and a smaller one its part of them.
// - What failed in a machine is not told; it is split evenly among hosts that are dead, hang, panic, or lose their kubelet.

import { DISK_FAILURE } from '../catalogue/disk-failure.ts';
import { HOST_DEAD } from '../catalogue/host-dead.ts';
import { KERNEL_PANIC } from '../catalogue/kernel-panic.ts';
import { KUBELET_DEAD } from '../catalogue/kubelet-dead.ts';
import { OS_HANG } from '../catalogue/os-hang.ts';
import { RACK_POWER_LOSS } from '../catalogue/rack-power-loss.ts';
import { defineFaultSet } from '../fault-set.ts';

/** Source: Dean, LADIS 2009, slide 10: "30+ racks". */
const RACKS = 30;
/** Assumption: racks of 40 to 80 machines, the sizes that the list gives for rack failures, are 60 on average. */
const MACHINES = RACKS * 60;

const MACHINE_FAILURES = {
  perYear: 1000 / MACHINES / 4,
  source:
    'Source: Dean, LADIS 2009, slide 10: about 1000 individual machine failures a year in 30 racks. Assumption: of 60 machines each; a quarter each for dead, hang, panic and kubelet',
};

export const GOOGLE_CLUSTER_YEAR = defineFaultSet({
  name: 'google-cluster-year',
  says: 'The first year of a new cluster of 30 racks at Google, 2009.',
  faults: {
    kernelPanic: {
      value: { ...KERNEL_PANIC.usual, perYear: MACHINE_FAILURES.perYear },
      source: MACHINE_FAILURES.source,
    },
    osHang: { value: { ...OS_HANG.usual, perYear: MACHINE_FAILURES.perYear }, source: MACHINE_FAILURES.source },
    kubeletDead: {
      value: { ...KUBELET_DEAD.usual, perYear: MACHINE_FAILURES.perYear },
      source: MACHINE_FAILURES.source,
    },
    hostDead: { value: { ...HOST_DEAD.usual, perYear: MACHINE_FAILURES.perYear }, source: MACHINE_FAILURES.source },
    diskFailure: {
      value: { ...DISK_FAILURE.usual, perYear: 0.03 },
      source:
        'Source: Schroeder and Gibson, FAST 2007: 2 to 4 % of disks are replaced a year; the list has "thousands" without a number of disks',
    },
    rackPowerLoss: {
      value: { ...RACK_POWER_LOSS.usual, perYear: 20 / RACKS },
      source:
        'Source: Dean, LADIS 2009, slide 10: about 20 rack failures a year in 30 racks, 40 to 80 machines for 1 to 6 h',
    },
  },
  leavesOut: [
    'About one rewiring, 5 % of the machines down over two days: planned work, see `plannedReboots`.',
    'Slow disks, bad memory, misconfigured machines, without numbers.',
  ],
});
