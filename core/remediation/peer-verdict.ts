// What an agent of self node remediation concludes about its own node when it has lost the API server: it asks peers, batch
// by batch, and its node is healthy or is to be rebooted. Pure; who is asked and what they answer comes from outside.
// Source: medik8s/self-node-remediation internal/apicheck/check.go (getWorkerPeersResponse), internal/controlplane/manager.go
// (IsControlPlaneHealthy).

import type { Lineage } from '../api/lineage.ts';
import { PEER_SILENCE_MS, peerBatches, type SelfNodeSettings } from './self-node-settings.ts';

/** `healthy`: no request names the asking node; `unhealthy`: one does; `api-error`: the peer cannot tell; `none`: no answer. */
export type PeerAnswer = 'healthy' | 'unhealthy' | 'api-error' | 'none';

export type PeerReason =
  | 'too-few-peers'
  | 'no-peers'
  | 'request-not-found'
  | 'request-found'
  | 'most-peers-lack-the-api'
  | 'silence-too-short'
  | 'isolated';

export interface PeerVerdict {
  readonly healthy: boolean;
  readonly reason: PeerReason;
}

/** One round of questions under way. */
export interface PeerRound {
  readonly lineage: Lineage;
  readonly peers: number;
  /** Sizes of the batches that are still to be asked. */
  readonly batches: readonly number[];
  readonly asked: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly apiErrors: number;
  /** Since when nobody has answered. */
  readonly silentSinceMs: number;
}

export type PeerStep =
  | { readonly step: 'ask'; readonly count: number; readonly round: PeerRound }
  | { readonly step: 'conclude'; readonly verdict: PeerVerdict; readonly silentSinceMs: number };

/** What an agent knows about silence when it begins a round. */
export interface Silence {
  /** The last answer of any peer at any time, or the start of the agent. */
  readonly heardAtMs: number;
  /** The first of the rounds since the API server was lost. */
  readonly askingSinceMs: number;
}

/** Begins a round among so many peers, the asking node excluded. */
export function beginRound(settings: SelfNodeSettings, lineage: Lineage, peers: number, silence: Silence): PeerStep {
  // Incident I40: the product counts the silence from the last answer of any earlier loss, so its first round is enough.
  const silentSinceMs = lineage === 'exact' ? silence.heardAtMs : Math.max(silence.heardAtMs, silence.askingSinceMs);
  if (peers < settings.peersMin) return conclusion(true, 'too-few-peers', silentSinceMs);
  const [count, ...batches] = peerBatches(peers);
  if (count === undefined) return conclusion(false, 'no-peers', silentSinceMs);
  const counts = { asked: 0, healthy: 0, unhealthy: 0, apiErrors: 0 };
  return { step: 'ask', count, round: { lineage, peers, batches, ...counts, silentSinceMs } };
}

/** The answers of one batch are in. */
export function peersAnswered(before: PeerRound, answers: readonly PeerAnswer[], nowMs: number): PeerStep {
  const round = counted(before, answers, nowMs);
  const early = round.lineage === 'exact' ? firstWhoKnows(round) : undefined;
  if (early !== undefined) return early;
  const [count, ...batches] = round.batches;
  if (count !== undefined) return { step: 'ask', count, round: { ...round, batches } };
  return whenAllWereAsked(round, nowMs);
}

function counted(round: PeerRound, answers: readonly PeerAnswer[], nowMs: number): PeerRound {
  const count = (wanted: PeerAnswer): number => answers.filter((answer) => answer === wanted).length;
  const heard = answers.some((answer) => answer !== 'none');
  return {
    ...round,
    asked: round.asked + answers.length,
    healthy: round.healthy + count('healthy'),
    unhealthy: round.unhealthy + count('unhealthy'),
    apiErrors: round.apiErrors + count('api-error'),
    silentSinceMs: heard ? nowMs : round.silentSinceMs,
  };
}

/** Incident I40: one peer that knows is enough, and `healthy` goes before `unhealthy`. */
function firstWhoKnows({ healthy, unhealthy, apiErrors, peers, silentSinceMs }: PeerRound): PeerStep | undefined {
  if (healthy > 0) return conclusion(true, 'request-not-found', silentSinceMs);
  if (unhealthy > 0) return conclusion(false, 'request-found', silentSinceMs);
  return isMost(apiErrors, peers) ? conclusion(true, 'most-peers-lack-the-api', silentSinceMs) : undefined;
}

function whenAllWereAsked({ healthy, unhealthy, apiErrors, peers, silentSinceMs }: PeerRound, nowMs: number): PeerStep {
  if (unhealthy > healthy) return conclusion(false, 'request-found', silentSinceMs);
  if (healthy > 0) return conclusion(true, 'request-not-found', silentSinceMs);
  if (isMost(apiErrors, peers)) return conclusion(true, 'most-peers-lack-the-api', silentSinceMs);
  return nowMs > silentSinceMs + PEER_SILENCE_MS
    ? conclusion(false, 'isolated', silentSinceMs)
    : conclusion(true, 'silence-too-short', silentSinceMs);
}

/** More than half, halves rounded down. */
function isMost(count: number, peers: number): boolean {
  return count > Math.floor(peers / 2);
}

function conclusion(healthy: boolean, reason: PeerReason, silentSinceMs: number): PeerStep {
  return { step: 'conclude', verdict: { healthy, reason }, silentSinceMs };
}

/** What a control plane node learns besides. */
export interface ControlPlaneFindings {
  /** Any other control plane node answered. */
  readonly reached: boolean;
  /** One of them knows of a request for this node. */
  readonly requestFound: boolean;
  /** The node's own kubelet answers, and the configured endpoint, where there is one. */
  readonly diagnosticsPass: boolean;
}

/**
 * Whether a control plane node holds itself for healthy. Its own API server may answer although it is cut off, so its peers
 * decide (incident I37).
 * @param workers what its worker peers said; undefined while too few checks have failed to ask them.
 */
export function controlPlaneIsHealthy(workers: PeerVerdict | undefined, found: ControlPlaneFindings): boolean {
  if (found.requestFound) return false;
  switch (workers?.reason) {
    case undefined:
    case 'request-not-found':
    case 'silence-too-short':
      return true;
    case 'request-found':
      return false;
    case 'isolated':
    case 'no-peers':
      return found.reached;
    case 'most-peers-lack-the-api':
      return found.diagnosticsPass;
    case 'too-few-peers':
      return found.diagnosticsPass && found.reached;
  }
}
