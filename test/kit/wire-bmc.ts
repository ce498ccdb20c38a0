// The Bmc port over the wire: our own clients against the served hosts, on loopback, on a clock that the rig moves. The clock stands while
// a message is on its way, and moves to the next thing that is due once nothing is: what is asked for is then waiting for the controller,
// or will never be answered.

import type { Dispatcher } from 'undici';
import type { Bmc } from '../../core/ports/bmc.ts';
import type { BmcReply, ServedHost } from '../../fake-bmc/served-hosts.ts';
import { LiveBmc } from '../../live/bmc.ts';
import type { BmcClient, ChangeAnswer, PowerAnswer, PowerChange } from '../../live/bmc-client.ts';
import type { BmcModelConfig, SimConfig } from '../../sim/config.ts';
import type { BmcRig } from '../contract/bmc.contract.ts';
import type { ManualClock } from './manual-clock.ts';
import { ServedWorld } from './served-world.ts';

/** Counts what is on its way. */
class Traffic {
  /** Requests of clients that have no answer yet. */
  inFlight = 0;
  /** Of these, how many the controllers have, and how many of those are silent for ever. */
  atController = 0;
  silent = 0;

  started(): void {
    this.inFlight++;
  }

  ended(): void {
    this.inFlight--;
    if (this.inFlight === 0) this.silent = 0;
  }

  /** Lets messages arrive until only time can help. */
  async settled(): Promise<void> {
    // An answer that has just arrived may make its reader ask again in a later turn.
    for (let quiet = 0; quiet < 3; quiet++) {
      while (this.inFlight > this.atController + this.silent) {
        quiet = 0;
        await turn();
      }
      await turn();
    }
  }
}

/** A host whose requests are counted. */
function countedHost(host: ServedHost, traffic: Traffic): ServedHost {
  const ask: ServedHost['ask'] = async (caller, request): Promise<BmcReply> => {
    traffic.atController++;
    const reply = await host.ask(caller, request);
    traffic.atController--;
    if (reply.kind === 'silent') traffic.silent++;
    return reply;
  };
  const isReachable: ServedHost['isReachable'] = () => {
    const answers = host.isReachable();
    // Whoever connects now hears nothing.
    if (!answers) traffic.silent++;
    return answers;
  };
  return new Proxy(host, {
    get: (target, name) => {
      if (name === 'ask') return ask;
      if (name === 'isReachable') return isReachable;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A client each of whose calls is one exchange: they are counted. */
export function countedClient(client: BmcClient, traffic: Traffic): BmcClient {
  const counted = async <T>(exchange: Promise<T>): Promise<T> => {
    traffic.started();
    const answer = await exchange;
    traffic.ended();
    return answer;
  };
  return {
    readPower: (): Promise<PowerAnswer> => counted(client.readPower()),
    changePower: (change: PowerChange): Promise<ChangeAnswer> => counted(client.changePower(change)),
    close: () => client.close(),
  };
}

/** A dispatcher whose requests are counted. */
export function countedDispatcher(dispatcher: Dispatcher, traffic: Traffic): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    traffic.started();
    return dispatch(options, {
      onRequestStart: (...start) => handler.onRequestStart?.(...start),
      onResponseStart: (...start) => handler.onResponseStart?.(...start),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => {
        traffic.ended();
        handler.onResponseEnd?.(...end);
      },
      onResponseError: (...error) => {
        traffic.ended();
        handler.onResponseError?.(...error);
      },
    });
  });
}

/** How one protocol is served and spoken to. */
export interface Wire {
  readonly client: BmcClient;
  close(): Promise<void>;
}

/** @param connect serves the host, and makes a client of it whose exchanges are counted. */
export async function wireRig(
  connect: (host: ServedHost, parts: { readonly clock: ManualClock; readonly traffic: Traffic }) => Promise<Wire>,
  {
    tellsBootProgress,
    model,
    change = {},
  }: {
    readonly tellsBootProgress: boolean;
    readonly model?: Partial<BmcModelConfig> | undefined;
    readonly change?: Partial<SimConfig> | undefined;
  },
): Promise<BmcRig> {
  const world = new ServedWorld(model === undefined ? { change } : { model, change });
  const traffic = new Traffic();
  const { clock } = world;
  const wire = await connect(countedHost(world.a1, traffic), { clock, traffic });
  const bmc: Bmc & { close(): Promise<void> } = new LiveBmc(clock, () => wire.client);
  const { fleet } = world.hosts.world;
  const host = { namespace: 'metal', name: 'a1' };
  const subject = fleet.indexOfHost(host);
  const fault = { id: 1, class: 'bmcUnreachable', subject, bornAtMs: 0, level: 'itself', durationMs: 1 } as const;
  return {
    bmc,
    host,
    systemUuid: world.a1.uuid,
    tellsBootProgress,
    wait: async (ms) => {
      const endMs = clock.nowMs() + ms;
      for (;;) {
        await traffic.settled();
        const [dueMs = Number.POSITIVE_INFINITY] = clock.pending;
        if (dueMs > endMs) break;
        clock.advanceTo(dueMs);
      }
      clock.advanceTo(endMs);
      await traffic.settled();
    },
    setReachable: (reachable) => {
      world.hosts.paced.act(() => {
        if (reachable) fleet.endByItself(fault);
        else fleet.strike(fault);
        world.hosts.world.bmc.pollChanged(subject);
      });
    },
    get nowMs() {
      return clock.nowMs();
    },
    close: async () => {
      await traffic.settled();
      world.hosts.close();
      // Whoever still waits for an answer hears that the server has gone.
      await wire.close();
      await bmc.close();
    },
  };
}

function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
