// What an endpoint asks of its host, one question for each message, and only so many at once.
//
// Divergence from reality
// - What comes while too many messages are in hand is lost, as in a controller's receive buffer that is full.

import type { BmcAnswer, BmcCaller, BmcRequest } from '../../sim/host/bmc/requests.ts';
import type { ServedHost } from '../served-hosts.ts';

/** Assumption: the receive buffer of a controller holds so many small packets. */
const IN_HAND_MAX = 64;

/** Somebody who has not said who he is. */
export const ANYBODY: BmcCaller = { protocol: 'ipmi', auth: 'none', who: '', keepsAlive: false, verifies: false };
export const IN_SESSION = { protocol: 'ipmi', auth: 'session', keepsAlive: false, verifies: false } as const;

export class Asking {
  private readonly host: ServedHost;
  private inHand = 0;

  constructor(host: ServedHost) {
    this.host = host;
  }

  get isFull(): boolean {
    return this.inHand >= IN_HAND_MAX;
  }

  /** `silent`: nothing is to be said, now or later. */
  async ask(caller: BmcCaller, request: BmcRequest): Promise<BmcAnswer | 'silent'> {
    this.inHand++;
    const reply = await this.host.ask(caller, request);
    this.inHand--;
    return reply.kind === 'silent' || reply.kind === 'closed' ? 'silent' : reply;
  }
}
