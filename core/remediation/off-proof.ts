// The proof that a host is off: the only value that a release of workloads or a wipe accepts, and this file is the only one that
// makes it. A proof is a reading `off`, asked after the operator said off, of a BMC that names the system of the Node, for one
// attempt on one host. Silence, an error, a reading of an earlier time or of another machine prove nothing (invariant S9).

import type { BareMetalHost } from '../api/bare-metal-host.ts';
import type { Attempt, HostRemediation, StoredOffProof } from '../api/host-remediation.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import type { PowerReading } from '../facts.ts';

declare const PROVEN: unique symbol;

/** Has no other constructor than `proveOff` and `storedProof`. */
export interface OffProof extends StoredOffProof {
  readonly [PROVEN]: true;
}

export interface OffClaim {
  readonly host: BareMetalHost;
  readonly attempt: Attempt;
  readonly reading: PowerReading;
  /**
   * When the request noted that the operator says off: an answer to an earlier question may be about an earlier time. A
   * question of the same millisecond is a later one, for it is asked only when that note is in the API.
   */
  readonly saidOffAtMs: number;
  /** The BMC that answered is that of the Node (host-remediation.scene.ts). */
  readonly isIdentified: boolean;
}

/** The proof, or nothing. */
export function proveOff({ host, attempt, reading, saidOffAtMs, isIdentified }: OffClaim): OffProof | undefined {
  if (reading.power !== 'off' || !isIdentified || !(reading.askedAtMs >= saidOffAtMs)) return undefined;
  return branded({
    hostUid: host.metadata.uid,
    ...(reading.systemUuid === undefined ? {} : { systemUuid: reading.systemUuid }),
    step: attempt.step,
    attempt: attempt.attempt,
    askedAt: formatMicroTime(reading.askedAtMs),
    readAt: formatMicroTime(reading.readAtMs),
  });
}

/** The proof that the API holds, if it is one for this host and this attempt and the operator has not said on since. */
export function storedProof({ status }: HostRemediation, host: BareMetalHost, attempt: Attempt): OffProof | undefined {
  const stored = status?.offProof;
  if (stored === undefined || host.status?.poweredOn !== false) return undefined;
  const isOfThis =
    stored.hostUid === host.metadata.uid && stored.step === attempt.step && stored.attempt === attempt.attempt;
  return isOfThis ? branded(stored) : undefined;
}

/** Until this instant nobody is assumed to have switched the host on behind the operator's back. */
export function provenUntilMs(proof: OffProof, freshMs: number): number {
  return parseTime(proof.readAt) + freshMs;
}

function branded(proof: StoredOffProof): OffProof {
  return proof as OffProof;
}
