// How people work, where a scenario says more than how many there are: the parts of SimConfig.people that are absent unless
// somebody asks for them. What is absent changes nothing. Defaults of single numbers: defaults.ts.

import type { FaultClass } from '../config.ts';
import type { Distribution } from '../kernel/distributions.ts';

/** What breaks on a host and ends in a person's hands, and what a person does beside that, as repair times are given for it. */
export const REPAIR_WORK = [
  'selfHealingOutage',
  'kernelPanic',
  'osHang',
  'kubeletDead',
  'hostDead',
  'diskFailure',
  'bmcUnreachable',
  'osdReAdd',
] as const satisfies readonly (FaultClass | 'osdReAdd')[];

export type RepairWork = (typeof REPAIR_WORK)[number];

/** What a spare part is for: faults that only a person ends. */
export const PART_USES = ['hostDead', 'diskFailure', 'bmcUnreachable'] as const satisfies readonly RepairWork[];

export type PartUse = (typeof PART_USES)[number];

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `fifo`: first come, first served. `by-severity`: what is worse first, and among equals first come, first served. */
export type QueueOrder = 'fifo' | 'by-severity';

/** Persons who are there on some days of every week. Times are of the day, UTC. */
export interface ShiftConfig {
  readonly days: readonly Weekday[];
  /** From 0 to below a day. */
  readonly fromMs: number;
  /** After `fromMs`, at most a day later: past midnight where it is more than a day. */
  readonly toMs: number;
  readonly crew: number;
}

/** A site without people: somebody comes by. Work at the desk does not wait for it. */
export interface VisitsConfig {
  /** From the start of one visit to the start of the next. */
  readonly everyMs: number;
  /** Start of the first, after the start of the run. */
  readonly firstAtMs: number;
  /** Nothing is begun later than this after the start of a visit. */
  readonly lastMs: number;
}

/** A page goes to one person after the other until one has acknowledged it. */
export interface AcknowledgementConfig {
  /** From a page to the acknowledgement of the person whom it reaches. */
  readonly withinMs: Distribution;
  /** A page that nobody has acknowledged for so long goes to one more person. */
  readonly pageNextAfterMs: number;
  /** Persons who can be paged. */
  readonly onCall: number;
}

/** Parts of one use on the shelf. Each that is taken is ordered again. */
export interface SparePartConfig {
  readonly stock: number;
  readonly deliveryMs: Distribution;
}

/** Shares of repairs in which something else happens, and how long until somebody sees it. */
export interface MistakesConfig {
  /** Of repairs at the machine: a healthy host of the same rack is switched off first. */
  readonly wrongServer: number;
  /** Of repairs of cordoned hosts: the Node stays cordoned. */
  readonly staysCordoned: number;
  /** Of repairs under `noout`: the flag stays set. */
  readonly noOutStays: number;
  /** Of repairs at the machine: the host is not switched on again. */
  readonly staysOff: number;
  /** Until a wrong server is put back, and until a forgotten cordon or flag is taken off. A host that is off is noticed as any other. */
  readonly noticedMs: Distribution;
}

/** Work of the same crew that is not about the hosts of this cluster. */
export interface OtherWorkConfig {
  readonly name: string;
  /** From one ticket to the next. */
  readonly everyMs: Distribution;
  readonly takesMs: Distribution;
  /** From 1, the worst, to 5. */
  readonly severity: number;
  /** Whether somebody must be at the site for it. */
  readonly at: 'desk' | 'machine';
}

/** Others who use the cluster's spare hosts for a while: each takes one that is available, or is refused. */
export interface SpareLoansConfig {
  readonly everyMs: Distribution;
  readonly lastsMs: Distribution;
}
