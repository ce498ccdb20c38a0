// FlowHeap: the flows of one rate, the one that ends first on top. A binary heap in which each flow knows its place, so that
// adding, removing the first and removing any other cost O(log n).

/** A transfer that is under way. All flows of one heap move equally fast, so one clock of work done tells when each ends. */
export interface Flow {
  readonly owner: number;
  /** Order of starts: decides where two end together. */
  readonly sequence: number;
  /** Reading of the heap's clock of work per flow at which this one has all of its own. */
  readonly endsAtWork: number;
  /** Work per byte. */
  readonly slowness: number;
  /** Index in the heap; kept by it. */
  place: number;
}

export class FlowHeap {
  private readonly flows: Flow[] = [];

  get size(): number {
    return this.flows.length;
  }

  /** The flow that ends first; undefined when there is none. */
  get first(): Flow | undefined {
    return this.flows[0];
  }

  add(flow: Flow): void {
    this.flows.push(flow);
    this.rise(this.flows.length - 1, flow);
  }

  remove(flow: Flow): void {
    const last = this.flows.pop() as Flow;
    if (last === flow) return;
    const { place } = flow;
    if (place > 0 && isBefore(last, this.flows[(place - 1) >> 1] as Flow)) this.rise(place, last);
    else this.sink(place, last);
  }

  private rise(from: number, flow: Flow): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.flows[above] as Flow;
      if (!isBefore(flow, parent)) break;
      this.put(place, parent);
      place = above;
    }
    this.put(place, flow);
  }

  private sink(from: number, flow: Flow): void {
    let place = from;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= this.flows.length) break;
      const right = this.flows[below + 1];
      if (right !== undefined && isBefore(right, this.flows[below] as Flow)) below += 1;
      const child = this.flows[below] as Flow;
      if (!isBefore(child, flow)) break;
      this.put(place, child);
      place = below;
    }
    this.put(place, flow);
  }

  private put(place: number, flow: Flow): void {
    this.flows[place] = flow;
    flow.place = place;
  }
}

function isBefore(one: Flow, other: Flow): boolean {
  return one.endsAtWork < other.endsAtWork || (one.endsAtWork === other.endsAtWork && one.sequence < other.sequence);
}
