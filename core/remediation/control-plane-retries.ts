// How often a KubeadmControlPlane remediates one and the same Machine, its replacements included. The count travels: an annotation
// of the control plane while a remediation runs, then an annotation of the replacement.
//
//   last remediation longer ago than minHealthyPeriod    forgotten: a first try (case C082)
//   else within retryPeriod                              not now
//   else with maxRetry or more retries                   not any more (case C081)
//   else                                                 one retry more
//
// Source: cluster-api controlplane/kubeadm remediation.go (checkRetryLimits, RemediationData).

import type { KubeadmControlPlane } from '../api/cluster.ts';
import { formatDuration, parseDuration } from '../api/duration.ts';
import { formatTime, parseTime } from '../api/time.ts';

/** Source: DefaultMinHealthyPeriodSeconds: 3600. */
const MIN_HEALTHY_PERIOD_MS = 3_600_000;

/** Value of both annotations, as JSON. */
export interface RemediationRecord {
  /** Name of the Machine that was remediated last. */
  readonly machine: string;
  readonly timestamp: string;
  readonly retryCount: number;
}

export type RetryVerdict =
  | { readonly kind: 'go'; readonly record: RemediationRecord }
  | { readonly kind: 'too-soon'; readonly message: string; readonly againAtMs: number }
  | { readonly kind: 'too-often'; readonly message: string; readonly againAtMs: number; readonly retries: number };

export function formatRecord({ machine, timestamp, retryCount }: RemediationRecord): string {
  return JSON.stringify({ machine, timestamp, retryCount });
}

/** Undefined for what is no record. */
export function parseRecord(text: string | undefined): RemediationRecord | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is RemediationRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { machine, timestamp, retryCount }: Partial<Record<keyof RemediationRecord, unknown>> = value;
  return typeof machine === 'string' && typeof timestamp === 'string' && typeof retryCount === 'number';
}

/** @param last record on the Machine that is to be remediated: whom it replaced. */
export function retryVerdict(
  { spec }: KubeadmControlPlane,
  machine: string,
  last: RemediationRecord | undefined,
  nowMs: number,
): RetryVerdict {
  const record = { machine, timestamp: formatTime(nowMs), retryCount: 0 };
  if (last === undefined) return { kind: 'go', record };
  const lastMs = parseTime(last.timestamp);
  const minHealthyMs = periodMs(
    spec?.remediation?.minHealthyPeriodSeconds,
    spec?.remediationStrategy?.minHealthyPeriod,
    MIN_HEALTHY_PERIOD_MS,
  );
  const forgottenAtMs = lastMs + minHealthyMs;
  if (Number.isNaN(forgottenAtMs) || forgottenAtMs <= nowMs) return { kind: 'go', record };
  const retryMs = periodMs(spec?.remediation?.retryPeriodSeconds, spec?.remediationStrategy?.retryPeriod, 0);
  if (lastMs + retryMs > nowMs) {
    const message = `KubeadmControlPlane can't remediate this machine because the operation already failed in the latest ${formatDuration(retryMs)} (RetryPeriodSeconds)`;
    return { kind: 'too-soon', message, againAtMs: Math.min(lastMs + retryMs, forgottenAtMs) };
  }
  const maxRetry = spec?.remediation?.maxRetry ?? spec?.remediationStrategy?.maxRetry;
  if (maxRetry !== undefined && last.retryCount >= maxRetry) {
    const message = `KubeadmControlPlane can't remediate this machine because the operation already failed ${maxRetry} times (MaxRetry)`;
    return { kind: 'too-often', message, againAtMs: forgottenAtMs, retries: last.retryCount };
  }
  return { kind: 'go', record: { ...record, retryCount: last.retryCount + 1 } };
}

function periodMs(seconds: number | undefined, duration: string | undefined, otherwiseMs: number): number {
  if (seconds !== undefined) return seconds * 1000;
  return duration === undefined ? otherwiseMs : (parseDuration(duration) ?? otherwiseMs);
}
