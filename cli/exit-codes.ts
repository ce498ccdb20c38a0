// The only place that knows process exit codes. Everything else returns one of these names' values; banner, run.json and
// the exit code of a study come from the same Verdict, so a report can never say "pass" while the code says otherwise.

import { assertNever } from '../core/assert.ts';
import type { StudySummary, Verdict } from '../lab/summary.ts';
import { standingOf } from '../reports/verdict-standing.ts';

/** What a finished process means. Numbers are part of the interface and never change. */
export const EXIT = {
  /** Decided, or nothing was to be decided; every hard constraint that was asked for holds. */
  ok: 0,
  /** A hard constraint is broken by the winner, or by every policy. */
  failed: 1,
  /** Bad flag, bad scenario, missing file. Nothing was simulated. */
  usage: 2,
  /** The interval crosses the limit, too few differing pairs, or a scripted fault never fired. */
  inconclusive: 3,
  /** Disk, worker or another part of the surroundings failed; partial results are kept. */
  environment: 4,
  /** A replay does not match its recording. */
  nondeterminism: 5,
  /** A bug in MetalTwin. */
  internal: 70,
  /** Interrupted by SIGINT; partial results are valid. */
  interrupted: 130,
  /** Interrupted by SIGTERM; partial results are valid. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Exit code of a study: interrupted studies say so, whatever their partial verdict is. */
export function exitCodeOfStudy(summary: StudySummary): ExitCode {
  return summary.complete ? exitCodeOfVerdict(summary.verdict) : EXIT.interrupted;
}

function exitCodeOfVerdict(verdict: Verdict): ExitCode {
  const standing = standingOf(verdict);
  switch (standing) {
    case 'decided':
    case 'measured':
      return EXIT.ok;
    case 'failed':
      return EXIT.failed;
    case 'inconclusive':
      return EXIT.inconclusive;
    default:
      return assertNever(standing);
  }
}
