// The verdict on many seeds: nothing is broken, nothing is unknown without a reason that is listed here, and every invariant was
// really put to the test.

import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import { ownPolicy } from './own-policy.ts';
import { type Break, RestlessError, swarmRun, verdictsOf } from './swarm-run.ts';

/** Invariants that may stay unknown, and why. */
export const MAY_BE_UNKNOWN: ReadonlyMap<string, string> = new Map([
  ['S3', 'an address that becomes wrong after the host behind it has named itself: nobody can call the command back'],
  [
    'S11',
    'a host that boots by itself while a command is on its way cannot be spared: nobody can call the command back',
  ],
  ['S13', 'the observer lost its link so short a time ago that the leases of others, which are read, are not old'],
  ['S14', 'a member of etcd was lost so short a time ago that no Node shows it'],
  [
    'S15',
    'nothing in a virtual cluster says on which host a controller runs; the controller has tests of its own for it',
  ],
  [
    'S21',
    'a dead BMC, and the agent of self node remediation: it lifts its taint when the workloads are gone (ADR 0010)',
  ],
  ['B12', 'the storage lost something so short a time ago that its operator has not looked since'],
]);

/** What a product of the field breaks by itself, in the words of the finding: its own taint, its own timer, and its own way to take it off. */
const BY_OTHERS: ReadonlyMap<string, RegExp> = new Map([
  ['S21', /^self-node-remediation lifts the fence/],
  // Its own view is old, or its agent slow: ours sees what it can see, and asks it nothing any more (ADR 0010).
  ['S2', /\(self-node-remediation\): a timer was trusted$/],
]);

/** Invariants that these runs cannot break, and why. */
export const NOT_EXERCISED: ReadonlyMap<string, string> = new Map([
  ['S10', 'our own policy never cycles a host: it switches off, proves it, and switches on'],
  ['S15', MAY_BE_UNKNOWN.get('S15') ?? ''],
  ['S18', 'no management controller of these clusters refuses a login'],
  ['S22', 'it is about the live world; a policy in dryRun makes no request at all'],
]);

export interface SeedVerdict {
  /** `swarm-7 B1 false: 2 hosts in flight (worker-1, at 615 s, 1 in all)`. */
  readonly troubles: readonly string[];
  /** Invariants that the run could have broken. */
  readonly exercised: readonly string[];
}

export function seedVerdict(seed: string, broken?: Break): SeedVerdict {
  const run = swarmRun(seed, ownPolicy);
  const { startMs } = run.config;
  try {
    const verdicts = verdictsOf(run, broken);
    return {
      troubles: verdicts.flatMap((verdict) => troubleOf(seed, verdict, startMs)),
      exercised: verdicts.flatMap(({ id, exercised }) => (exercised > 0 ? [id] : [])),
    };
  } catch (error) {
    if (!(error instanceof RestlessError)) throw error;
    return { troubles: [`${seed} L9 false: ${error.message}`], exercised: [] };
  }
}

function troubleOf(seed: string, { id, verdict, broken, unsure, brokenCount }: InvariantVerdict, startMs: number) {
  if (verdict === true || (verdict === 'unknown' && MAY_BE_UNKNOWN.has(id))) return [];
  const found = verdict === false ? broken : unsure;
  const others = BY_OTHERS.get(id);
  const isWhole = verdict === 'unknown' || broken.length === brokenCount;
  if (others !== undefined && isWhole && found.every(({ says }) => others.test(says))) return [];
  const [finding] = found;
  const second = Math.round(((finding?.atMs ?? 0) - startMs) / 1000);
  return [`${seed} ${id} ${verdict}: ${finding?.says} (${finding?.host ?? ''}, at ${second} s, ${brokenCount} in all)`];
}
