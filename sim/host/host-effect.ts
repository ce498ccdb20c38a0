// What a fault does to the host that it is on, while it is shown and does not rest: data that the fleet asks for, so that a
// fault of the catalogue is stated and not programmed.
//
// Divergence from reality
// - Effects do not add up: two faults that stall a kubelet stall it once, and of two that slow a host down the slower counts. Only clock errors
//   add, and slow disks, which are several.
// - What comes and goes does so by the clock, whatever the host is doing, until the fault is over.

import type { Distribution } from '../kernel/distributions.ts';
import type { BootStop } from './boot-steps.ts';

/** What a kubelet reports to be short of; in the order in which it does. */
export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

/** Everything that is absent is untouched. */
export interface HostEffect {
  /** A running host goes on, and its next boot does not come past this. */
  readonly bootStop?: BootStop;
  /** Boots and orderly shutdowns take so many times as long; above 0. */
  readonly slowness?: number;
  /** All its storage daemons, or that of one data disk, take so many times as long for everything; 1 or more. */
  readonly slowStorage?: number;
  readonly slowDisk?: number;
  /** Its network card moves no more than this. */
  readonly linkBytesPerSecond?: number;
  /** Its pods serve, and slowly. */
  readonly slowPods?: true;
  /** No process runs; once it is over they go on where they stood, with what they knew then. */
  readonly freezes?: true;
  /** Nothing that it sends or is sent arrives; processes go on. */
  readonly offNetwork?: true;
  /** The kubelet does nothing and is not heard; what it started goes on. */
  readonly kubeletStalls?: true;
  /** The kubelet is heard and starts and stops nothing, and says of its Node: Ready False, with this message. */
  readonly notReady?: string;
  /** The kubelet is heard and says Ready, and starts and stops nothing. */
  readonly startsNothing?: true;
  readonly pressures?: readonly Pressure[];
  /** Its clock is ahead by this from the fault's birth on, behind where negative, and runs away from there. */
  readonly clock?: { readonly offsetMs: number; readonly driftPartsPerMillion: number };
  /** While its boot stands its BMC refuses every command about power. */
  readonly holdsPower?: true;
  /** Nobody hears its power button. */
  readonly ignoresPowerButton?: true;
  /** Absent: it is there without a break. Starts with a time of being there. */
  readonly comesAndGoes?: { readonly lastsMs: Distribution; readonly restsMs: Distribution };
}
