// Served hosts on a clock that stands until a test moves it: what a protocol is tried on without waiting and without a socket.

import type { Clock } from '../../core/ports/clock.ts';
import type { Credentials } from '../../fake-bmc/fake-bmc.ts';
import type { BmcReply, ServedHost } from '../../fake-bmc/served-hosts.ts';
import { SimulatedHosts } from '../../fake-bmc/simulated-hosts.ts';
import type { BmcModelConfig, SimConfig } from '../../sim/config.ts';
import type { BmcCaller, BmcRequest } from '../../sim/host/bmc/requests.ts';
import { modelOf } from './bmc-probe.ts';
import { ManualClock } from './manual-clock.ts';
import { aHost, tinyWorld } from './tiny-world.ts';

/** Of every host of a served world. */
export const CREDENTIALS: Credentials = { user: 'root', password: 'calvin-2026' };

export const ROOT_BASIC: BmcCaller = {
  ...{ protocol: 'redfish', auth: 'basic', who: CREDENTIALS.user, verifies: false, keepsAlive: false },
};

/** When the clock of a served world starts. */
export const SERVED_AT = new Date('2026-11-23T12:00:00Z');

export interface ServedWorldOptions {
  /** Of each host, answers in a tenth of a second unless it says otherwise; a1 and b1 are the hosts. */
  readonly model?: Partial<BmcModelConfig>;
  readonly speed?: number;
  readonly change?: Partial<SimConfig>;
  /** Absent: one that the test moves. */
  readonly clock?: Clock;
}

export class ServedWorld {
  readonly clock = new ManualClock(SERVED_AT.getTime());
  readonly hosts: SimulatedHosts;

  constructor({ model, speed = 1, change = {}, clock }: ServedWorldOptions = {}) {
    const bmc = modelOf(model);
    const config = tinyWorld({ hosts: [aHost('a1', 'rack-a', { bmc }), aHost('b1', 'rack-b', { bmc })], ...change });
    this.hosts = new SimulatedHosts(config, {
      ...{ profile: 'generic', speed, clock: clock ?? this.clock },
      credentialsOf: () => CREDENTIALS,
    });
  }

  get a1(): ServedHost {
    return this.named('a1');
  }

  named(name: string): ServedHost {
    const host = this.hosts.host(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  /** Moves the clock. */
  wait(seconds: number): void {
    this.clock.advanceTo(this.clock.nowMs() + seconds * 1000);
  }

  /** Asks, and moves the clock until the answer is there, at most a minute. */
  async ask(request: BmcRequest, caller: BmcCaller = ROOT_BASIC, host: ServedHost = this.a1): Promise<BmcReply> {
    let reply: BmcReply | undefined;
    void host.ask(caller, request).then((answer) => {
      reply = answer;
    });
    for (let tenths = 0; reply === undefined && tenths < 600; tenths++) {
      await Promise.resolve();
      if (reply === undefined) this.wait(0.1);
      await Promise.resolve();
    }
    if (reply === undefined) throw new Error(`no answer to ${request.ask} within a minute`);
    return reply;
  }
}
