// A quiet site: well-kept servers of today, two feeds, nothing new. What policies cost where little happens.

import { BMC_UNREACHABLE } from '../catalogue/bmc-unreachable.ts';
import { HOST_DEAD } from '../catalogue/host-dead.ts';
import { KERNEL_PANIC } from '../catalogue/kernel-panic.ts';
import { KUBELET_DEAD } from '../catalogue/kubelet-dead.ts';
import { OS_HANG } from '../catalogue/os-hang.ts';
import { RACK_POWER_LOSS } from '../catalogue/rack-power-loss.ts';
import { SELF_HEALING_OUTAGE } from '../catalogue/self-healing-outage.ts';
import { defineFaultSet } from '../fault-set.ts';

const SOFTWARE = {
  perYear: 0.06,
  source:
    'Source: Llama 3 paper, Table 5: software bugs 0.18 per host-year of 303 host-years. Assumption: a third each for panic, hang and kubelet',
};

export const QUIET_SITE = defineFaultSet({
  name: 'quiet-site',
  says: 'Well-kept servers of today, where little happens.',
  faults: {
    selfHealingOutage: {
      value: { ...SELF_HEALING_OUTAGE.usual, perYear: 5 },
      source: 'Assumption: a fifth of what is usual; no published rate of short outages was found',
    },
    kernelPanic: { value: { ...KERNEL_PANIC.usual, perYear: SOFTWARE.perYear }, source: SOFTWARE.source },
    osHang: { value: { ...OS_HANG.usual, perYear: SOFTWARE.perYear }, source: SOFTWARE.source },
    kubeletDead: { value: { ...KUBELET_DEAD.usual, perYear: SOFTWARE.perYear }, source: SOFTWARE.source },
    hostDead: {
      value: { ...HOST_DEAD.usual, perYear: 0.069 },
      source: 'Source: Llama 3 paper, Table 5: parts of a host without its GPUs, 21 failures in 303 host-years',
    },
    bmcUnreachable: {
      value: { ...BMC_UNREACHABLE.usual, perYear: 1 },
      source: 'Assumption: a sixth of what is usual; no rate was found',
    },
    rackPowerLoss: {
      value: { ...RACK_POWER_LOSS.usual, perYear: 0.02 },
      source:
        'Assumption: two feeds that fail together a fifth as often as racks at Google did (Ford et al., OSDI 2010: 0.1)',
    },
  },
  frailtySigma: { value: 0.5, source: 'Assumption: hosts of one delivery, with the worst of them replaced' },
  leavesOut: [],
});
