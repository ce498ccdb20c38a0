// The story of a recorded run, line by line, and its hosts by state over time. Only who records pays for it: an unrecorded run
// makes one comparison. An entry may make its words when they are read, and most never are.

import type { Trace } from '../kernel/trace.ts';
import type { Recording, StoryEntry, TimelineSpan, TimelineState } from '../result.ts';

export class Story {
  private readonly startMs: number;
  private readonly entries: StoryEntry[] = [];
  private readonly spans: TimelineSpan[] = [];
  private readonly states = new Map<string, { state: TimelineState; fromMs: number }>();

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  /** From the start of the run. */
  since(atMs: number): number {
    return atMs - this.startMs;
  }

  tell(nowMs: number, entry: Omit<StoryEntry, 'atMs'>): void {
    this.add({ atMs: this.since(nowMs), ...entry });
  }

  /** As it is, for it may make its words only when they are read. */
  add(entry: StoryEntry): void {
    this.entries.push(entry);
  }

  hostState(host: string, state: TimelineState, nowMs: number): void {
    const atMs = nowMs - this.startMs;
    const open = this.states.get(host);
    if (open?.state === state) return;
    if (open !== undefined && atMs > open.fromMs) {
      this.spans.push({ host, state: open.state, fromMs: open.fromMs, toMs: atMs });
    }
    this.states.set(host, { state, fromMs: atMs });
  }

  recording(nowMs: number, trace: Trace): Recording {
    const toMs = nowMs - this.startMs;
    const open = [...this.states].map(([host, { state, fromMs }]) => ({ host, state, fromMs, toMs }));
    const timeline = [...this.spans, ...open].filter((span) => span.toMs > span.fromMs);
    return { timeline, story: this.entries, trace };
  }
}
