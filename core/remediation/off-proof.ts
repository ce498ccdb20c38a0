// The proof that a host is off: the only value that a release of workloads or a wipe accepts, and this file is the only one that
// makes it. A proof is a reading `off`, asked after the operator said off, of a BMC that names the system of the Node, for one
// attempt on one host. Silence, an error, a reading of an earlier time or of another machine prove nothing (invariant S9); nor does a
// reading that something else contradicts, for a BMC may say what it was told instead of what is so.

import type { BareMetalHost } from '../api/bare-metal-host.ts';
import type { Attempt, HostRemediation, StoredOffProof } from '../api/host-remediation.ts';
import { type Node, readyCondition } from '../api/node.ts';
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
  /** The Node, which is asked where the reading says nothing of the boot. */
  readonly node: Node | undefined;
}

/** What stands against a reading `off`: the same answer tells of a boot, or a kubelet is heard. */
export type Contradiction = 'BootProgress' | 'KubeletHeard';

/**
 * A system that is off has no boot progress; a BMC that says `none` knows that, and is believed. Of one that does not tell of boots
 * nothing is known but its word: then the node lifecycle has to have missed the kubelet (Ready Unknown), which it does within a
 * minute of a real power-off, and never while the Node's lease is renewed.
 */
export function contradictionOf(reading: PowerReading, node: Node | undefined): Contradiction | undefined {
  if (reading.power !== 'off') return undefined;
  if (reading.bootProgress !== undefined) return reading.bootProgress === 'none' ? undefined : 'BootProgress';
  const ready = node === undefined ? undefined : readyCondition(node)?.status;
  return ready === 'True' || ready === 'False' ? 'KubeletHeard' : undefined;
}

/** The proof, or nothing. */
export function proveOff({ host, attempt, reading, saidOffAtMs, isIdentified, node }: OffClaim): OffProof | undefined {
  if (reading.power !== 'off' || !isIdentified || !(reading.askedAtMs >= saidOffAtMs)) return undefined;
  if (contradictionOf(reading, node) !== undefined) return undefined;
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
