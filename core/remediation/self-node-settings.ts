// The configuration of self node remediation with its defaults, and what follows from it: how peers are asked in batches,
// and after what time a node may be held for rebooted.
// Source: medik8s/self-node-remediation api/v1alpha1/selfnoderemediationconfig_types.go, internal/reboot/calculator.go,
// internal/utils/peers.go.

import { parseDuration } from '../api/duration.ts';
import { LABEL_WORKER, NODE, type Node } from '../api/node.ts';
import { ANNOTATION_WATCHDOG_TIMEOUT, type SelfNodeRemediationConfig } from '../api/self-node-remediation.ts';
import type { IndexSpec } from '../ports/cluster-view.ts';

/** A configuration with every default in place. */
export interface SelfNodeSettings {
  /** From the end of one check of the API server to the next. */
  readonly apiCheckEveryMs: number;
  readonly apiTimeoutMs: number;
  /** Failed checks in a row after which peers are asked. */
  readonly apiErrorsMax: number;
  readonly peerDialTimeoutMs: number;
  readonly peerRequestTimeoutMs: number;
  readonly peersMin: number;
  /** Undefined: the least time that is safe. */
  readonly safeTimeMs: number | undefined;
  /** Empty: a control plane node does not ask it. */
  readonly endpointUrl: string;
}

/** Source: selfnoderemediationconfig_types.go, kubebuilder defaults. */
export const SELF_NODE_DEFAULTS = {
  watchdogFilePath: '/dev/watchdog',
  peerApiServerTimeout: '5s',
  apiCheckInterval: '15s',
  peerUpdateInterval: '15m',
  apiServerTimeout: '5s',
  peerDialTimeout: '5s',
  peerRequestTimeout: '7s',
  maxApiErrorThreshold: 3,
  isSoftwareRebootEnabled: true,
  hostPort: 30001,
  minPeersForRemediation: 1,
} as const;

/** Peers that nobody hears for this long make a node isolated. Source: calculator.go, MaxTimeForNoPeersResponse. */
export const PEER_SILENCE_MS = 30_000;
/** What the reset itself may take once it was asked for. Source: calculator.go. */
const RESET_BUFFER_MS = 30_000;
/** Of a node that does not say it. Source: calculator.go; kernel watchdog-parameters. */
export const WATCHDOG_TIMEOUT_MS = 60_000;
/** Source: internal/utils/peers.go. */
const BATCH_MIN = 3;
const BATCHES_AFTER_FIRST = 10;

export function selfNodeSettings(config: SelfNodeRemediationConfig | undefined): SelfNodeSettings {
  const spec = { ...SELF_NODE_DEFAULTS, ...config?.spec };
  const { safeTimeToAssumeNodeRebootedSeconds } = config?.spec ?? {};
  const apiTimeoutMs = msOf(spec.apiServerTimeout);
  return {
    apiCheckEveryMs: msOf(spec.apiCheckInterval),
    apiTimeoutMs,
    apiErrorsMax: spec.maxApiErrorThreshold,
    peerDialTimeoutMs: msOf(spec.peerDialTimeout),
    peerRequestTimeoutMs: msOf(spec.peerRequestTimeout),
    peersMin: spec.minPeersForRemediation,
    safeTimeMs:
      safeTimeToAssumeNodeRebootedSeconds === undefined ? undefined : safeTimeToAssumeNodeRebootedSeconds * 1000,
    endpointUrl: config?.spec?.endpointHealthCheckUrl ?? '',
  };
}

/** Sizes of the batches in which so many peers are asked: a few first, then a tenth of the rest at a time. */
export function peerBatches(peers: number): readonly number[] {
  const sizes: number[] = [];
  const later = Math.max(BATCH_MIN, Math.floor((peers - BATCH_MIN) / BATCHES_AFTER_FIRST));
  for (let left = peers; left > 0; left -= sizes.at(-1) ?? left) {
    sizes.push(Math.min(left, left === peers ? BATCH_MIN : later));
  }
  return sizes;
}

/**
 * The least time after which a node has noticed that it is lost, has asked its peers, and has been reset.
 * @param workers worker nodes of the cluster, the lost one included.
 */
export function minimumSafeTimeMs(settings: SelfNodeSettings, workers: number, watchdogTimeoutMs: number): number {
  const noticeMs = settings.apiErrorsMax * (settings.apiCheckEveryMs + settings.apiTimeoutMs);
  const askMs = peerBatches(workers).length * (settings.peerDialTimeoutMs + settings.peerRequestTimeoutMs);
  return noticeMs + Math.max(askMs, PEER_SILENCE_MS) + watchdogTimeoutMs + RESET_BUFFER_MS;
}

export interface SafeTime {
  readonly safeTimeMs: number;
  readonly minimumMs: number;
  /** The configuration asks for less than the minimum, and is not heard. */
  readonly ignoredMs: number | undefined;
}

export function safeTimeOf(settings: SelfNodeSettings, workers: number, node: Node | undefined): SafeTime {
  const minimumMs = minimumSafeTimeMs(settings, workers, watchdogTimeoutOf(node));
  const askedMs = settings.safeTimeMs;
  if (askedMs === undefined || askedMs >= minimumMs) {
    return { safeTimeMs: askedMs ?? minimumMs, minimumMs, ignoredMs: undefined };
  }
  return { safeTimeMs: minimumMs, minimumMs, ignoredMs: askedMs };
}

function watchdogTimeoutOf(node: Node | undefined): number {
  const text = node?.metadata.annotations?.[ANNOTATION_WATCHDOG_TIMEOUT];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) * 1000 : WATCHDOG_TIMEOUT_MS;
}

/** Under this value stand all worker nodes. */
export const ALL_WORKERS = 'worker';

export const WORKER_NODES: IndexSpec<Node> = {
  name: 'worker-nodes',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: ({ metadata }) => (metadata.labels?.[LABEL_WORKER] === undefined ? [] : [ALL_WORKERS]),
};

function msOf(duration: string): number {
  return parseDuration(duration) ?? 0;
}
