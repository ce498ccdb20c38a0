// How often attempts may start: a token bucket, a sliding window, or both. Kept in the ledger, so that a restart or another
// leader goes on where this one stopped (invariant B6). Whole milliseconds and whole tokens: what has gone by since the last
// full token stays in `atMs`, so nothing is ever rounded.

import type { RemediationBudget } from '../api/remediation-budget.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import type { Limits } from './limits.ts';

export type RateLimits = Pick<Limits, 'tokenBucket' | 'slidingWindow'>;

export interface Rate {
  /** So many tokens at that instant, from which the next is counted. Absent: never asked, so full. */
  readonly tokens: { readonly left: number; readonly atMs: number } | undefined;
  /** Starts that the window still sees, oldest first. */
  readonly startsMs: readonly number[];
}

type Status = RemediationBudget['status'];

/** A window that is new finds the starts of the attempts under way in the ledger. */
export function rateOf(status: Status): Rate {
  const { tokens, recentStarts, grants = {} } = status ?? {};
  const starts = recentStarts ?? Object.values(grants).map(({ grantedAt }) => grantedAt);
  return {
    tokens: tokens && { left: tokens.left, atMs: parseTime(tokens.at) },
    startsMs: starts.map(parseTime).toSorted((a, b) => a - b),
  };
}

/** From which instant on one more start is allowed; not after `nowMs` when it is allowed now. */
export function nextStartMs(rate: Rate, { tokenBucket, slidingWindow }: RateLimits, nowMs: number): number {
  let nextMs = nowMs;
  if (tokenBucket !== undefined) {
    const { left, atMs } = refilled(rate.tokens, tokenBucket, nowMs);
    if (left < 1) nextMs = atMs + tokenBucket.refillEveryMs;
  }
  if (slidingWindow !== undefined) {
    const { starts, perMs } = slidingWindow;
    const seen = inWindow(rate.startsMs, perMs, nowMs);
    const oldest = seen[seen.length - starts];
    if (oldest !== undefined) nextMs = Math.max(nextMs, oldest + perMs);
  }
  return nextMs;
}

/** After one start now. */
export function started(rate: Rate, { tokenBucket, slidingWindow }: RateLimits, nowMs: number): Rate {
  const tokens = tokenBucket && refilled(rate.tokens, tokenBucket, nowMs);
  return {
    tokens: tokens && { ...tokens, left: Math.max(0, tokens.left - 1) },
    startsMs: slidingWindow === undefined ? [] : [...inWindow(rate.startsMs, slidingWindow.perMs, nowMs), nowMs],
  };
}

/** As it stands in the ledger. */
export function writtenRate({ tokens, startsMs }: Rate): Pick<NonNullable<Status>, 'tokens' | 'recentStarts'> {
  return {
    ...(tokens === undefined ? {} : { tokens: { left: tokens.left, at: formatMicroTime(tokens.atMs) } }),
    ...(startsMs.length === 0 ? {} : { recentStarts: startsMs.map(formatMicroTime) }),
  };
}

function refilled(
  tokens: Rate['tokens'],
  { burst, refillEveryMs }: NonNullable<RateLimits['tokenBucket']>,
  nowMs: number,
): NonNullable<Rate['tokens']> {
  if (tokens === undefined) return { left: burst, atMs: nowMs };
  // A clock that went back refills nothing.
  const more = Math.max(0, Math.floor((nowMs - tokens.atMs) / refillEveryMs));
  const left = tokens.left + more;
  return left >= burst ? { left: burst, atMs: nowMs } : { left, atMs: tokens.atMs + more * refillEveryMs };
}

/** A start leaves the window when exactly its length has passed. */
function inWindow(startsMs: readonly number[], perMs: number, nowMs: number): readonly number[] {
  return startsMs.filter((startMs) => startMs + perMs > nowMs);
}
