// The shape of a quirk: what some management controllers do that a plain one does not, by name, with who was seen to do it.
//
// Divergence from reality
// - A quirk that comes and goes on real controllers is there all the time while it is asked for, unless its row says how often.
// - Where a source gives no figure, the row says what is assumed in its place.

import type { TraitChanges } from '../traits.ts';

/**
 * What shows only in the spelling of messages: whoever serves Redfish or IPMI for the simulated controllers reads it; nothing in a
 * virtual run does.
 */
export interface WireDialect {
  /** How entity tags go wrong, and what is demanded of those who write. */
  readonly etag?:
    | 'weakWhenCompressed'
    | 'empty'
    | 'doubledQuotes'
    | 'ifMatchRefused'
    | 'ifMatchRequired'
    | 'ifMatchNeedsSession';
  readonly closesKeptAlive?: boolean;
  readonly refusesIdentityEncoding?: boolean;
  readonly extendedInfo?: 'object';
  readonly messageIdWithoutRegistry?: boolean;
  readonly managedByMissing?: boolean;
  readonly emptyMacAddress?: boolean;
  readonly bootAllowableValuesAt?: 'settings';
  readonly body?: 'html' | 'brokenJson';
  readonly ipmi?: {
    /** Suites that it lists, and those that it takes. */
    readonly listsCipherSuites?: readonly number[];
    readonly takesCipherSuites?: readonly number[];
    readonly tellsCipherSuites?: boolean;
    /** ipmitool from this version on fails to set the session's privilege. */
    readonly privilegeFailsFromIpmitool?: string;
    /** Share of the RAKP 2 messages that name no such session. */
    readonly inactiveSessionShare?: number;
  };
}

export interface Quirk {
  /** As in the catalogue; several variants may share one. */
  readonly id: string;
  /** By which it is asked for. */
  readonly name: string;
  /** What it does. */
  readonly words: string;
  readonly vendors: string;
  readonly source: string;
  /** What it changes that a client can see, in a virtual run too. Absent: it shows on the wire only. */
  readonly traits?: TraitChanges;
  /** Absent: its messages look like anybody's. */
  readonly wire?: WireDialect;
}
