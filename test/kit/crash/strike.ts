// What strikes the controllers under test, each at one point that a run without it has passed: points are counted from 1 in
// the order in which they come, and up to the strike both runs are the same.

/** Places at which something can strike, as a run passed them. */
export interface Points {
  /** Between two actions: what came before, and what was to follow. */
  readonly boundaries: readonly Boundary[];
  /** Requests to the API server, fresh reads included: `patch HostRemediation worker-0-1`. */
  readonly requests: readonly Request[];
  /** Readings that were asked of management controllers. */
  readonly readings: readonly string[];
  /** Events of the kinds that the controllers read, in the order in which the server sent them. */
  readonly events: readonly string[];
}

export interface Boundary {
  readonly text: string;
  /** Nothing that stays has happened since the boundary before: only an event was recorded. */
  readonly isQuiet: boolean;
}

export interface Request {
  readonly text: string;
  readonly isWrite: boolean;
}

export type Strike =
  /** The process dies at a boundary between actions and is gone for so long. */
  | { readonly strike: 'kill'; readonly boundary: number; readonly downMs: number }
  /** The request is handled, and its answer is lost: done, but unknown. */
  | { readonly strike: 'lostReply'; readonly request: number }
  /** The request is lost: not done, and unknown. */
  | { readonly strike: 'lostRequest'; readonly request: number }
  /** The request is handled, and the process dies before the answer comes. */
  | { readonly strike: 'lostReplyAndKill'; readonly request: number; readonly downMs: number }
  /** The management controller does not answer this once. */
  | { readonly strike: 'lostReading'; readonly reading: number }
  | { readonly strike: 'lostEvent'; readonly event: number }
  | { readonly strike: 'doubledEvent'; readonly event: number }
  /** Every read of a cache is so old, of one kind or of all, from the start to the end. */
  | { readonly strike: 'stale'; readonly kindKey: string | undefined; readonly byMs: number }
  /** Memory is emptied before every decision. */
  | { readonly strike: 'forgetful' }
  /** Somebody does something at a boundary between actions. */
  | { readonly strike: 'meanwhile'; readonly boundary: number; readonly what: string }
  /** Without any election: a second process acts from this boundary on, and the first goes on beside it for so long. */
  | { readonly strike: 'twoActors'; readonly boundary: number; readonly overlapMs: number }
  /** With an election: the first process dies at a boundary and stays dead; the second one takes the lease. */
  | { readonly strike: 'leaderDies'; readonly boundary: number }
  /**
   * With an election: the first process stands still from this request on, which arrives so much later; meanwhile the second
   * takes the lease. Later the first goes on with the knowledge that it had.
   */
  | { readonly strike: 'lateRequest'; readonly request: number; readonly byMs: number; readonly awakeAfterMs: number };

/** Where a strike hits, in the words of the run that passed the point. */
export function strikeText(strike: Strike, { boundaries, requests, readings, events }: Points): string {
  const { strike: what } = strike;
  if (strike.strike === 'meanwhile')
    return `${strike.what} at ${strike.boundary} ${boundaries[strike.boundary - 1]?.text}`;
  if ('boundary' in strike) return `${what} at ${strike.boundary} ${boundaries[strike.boundary - 1]?.text}`;
  if ('request' in strike) return `${what} at ${strike.request} ${requests[strike.request - 1]?.text}`;
  if ('reading' in strike) return `${what} at ${strike.reading} ${readings[strike.reading - 1]}`;
  if ('event' in strike) return `${what} at ${strike.event} ${events[strike.event - 1]}`;
  return strike.strike === 'stale' ? `${what} ${strike.kindKey ?? 'everything'}` : what;
}

/** Whether two processes with a lease run, or one. */
export function hasElection(strikes: readonly Strike[]): boolean {
  return strikes.some(({ strike }) => strike === 'lateRequest' || strike === 'leaderDies');
}
