// Faults that strike when something happens: an event of the world or of the API, or a step of a remediation. Which happenings
// count, from which on, how many of them, how often, and how long after. Faults of the script and those of controllers wait alike.
//
// Divergence from reality
// - `apiWrite` counts every write of any controller while an attempt on the host is open: with several attempts at once, those of
//   the others count, too.

import type { FaultTrigger } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { YEAR_MS } from '../kernel/time-units.ts';

/** Everything on which a fault can be made to wait, each with what happens then. */
export const TRIGGER_EVENTS = {
  nodeNotReady: 'the Node of the host stops being Ready',
  nodeReady: 'the Node of the host becomes Ready',
  hostShows: 'the BareMetalHost shows another provisioning state; `state` says which',
  attemptOpened: 'a remediator gets the right to act on the host',
  attemptStruck: 'an attempt does, or asks for, the first thing that harms the host',
  attemptClosed: 'an attempt on the host is over',
  apiWrite: 'a controller has written while an attempt on the host is open; counted from its opening',
  workloadsReleased: 'something lets others have the workloads of the host',
  powerOffAsked: 'a BMC is about to be told to switch the host off',
  powerOffAnswered: 'a BMC has answered that it switched the host off, and nobody has heard it yet',
  powerOffProved: 'a reading of exactly off is answered, the first after that',
  powerOnAsked: 'a BMC is about to be told to switch the host on',
  powerOnAnswered: 'a BMC has answered that it switched the host on, and nobody has heard it yet',
  powerCut: 'the host loses its power, for whatever reason',
  bootStarted: 'the host starts to boot',
  serves: 'the host serves again: its system runs, the network reaches it, its kubelet acts',
} as const;

export type TriggerEvent = keyof typeof TRIGGER_EVENTS;

/** Steps between which there is no time: what strikes without a delay strikes before anybody goes on. */
const AT_ONCE: ReadonlySet<TriggerEvent> = new Set<TriggerEvent>([
  'powerOffAsked',
  'powerOffAnswered',
  'powerOffProved',
  'powerOnAsked',
  'powerOnAnswered',
]);

/** Something happened to a host. */
export interface Happened {
  readonly event: TriggerEvent;
  /** Name. */
  readonly host: string;
  /** `hostShows` only. */
  readonly state?: string;
}

/** What waits: its name is that of its draws. */
interface Waiting {
  readonly name: string;
  readonly when: FaultTrigger;
}

interface Armed<F extends Waiting> {
  readonly fault: F;
  readonly when: Extract<FaultTrigger, { readonly kind: 'event' }>;
  readonly stream: Stream;
  /** By host, how many of its happenings counted so far. */
  readonly seen: Map<string, number>;
  asked: number;
  struck: number;
}

export class FaultTriggers<F extends Waiting = Waiting> {
  private readonly kernel: Kernel;
  private readonly armed: readonly Armed<F>[];
  private readonly strike: (fault: F, host: string, strike: number) => void;

  /**
   * @param parts `entity`: whose draws they are, before the name of each.
   * @param strike gets how often this fault has struck before, and the host of the happening (empty for a random one).
   */
  constructor(
    parts: { readonly kernel: Kernel; readonly draws: Draws; readonly endsAtMs: number; readonly entity: string },
    faults: readonly F[],
    strike: (fault: F, host: string, strike: number) => void,
  ) {
    this.kernel = parts.kernel;
    this.strike = strike;
    this.armed = faults.flatMap((fault) => {
      const stream = parts.draws.stream(`${parts.entity}/${fault.name}`, 'when');
      if (fault.when.kind === 'event') {
        return { fault, when: fault.when, stream, seen: new Map<string, number>(), asked: 0, struck: 0 };
      }
      this.atRandom(fault, { ...parts, stream, meanGapMs: YEAR_MS / fault.when.perYear }, 0);
      return [];
    });
  }

  /** Whether any fault waits for this. */
  waitsFor(...events: readonly TriggerEvent[]): boolean {
    return this.armed.some(({ when }) => events.includes(when.event));
  }

  happened({ event, host, state }: Happened): void {
    for (const armed of this.armed) {
      const { when, fault } = armed;
      if (when.event !== event || (when.host !== undefined && when.host !== host)) continue;
      if (when.state !== undefined && when.state !== state) continue;
      const count = (armed.seen.get(host) ?? 0) + 1;
      armed.seen.set(host, count);
      if (count < when.nth || armed.struck >= when.times) continue;
      if (when.share < 1 && armed.stream.at(armed.asked++) >= when.share) continue;
      const strike = armed.struck++;
      if (when.afterMs === 0 && AT_ONCE.has(event)) this.strike(fault, host, strike);
      else this.kernel.call(this.kernel.nowMs + when.afterMs, () => this.strike(fault, host, strike));
    }
  }

  /** The attempt on a host is over: its writes are counted anew. */
  forget(event: TriggerEvent, host: string): void {
    for (const { when, seen } of this.armed) if (when.event === event) seen.delete(host);
  }

  private atRandom(
    fault: F,
    random: { readonly stream: Stream; readonly meanGapMs: number; readonly endsAtMs: number },
    strike: number,
  ): void {
    const gapMs = Math.max(1, Math.round(-Math.log1p(-random.stream.at(strike)) * random.meanGapMs));
    const atMs = this.kernel.nowMs + gapMs;
    if (atMs >= random.endsAtMs) return;
    this.kernel.call(atMs, () => {
      this.strike(fault, '', strike);
      this.atRandom(fault, random, strike + 1);
    });
  }
}
