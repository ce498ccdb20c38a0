// The contract between the simulated hosts and whoever serves a protocol for them: a set of hosts on a paced kernel, each with a
// management controller that is asked and answers. Redfish and IPMI are spellings of what stands here; they keep no state of a host, and
// decide nothing about one.
//
// How a server uses it. Authenticate by `authenticate` (or, for IPMI's key exchange, by `accountNamed`). Every message becomes one `ask`,
// also those that tell nothing which is modelled (`{ ask: 'visit' }`), so that each costs what a request costs a controller and meets
// what may be wrong with it. The reply comes at the paced instant at which the controller answers. Wrong credentials are asked, too, with
// `isStranger`: the controller refuses, counts, and locks out. Sessions are the controller's: `{ ask: 'login' }` with `auth: 'session'`
// gives a number, which goes into `session` of every later caller; the server keeps only what its protocol needs beside it (a token, keys).
// A refusal of 401 with the messageId `NoValidSession` says that the session is over.

import type { BmcAccount } from '../sim/host/bmc/accounts.ts';
import type { LogEntry } from '../sim/host/bmc/event-log.ts';
import type { BmcProfile } from '../sim/host/bmc/profiles.ts';
import type { WireDialect } from '../sim/host/bmc/quirks/quirk.ts';
import type { QuirkName } from '../sim/host/bmc/quirks.ts';
import type { BmcAnswer, BmcCaller, BmcRead, BmcRequest, Health, ShownPower } from '../sim/host/bmc/requests.ts';
import type { BmcTraits } from '../sim/host/bmc/traits.ts';
import type { Inventory } from './inventory.ts';

/**
 * What becomes of a request. `silent`, at once: no answer will ever come (the controller is away, or the answer is lost); a server says
 * nothing and leaves the connection open until the client gives up. `closed`: the servers are being stopped.
 */
export type BmcReply = BmcAnswer | { readonly kind: 'silent' } | { readonly kind: 'closed' };

/** What a controller would tell who listens; at the instant at which it notices. */
export type HostEvent =
  | { readonly event: 'power'; readonly power: ShownPower }
  | { readonly event: 'health'; readonly health: Health }
  | { readonly event: 'logged'; readonly entry: LogEntry };

export interface ServedHost {
  /** Name of its BareMetalHost; unique. A DNS label, so it can stand in a path. */
  readonly name: string;
  /** Of the Redfish ComputerSystem; unique among all hosts. */
  readonly systemId: string;
  /** As its firmware and its BMC tell it; lower case. */
  readonly uuid: string;
  readonly inventory: Inventory;
  readonly profile: BmcProfile;
  /** Profile, quirks and faults as they are now. Behaviour is the controller's: a server reads what it advertises, such as reset types. */
  readonly traits: BmcTraits;
  /** How its messages differ from the standard's at present, by the wire quirks that it has. */
  readonly dialect: WireDialect;
  /** Quirks that it has at present, by profile, by scenario or injected. */
  readonly quirks: readonly QuirkName[];
  /** Starts of its controller so far: what a server keeps for it as in its memory is gone with each. */
  readonly controllerStarts: number;
  /** The instant by the controller's own clock, which may be wrong. */
  now(): Date;
  /** Of a virtual instant that the controller told, as `LogEntry.atMs`. */
  dateOf(virtualMs: number): Date;
  /** Power and network let requests through to it. While they do not, even a connection gets no answer. */
  isReachable(): boolean;
  /** Never rejects. */
  ask(caller: BmcCaller, request: BmcRequest): Promise<BmcReply>;
  /**
   * What a read would be answered at this instant, for the contents of a page whose request is asked; not a way around `ask`, which alone
   * lets anybody in.
   */
  told(read: BmcRead): BmcAnswer;
  /** The collection of systems is empty at present. */
  isSystemGone(): boolean;
  /** The enabled account with this name and password. Tells nothing of lock-outs and revoked credentials: `ask` does. */
  authenticate(name: string, password: string): BmcAccount | undefined;
  /** With its password, for keyed hashes. It must not be shown or logged. Undefined also for accounts that are disabled. */
  accountNamed(name: string): BmcAccount | undefined;
  /** Listeners must not throw. Gives back what ends the subscription. */
  onEvent(listener: (event: HostEvent) => void): () => void;
}

/** All hosts of one process. */
export interface ServedHosts {
  /** In the order of the scenario. */
  readonly hosts: readonly ServedHost[];
  /** Virtual seconds per second. */
  readonly speed: number;
  host(name: string): ServedHost | undefined;
}
