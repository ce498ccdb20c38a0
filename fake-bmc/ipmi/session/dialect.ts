// What the wire quirks of a controller change about sessions: the suites that it lists and takes, and whom it treats badly.

import type { ServedHost } from '../../served-hosts.ts';
import { uint32 } from '../packets/bytes.ts';
import type { IpmiRequest } from '../packets/message.ts';
import type { Peer } from './session-table.ts';

const APPLICATION = 0x06;
const GET_CHANNEL_CIPHER_SUITES = 0x54;
/** Consoles that are remembered; the oldest are forgotten. Assumption: more than come within one set-up. */
const REMEMBERED_MAX = 64;

export class Dialect {
  private readonly host: ServedHost;
  private readonly suites: readonly number[];
  private readonly random: (length: number) => Uint8Array;
  /** Who asked for the cipher suites before having a session. */
  private readonly askedForSuites = new Set<string>();

  /** @param suites that are served where no quirk says otherwise. */
  constructor(host: ServedHost, suites: readonly number[], random: (length: number) => Uint8Array) {
    this.host = host;
    this.suites = suites;
    this.random = random;
  }

  listedSuites(): readonly number[] {
    return this.host.dialect.ipmi?.listsCipherSuites ?? this.suites;
  }

  takenSuites(): readonly number[] {
    return this.host.dialect.ipmi?.takesCipherSuites ?? this.suites;
  }

  /** It says that a session is inactive although it is not. */
  forgetsSession(): boolean {
    const share = this.host.dialect.ipmi?.inactiveSessionShare ?? 0;
    return share > 0 && uint32(this.random(4), 0) < share * 2 ** 32;
  }

  /** A message without a session that is not even answered. */
  ignores({ networkFunction, command }: IpmiRequest, peer: Peer): boolean {
    if (networkFunction !== APPLICATION || command !== GET_CHANNEL_CIPHER_SUITES) return false;
    this.remember(peer);
    return this.host.dialect.ipmi?.tellsCipherSuites === false;
  }

  /**
   * What tells ipmitool from 1.8.19 on is that it asks for the cipher suites before it sets its session up; 1.8.18 took suite 3 without
   * a question. Assumption: which of the differences the controller minds, nobody says.
   */
  refusesPrivilege(peer: Peer): boolean {
    return this.host.dialect.ipmi?.privilegeFailsFromIpmitool !== undefined && this.askedForSuites.has(keyOf(peer));
  }

  private remember(peer: Peer): void {
    this.askedForSuites.delete(keyOf(peer));
    this.askedForSuites.add(keyOf(peer));
    const [oldest] = this.askedForSuites;
    if (this.askedForSuites.size > REMEMBERED_MAX && oldest !== undefined) this.askedForSuites.delete(oldest);
  }
}

function keyOf({ address, port }: Peer): string {
  return `${address} ${port}`;
}
