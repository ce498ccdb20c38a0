// Who goes next. Pure: the ledger as it stands, the hosts that ask, the pool and its limits in; grants out, and for everybody
// else what it waits for. A start needs all limits at once (invariant B5):
//
//   limit             of a first attempt                                       of a further attempt of a host in flight
//   hold              policy paused, doubted or gone, maintenance, upgrade     the same
//   back-off          notBefore                                                the same
//   storm, threshold  not more than maxUnavailable out of service              goes on: it takes nothing more out of service
//   caps              in flight, per domain, of the control plane              keeps its place
//   quorum            a majority of the control plane serves without it        the same
//   storage           not busy, or by its own doing alone; and looked at       the same; not stale is enough, and busy is its own
//                     since the last start                                      doing, from its strike until it was back
//   rate              a token, a place in the window                           the same
//
// Order: class of impact, lowered by one for every `ageEvery` of waiting; then who empties no domain; then who waits longest;
// then the name. Nobody is overtaken for ever, for the class of one who waits falls without end (invariants F1, F2, F4).

import type { StringMap } from '../api/object.ts';
import type { DomainCap } from '../api/remediation-budget.ts';
import type { StepAction } from '../api/remediation-policy.ts';
import { allowedOf, type Limits } from './limits.ts';
import { nextStartMs, type Rate, started } from './rate.ts';
import type { StorageVerdict } from './storage-guard.ts';

/** Why an attempt must not start, whatever the budget has left. */
export type Hold =
  | 'InvalidLimit'
  | 'PolicyGone'
  | 'PolicyPaused'
  | 'Doubtful'
  | 'NodeGone'
  | 'Maintenance'
  | 'Upgrading';

export type Refusal =
  | Hold
  | 'BackOff'
  | 'Storm'
  | 'TooManyUnavailable'
  | 'CapReached'
  | 'DomainCapReached'
  | 'ControlPlaneCapReached'
  | 'QuorumAtRisk'
  | 'StorageBusy'
  | 'StorageUnproven'
  | 'StorageSettling'
  | 'RateLimited';

/** One HostRemediation that asks for an attempt. */
export interface Ask {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly step: number;
  readonly action: StepAction;
  readonly attempt: number;
  /** 0 control plane, 1 volumes or pods stuck, 2 others, 3 empty. */
  readonly impact: number;
  readonly waitingSinceMs: number;
  /** The same instant as it is written: the grant answers this request and no other. */
  readonly requestedAt: string;
  readonly notBeforeMs: number;
  /** Label values of the node by topology key. */
  readonly domains: StringMap;
  readonly controlPlane: boolean;
  /** An attempt of this episode has taken the host away. */
  readonly wasTouched: boolean;
  /** Since when the node is not Ready: undefined when it is, since ever when there is none. */
  readonly failedSinceMs: number | undefined;
  readonly hold: Hold | undefined;
  /** OpenShift: etcd's guard says that it cannot lose this one. */
  readonly etcdAtRisk: boolean;
}

export interface Pool {
  readonly expectedHosts: number;
  /** Names of nodes that are out of service for any reason, those in flight among them (invariant B4). */
  readonly unavailable: ReadonlySet<string>;
  readonly controlPlane: {
    readonly total: number;
    /** Names of those that serve and that nobody is about to take out. */
    readonly healthy: ReadonlySet<string>;
    /** In flight by grants of other budgets. */
    readonly inFlightElsewhere: number;
  };
  readonly isStorm: boolean;
  /** Absent where the budget has no storage guard. */
  readonly storage: StoragePool | undefined;
}

export interface StoragePool {
  readonly verdict: StorageVerdict;
  readonly busySinceMs: number;
  /** When the last host of the pool beside this one became Ready. Asked for seldom: it looks at all of them. */
  readonly lastReturnBesideMs: (node: string) => number;
}

/** A grant as the allocator looks at it. */
export interface InFlight {
  readonly node: string;
  readonly grantedAtMs: number;
  readonly domains: StringMap;
  readonly controlPlane: boolean;
}

/** Grants by the name of their HostRemediation. */
export type Ledger = ReadonlyMap<string, InFlight>;

export interface Allocation {
  readonly granted: readonly Ask[];
  readonly waitingFor: ReadonlyMap<string, Refusal>;
  readonly rate: Rate;
  /** When somebody's refusal ends or changes by time alone; infinite when none does. */
  readonly nextAtMs: number;
}

/**
 * Kubernetes notices a dead host later than Ceph does: at most so much. Until then the one host that Ceph misses may be one whose Node
 * is still Ready. Assumption: Ready turns Unknown up to 55 s after the last beat, Ceph marks an OSD down after 20 s
 * (osd_heartbeat_grace), and both stamps are whole seconds; rounded up.
 */
const STORAGE_NOTICES_EARLIER_MS = 60_000;

/** Assumption: a sixth of the interval at which Rook looks by default (60 s), so that hardly anything of it is waited twice. */
const STORAGE_LOOK_EVERY_MS = 10_000;

export function allocate(
  ledger: Ledger,
  asks: readonly Ask[],
  pool: Pool,
  limits: Limits,
  from: { readonly rate: Rate; readonly nowMs: number },
): Allocation {
  const desk = new Desk(ledger, pool, limits, from);
  const granted: Ask[] = [];
  let waiting = desk.inOrder(asks);
  for (;;) {
    const at = waiting.findIndex((ask) => desk.refusalOf(ask) === undefined);
    const next = waiting[at];
    if (next === undefined) break;
    desk.grant(next);
    granted.push(next);
    // What a grant takes from the others it never gives back, so those before it need no second look.
    waiting = desk.inOrder(waiting.toSpliced(at, 1));
  }
  const waitingFor = new Map(waiting.map((ask) => [ask.name, desk.refusalOf(ask) ?? 'RateLimited'] as const));
  return { granted, waitingFor, rate: desk.rate, nextAtMs: desk.nextAtMs(waiting, waitingFor) };
}

/** The ledger while grants are given out. */
class Desk {
  rate: Rate;
  private readonly inFlight: Map<string, InFlight>;
  private readonly pool: Pool;
  private readonly limits: Limits;
  private readonly nowMs: number;

  constructor(
    ledger: Ledger,
    pool: Pool,
    limits: Limits,
    { rate, nowMs }: { readonly rate: Rate; readonly nowMs: number },
  ) {
    this.inFlight = new Map(ledger);
    this.pool = pool;
    this.limits = limits;
    this.rate = rate;
    this.nowMs = nowMs;
  }

  inOrder(asks: readonly Ask[]): readonly Ask[] {
    const ranked = asks.map((ask) => ({ ask, class: this.classOf(ask), crowd: this.crowdOf(ask) }));
    ranked.sort(
      (a, b) =>
        a.class - b.class ||
        a.crowd - b.crowd ||
        a.ask.waitingSinceMs - b.ask.waitingSinceMs ||
        (a.ask.name < b.ask.name ? -1 : 1),
    );
    return ranked.map(({ ask }) => ask);
  }

  grant(ask: Ask): void {
    const { node, domains, controlPlane } = ask;
    this.inFlight.set(ask.name, { node, domains, controlPlane, grantedAtMs: this.nowMs });
    this.rate = started(this.rate, this.limits, this.nowMs);
  }

  refusalOf(ask: Ask): Refusal | undefined {
    if (ask.hold !== undefined) return ask.hold;
    if (ask.notBeforeMs > this.nowMs) return 'BackOff';
    const isFirst = !this.inFlight.has(ask.name);
    return (
      (isFirst ? this.capRefusal(ask) : undefined) ??
      this.quorumRefusal(ask) ??
      this.storageRefusal(ask, isFirst) ??
      this.rateRefusal()
    );
  }

  /** By time alone a back-off ends, a rate refills, and what the storage says grows old; or is said anew without a change. */
  nextAtMs(waiting: readonly Ask[], waitingFor: ReadonlyMap<string, Refusal>): number {
    let atMs = waiting.length === 0 ? Number.POSITIVE_INFINITY : this.storageStaleAtMs();
    for (const { name, node, notBeforeMs } of waiting) {
      const why = waitingFor.get(name);
      if (why === 'BackOff') atMs = Math.min(atMs, notBeforeMs);
      if (why === 'RateLimited') atMs = Math.min(atMs, nextStartMs(this.rate, this.limits, this.nowMs));
      if (why === 'StorageSettling') atMs = Math.min(atMs, this.storageLookMs(node));
    }
    return atMs;
  }

  private storageStaleAtMs(): number {
    const verdict = this.pool.storage?.verdict;
    return verdict === undefined || verdict.kind === 'unproven' ? Number.POSITIVE_INFINITY : verdict.staleAtMs;
  }

  /** When a status can be there that is new enough to show what the last start did, or a host that has just returned. */
  private storageLookMs(node: string): number {
    const settledAtMs = Math.max(
      this.settledAtMs(this.lastStartMs()),
      this.settledAtMs(this.lastReturnBesideMs(node)),
      this.busyShownAtMs(),
    );
    return this.nowMs < settledAtMs ? settledAtMs : this.nowMs + STORAGE_LOOK_EVERY_MS;
  }

  private classOf({ impact, waitingSinceMs }: Ask): number {
    return impact - Math.max(0, Math.floor((this.nowMs - waitingSinceMs) / this.limits.ageEveryMs));
  }

  /** Hosts in flight in the fullest of its domains. */
  private crowdOf(ask: Ask): number {
    return Math.max(0, ...this.limits.domains.map((cap) => this.inFlightLike(ask, cap)));
  }

  private inFlightLike(ask: Pick<Ask, 'node' | 'domains'>, { topologyKey }: DomainCap): number {
    const domain = domainOf(ask, topologyKey);
    return count(this.inFlight.values(), (other) => domainOf(other, topologyKey) === domain);
  }

  private capRefusal(ask: Ask): Refusal | undefined {
    const { pool, limits, inFlight } = this;
    if (pool.isStorm) return 'Storm';
    const allowed = (limit: Limits['maxInFlight']): number =>
      limit === undefined ? Number.POSITIVE_INFINITY : allowedOf(limit, pool.expectedHosts);
    if (this.unavailableWith(ask) > allowed(limits.maxUnavailable)) return 'TooManyUnavailable';
    if (inFlight.size >= allowed(limits.maxInFlight)) return 'CapReached';
    if (limits.domains.some((cap) => this.inFlightLike(ask, cap) >= cap.maxInFlight)) return 'DomainCapReached';
    return ask.controlPlane && this.isControlPlaneFull() ? 'ControlPlaneCapReached' : undefined;
  }

  /** Were it granted: a host that still serves is one more that does not. */
  private unavailableWith(ask: Ask): number {
    const names = new Set(this.pool.unavailable);
    for (const { node } of this.inFlight.values()) names.add(node);
    return names.add(ask.node).size;
  }

  private isControlPlaneFull(): boolean {
    return this.masters().length + this.pool.controlPlane.inFlightElsewhere >= this.limits.controlPlane.maxInFlight;
  }

  /** Nodes of the control plane that are in flight. */
  private masters(): readonly string[] {
    return [...this.inFlight.values()].filter(({ controlPlane }) => controlPlane).map(({ node }) => node);
  }

  private quorumRefusal(ask: Ask): Refusal | undefined {
    const { total, healthy } = this.pool.controlPlane;
    if (!ask.controlPlane || !this.limits.controlPlane.keepQuorum) return undefined;
    const masters = this.masters();
    const left = count(healthy, (node) => node !== ask.node && !masters.includes(node));
    return left < Math.floor(total / 2) + 1 || ask.etcdAtRisk ? 'QuorumAtRisk' : undefined;
  }

  private storageRefusal(ask: Ask, isFirst: boolean): Refusal | undefined {
    const { storage } = this.pool;
    const guard = this.limits.storage;
    if (storage === undefined || guard === undefined) return undefined;
    const { verdict } = storage;
    if (verdict.kind === 'unproven') return 'StorageUnproven';
    const takesNothing = !isFirst && ask.wasTouched && !this.wasBack(ask);
    if (verdict.kind === 'busy') {
      const isOwnDoing = takesNothing || (verdict.isOneHostDown && this.isOnlyCause(ask, storage.busySinceMs));
      if (!guard.allowSameHost || !isOwnDoing) return 'StorageBusy';
    }
    if (takesNothing) return undefined;
    // What a start does to the storage shows later: until the status is so much newer than the last start, it proves nothing.
    if (verdict.checkedAtMs < this.settledAtMs(this.lastStartMs())) return 'StorageSettling';
    // So does a return: the one host that Ceph misses may be one whose Node is Ready already, or not known to be silent yet.
    const isSettling =
      verdict.kind === 'busy' &&
      (verdict.checkedAtMs < this.settledAtMs(this.lastReturnBesideMs(ask.node)) || this.nowMs < this.busyShownAtMs());
    return isSettling ? 'StorageSettling' : undefined;
  }

  /** When a host whose daemons have made the storage busy is known to be silent by Kubernetes as well. */
  private busyShownAtMs(): number {
    const { storage } = this.pool;
    return storage?.verdict.kind === 'busy'
      ? storage.busySinceMs + STORAGE_NOTICES_EARLIER_MS
      : Number.NEGATIVE_INFINITY;
  }

  /** From when on a status shows what something did to the storage. */
  private settledAtMs(doneAtMs: number): number {
    return doneAtMs + (this.limits.storage?.staleAfterMs ?? 0);
  }

  private lastReturnBesideMs(node: string): number {
    const { storage } = this.pool;
    return storage?.verdict.kind === 'busy' ? storage.lastReturnBesideMs(node) : Number.NEGATIVE_INFINITY;
  }

  /** Its node was heard of after its last grant: its daemons may run again, and another start would take their data away anew. */
  private wasBack({ name, failedSinceMs = Number.POSITIVE_INFINITY }: Ask): boolean {
    return failedSinceMs > (this.inFlight.get(name)?.grantedAtMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Of the one host that Ceph misses: nobody else is out, or in flight, and the storage was well until about when this host failed. A
   * status that shows it later than statuses count is about another one, or about a host that still served when its Node was lost.
   */
  private isOnlyCause({ node, failedSinceMs }: Ask, busySinceMs: number): boolean {
    if (failedSinceMs === undefined || busySinceMs < failedSinceMs - STORAGE_NOTICES_EARLIER_MS) return false;
    if (busySinceMs > this.settledAtMs(failedSinceMs)) return false;
    return count(this.pool.unavailable, (other) => other !== node) === 0;
  }

  private lastStartMs(): number {
    return Math.max(Number.NEGATIVE_INFINITY, ...[...this.inFlight.values()].map(({ grantedAtMs }) => grantedAtMs));
  }

  private rateRefusal(): Refusal | undefined {
    return nextStartMs(this.rate, this.limits, this.nowMs) > this.nowMs ? 'RateLimited' : undefined;
  }
}

/** A host without the label is a domain of its own. */
function domainOf({ node, domains }: Pick<Ask, 'node' | 'domains'>, topologyKey: string): string {
  const value = domains[topologyKey];
  return value === undefined ? `node ${node}` : `value ${value}`;
}

function count<T>(items: Iterable<T>, holds: (item: T) => boolean): number {
  let found = 0;
  for (const item of items) if (holds(item)) found++;
  return found;
}
