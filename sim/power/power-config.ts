// How hosts get their power, and what happens when it returns.

import type { Distribution } from '../kernel/distributions.ts';

export interface PowerConfig {
  /** Independent supplies, one or two; each has a PDU in every rack. Every host has a power supply unit on each, and one live is enough. */
  readonly feeds: readonly string[];
  /** Every rack is in exactly one room. */
  readonly rooms: readonly { readonly name: string; readonly racks: readonly string[] }[];
  /** Hosts with one power supply unit only, by host name: on this feed. */
  readonly oneFeed: Readonly<Record<string, string>>;
  /** Hosts, by name, that hang on one outlet: what switches one switches all. */
  readonly sharedOutlets: readonly (readonly string[])[];
  readonly afterLoss: AfterLossConfig;
  /** Absent: PDUs bear whatever starts at once. */
  readonly breaker?: BreakerConfig;
}

/** What a host does when its power returns. */
export interface AfterLossConfig {
  /** `last`: as before the loss. */
  readonly state: 'last' | 'on' | 'off';
  /** From the return of power to the start of one host. */
  readonly delayMs: Distribution;
  /** The PDU switches its outlets on one after the other, so far apart; 0: all at once. */
  readonly outletEveryMs: number;
}

/** One breaker for each PDU. */
export interface BreakerConfig {
  /** It bears this many hosts in the surge of their start; where two feeds are live, each carries half of a host's. */
  readonly startsAtOnce: number;
  /** How long a start surges. */
  readonly surgeMs: number;
  /** From the trip until a person has reset it. */
  readonly resetMs: Distribution;
  /** Whoever resets it switches the outlets on one by one, so far apart. */
  readonly byHandEveryMs: number;
}
