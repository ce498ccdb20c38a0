// Clock: the controller's own clock, which may be wrong, and wake-ups on it. Asked only by core/runtime.

export interface Clock {
  /** Milliseconds since the epoch by this controller's clock. */
  nowMs(): number;
  /** Calls `wake` once at or after `atMs`; returns a function that cancels it. */
  wakeAt(atMs: number, wake: () => void): () => void;
}
