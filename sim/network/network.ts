// Who reaches whom, plane by plane: the truth about the network. A host has a port on every plane, a rack has a switch and a way
// out, a spine joins the racks and the places outside. A cut takes one of these away, in one direction or both; several count.
// A healthy link costs nothing: only cuts are kept, and questions look at counters.
//
// Divergence from reality
// - A way is there or not: congestion and queues do not exist, and of what is slow only whole planes are known. Beats that are lost
//   by chance are heartbeat-losses.ts's.
// - There is one way between two places: redundant links, bonds and routing protocols are not modelled. A cut is one that gets
//   through whatever redundancy there is.
// - Connections need both directions: with one of them lost TCP delivers nothing new, and a request whose answer is lost counts
//   as not made, unless it was under way when the loss began. That the first renewal on a connection still arrives after only
//   the way back is lost is left out.
// - The places outside are next to each other: what joins the racks is not between them.
// - A connection breaks and is made again at once; times of TCP and of clients are those of whoever uses it.

import { assert } from '../../core/assert.ts';
import { type Cut, OUTSIDE_PLACES, type OutsidePlace, type Place, type Plane } from './planes.ts';

/** Outages that count for one plane: by host, by rack, by place; `out` away from the thing, `in` towards it. */
interface PlaneState {
  readonly hostOut: Int32Array;
  readonly hostIn: Int32Array;
  readonly uplinkOut: Int32Array;
  readonly uplinkIn: Int32Array;
  readonly outsideOut: Int32Array;
  readonly outsideIn: Int32Array;
  spine: number;
}

/** `hosts`: those whose ways may have changed, in order. */
export type NetworkListener = (hosts: readonly number[], planes: readonly Plane[]) => void;

const OUTSIDE_INDEX: Readonly<Record<OutsidePlace, number>> = { controlPlane: 0, controllers: 1, site: 2 };

export class Network {
  /** Rack of every host. */
  private readonly rackOf: readonly number[];
  private readonly members: readonly (readonly number[])[];
  private readonly planes: Readonly<Record<Plane, PlaneState>>;
  private readonly cuts = new Set<Cut>();
  private readonly listeners: NetworkListener[] = [];
  /** By plane, how much longer everything takes; absent: no longer than usual. */
  private readonly waitMsByPlane = new Map<Plane, number>();

  /** @param rackOf rack index of every host, by host index. */
  constructor(rackOf: readonly number[], racks: number) {
    this.rackOf = rackOf;
    const members: number[][] = Array.from({ length: racks }, () => []);
    rackOf.forEach((rack, host) => {
      members[rack]?.push(host);
    });
    this.members = members;
    const state = (): PlaneState => ({
      hostOut: new Int32Array(rackOf.length),
      hostIn: new Int32Array(rackOf.length),
      uplinkOut: new Int32Array(racks),
      uplinkIn: new Int32Array(racks),
      outsideOut: new Int32Array(OUTSIDE_PLACES.length),
      outsideIn: new Int32Array(OUTSIDE_PLACES.length),
      spine: 0,
    });
    this.planes = { api: state(), storage: state(), peers: state(), bmc: state() };
  }

  /** Called at the instant of every cut and healing, and whenever a plane is slower or faster, after it took effect. */
  onChange(listener: NetworkListener): void {
    this.listeners.push(listener);
  }

  /** What is sent from one place arrives at the other. */
  reaches(from: Place, to: Place, plane: Plane): boolean {
    if (this.cuts.size === 0) return true;
    const state = this.planes[plane];
    const fromHost = typeof from === 'number';
    const toHost = typeof to === 'number';
    if (fromHost ? state.hostOut[from] !== 0 : state.outsideOut[OUTSIDE_INDEX[from]] !== 0) return false;
    if (toHost ? state.hostIn[to] !== 0 : state.outsideIn[OUTSIDE_INDEX[to]] !== 0) return false;
    const fromRack = fromHost ? this.rackOf[from] : undefined;
    const toRack = toHost ? this.rackOf[to] : undefined;
    if (fromRack === toRack) return true;
    if (fromRack !== undefined && state.uplinkOut[fromRack] !== 0) return false;
    if (toRack !== undefined && state.uplinkIn[toRack] !== 0) return false;
    return state.spine === 0;
  }

  /** What joins the racks and the places outside works. */
  spineUp(plane: Plane): boolean {
    return this.planes[plane].spine === 0;
  }

  /** A question reaches the other place, and its answer comes back. */
  connects(one: Place, other: Place, plane: Plane): boolean {
    return this.reaches(one, other, plane) && this.reaches(other, one, plane);
  }

  /** The host has its way, both directions, to whatever is on the plane outside of its rack. */
  joins(host: number, plane: Plane): boolean {
    if (this.cuts.size === 0) return true;
    const state = this.planes[plane];
    const rack = this.rackOf[host] ?? -1;
    return (
      state.hostOut[host] === 0 &&
      state.hostIn[host] === 0 &&
      state.uplinkOut[rack] === 0 &&
      state.uplinkIn[rack] === 0 &&
      state.spine === 0
    );
  }

  /** Breaks a way now; the returned function heals it, once. */
  cut(cut: Cut): () => void {
    this.cuts.add(cut);
    this.count(cut, 1);
    return () => {
      assert(this.cuts.delete(cut), 'a cut heals once');
      this.count(cut, -1);
    };
  }

  /** Everything on a plane takes so much longer from now on, there and back; the returned function ends it, once. Several add up. */
  slow(plane: Plane, waitMs: number): () => void {
    this.wait(plane, waitMs);
    let lasts = true;
    return () => {
      assert(lasts, 'a plane gets as fast as before once');
      lasts = false;
      this.wait(plane, -waitMs);
    };
  }

  /** How much longer than usual a question and its answer take on a plane, in ms. */
  waitMs(plane: Plane): number {
    return this.waitMsByPlane.get(plane) ?? 0;
  }

  private wait(plane: Plane, byMs: number): void {
    this.waitMsByPlane.set(plane, this.waitMs(plane) + byMs);
    const hosts = this.rackOf.map((_, host) => host);
    for (const listener of this.listeners) listener(hosts, [plane]);
  }

  /** No cut is in force. */
  get isWhole(): boolean {
    return this.cuts.size === 0;
  }

  /**
   * When the last of the present cuts of a host's way to clients and the API server heals: 0 without one, Infinity for never. That
   * the control plane itself is away does not count.
   */
  servesAgainAtMs(host: number): number {
    let atMs = 0;
    for (const cut of this.cuts) {
      const { where, planes } = cut;
      if (where.at === 'outside' && where.place !== 'site') continue;
      const serves = planes.includes('api') || planes.includes('peers');
      if (serves && this.concerned(cut).includes(host)) atMs = Math.max(atMs, cut.endsAtMs);
    }
    return atMs;
  }

  private count(cut: Cut, by: 1 | -1): void {
    const { where, lost } = cut;
    for (const plane of cut.planes) {
      const state = this.planes[plane];
      if (where.at === 'spine') {
        state.spine += by;
        continue;
      }
      const [out, into] = this.countersOf(state, where.at);
      for (const index of this.indexesOf(cut)) {
        if (lost !== 'in') out[index] = (out[index] ?? 0) + by;
        if (lost !== 'out') into[index] = (into[index] ?? 0) + by;
      }
    }
    const hosts = this.concerned(cut);
    for (const listener of this.listeners) listener(hosts, cut.planes);
  }

  private countersOf(state: PlaneState, at: 'host' | 'rack' | 'uplink' | 'outside'): readonly [Int32Array, Int32Array] {
    if (at === 'uplink') return [state.uplinkOut, state.uplinkIn];
    if (at === 'outside') return [state.outsideOut, state.outsideIn];
    return [state.hostOut, state.hostIn];
  }

  private indexesOf({ where }: Cut): readonly number[] {
    switch (where.at) {
      case 'host':
        return [where.host];
      case 'rack':
        return this.members[where.rack] ?? [];
      case 'uplink':
        return [where.rack];
      case 'outside':
        return [OUTSIDE_INDEX[where.place]];
      case 'spine':
        return [];
    }
  }

  /** Hosts whose ways to the outside the cut takes. */
  private concerned({ where }: Cut): readonly number[] {
    switch (where.at) {
      case 'host':
        return [where.host];
      case 'rack':
      case 'uplink':
        return this.members[where.rack] ?? [];
      case 'spine':
      case 'outside':
        return this.rackOf.map((_, host) => host);
    }
  }
}
