// The bandwidth's brute force: every flow kept and moved by itself, every share computed anew at every change.

/** A flow that starts at an instant, or the stop of one. */
export interface FlowEvent {
  readonly atMs: number;
  readonly owner: number;
  /** Absent: the owner's flow is stopped. */
  readonly bytes?: number;
  readonly capPerMs: number;
}

export interface FlowEnd {
  readonly owner: number;
  /** Exact, not at a whole millisecond. */
  readonly atMs: number;
}

/** Ends of all flows that are not stopped before. Events in order of time; an owner has one flow at a time. */
export function everyFlow(events: readonly FlowEvent[], capacityPerMs: number): readonly FlowEnd[] {
  let flows: { readonly owner: number; readonly cap: number; left: number }[] = [];
  const ends: FlowEnd[] = [];
  let nowMs = 0;
  const rates = (): ReadonlyMap<number, number> => {
    const shares = new Map<number, number>();
    let capacity = capacityPerMs;
    const waiting = flows.toSorted((one, other) => one.cap - other.cap);
    waiting.forEach(({ owner, cap }, index) => {
      const rate = Math.min(cap, capacity / (waiting.length - index));
      capacity -= rate;
      shares.set(owner, rate);
    });
    return shares;
  };
  const moveTo = (untilMs: number): void => {
    for (;;) {
      const shares = rates();
      const first = Math.min(Infinity, ...flows.map(({ owner, left }) => left / (shares.get(owner) ?? 0)));
      const spanMs = Math.min(first, untilMs - nowMs);
      if (!(spanMs < Infinity)) return;
      nowMs += spanMs;
      for (const flow of flows) flow.left -= (shares.get(flow.owner) ?? 0) * spanMs;
      for (const { owner, left } of flows) if (left <= 1e-6) ends.push({ owner, atMs: nowMs });
      flows = flows.filter(({ left }) => left > 1e-6);
      if (nowMs >= untilMs) return;
    }
  };
  for (const { atMs, owner, bytes, capPerMs } of events) {
    moveTo(atMs);
    if (bytes === undefined) flows = flows.filter((flow) => flow.owner !== owner);
    else flows.push({ owner, cap: capPerMs, left: bytes });
  }
  moveTo(Infinity);
  return ends;
}
