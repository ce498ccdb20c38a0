// What the agents of self node remediation can say of each other: whether a peer is reached, has the API server itself, and
// knows of a request for the node that asks.
// Source: medik8s/self-node-remediation internal/peerhealth/server.go, internal/peers, internal/controlplane.
//
// Divergence from reality: peers are those of the moment, not of the last update every 15 min. A peer that was reached answers
// within its own time-out.

import { isControlPlaneNode, NODE, type Node } from '../../core/api/node.ts';
import { SELF_NODE_REMEDIATION, type SelfNodeRemediation } from '../../core/api/self-node-remediation.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import type { ControlPlaneFindings, PeerAnswer } from '../../core/remediation/peer-verdict.ts';
import { AGENT_PODS_BY_NODE, targetOf } from '../../core/remediation/self-node-remediation.controller.ts';
import { ALL_WORKERS, type SelfNodeSettings, WORKER_NODES } from '../../core/remediation/self-node-settings.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { hasActive } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { AgentNetwork } from './agent-network.ts';

const ALL_CONTROL_PLANE = 'control-plane';

const CONTROL_PLANE_NODES: IndexSpec<Node> = {
  name: 'control-plane-nodes',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: (node) => (isControlPlaneNode(node) ? [ALL_CONTROL_PLANE] : []),
};

interface PeerParts {
  readonly store: ObjectStore;
  readonly fleet: HostFleet;
  readonly network: AgentNetwork;
}

export class AgentPeers {
  private readonly parts: PeerParts;
  private readonly hasAgent: (host: number) => boolean;

  constructor(parts: PeerParts, hasAgent: (host: number) => boolean) {
    this.parts = parts;
    this.hasAgent = hasAgent;
    parts.store.addIndex(WORKER_NODES);
    parts.store.addIndex(CONTROL_PLANE_NODES);
    parts.store.addIndex(AGENT_PODS_BY_NODE);
  }

  /** Names of the worker nodes with an agent, the host's own excluded, in the order in which the API lists them. */
  workersBeside(host: number): readonly string[] {
    const { store, fleet } = this.parts;
    const own = fleet.nodeName(host);
    return store
      .byIndex(WORKER_NODES, ALL_WORKERS)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== own && store.countByIndex(AGENT_PODS_BY_NODE, name) > 0);
  }

  /** What each of these peers answers; those that reach the API all know the same. */
  answersOf(peers: readonly string[], asking: number): readonly PeerAnswer[] {
    if (peers.length === 0) return [];
    const known = this.requestFor(asking) === undefined ? 'healthy' : 'unhealthy';
    return peers.map((peer) => this.answerOf(peer, asking, known));
  }

  private answerOf(peer: string, asking: number, known: 'healthy' | 'unhealthy'): PeerAnswer {
    const { fleet, network } = this.parts;
    const host = fleet.indexOfNode(peer);
    if (host < 0 || !this.hasAgent(host) || !fleet.podsExecute(host)) return 'none';
    if (!network.connects(asking, host)) return 'none';
    return network.reachesApi(host) ? known : 'api-error';
  }

  /** What a control plane node finds out about itself and from its like. */
  findingsOf(host: number, { endpointUrl }: SelfNodeSettings): ControlPlaneFindings {
    const { store, fleet, network } = this.parts;
    const own = fleet.nodeName(host);
    const others = store
      .byIndex(CONTROL_PLANE_NODES, ALL_CONTROL_PLANE)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== own);
    const answers = this.answersOf(others, host);
    const kubeletAnswers = !hasActive(fleet.host(host), 'kubeletDead');
    return {
      reached: answers.some((answer) => answer !== 'none'),
      requestFound: answers.includes('unhealthy'),
      diagnosticsPass: kubeletAnswers && (endpointUrl === '' || network.reachesApi(host)),
    };
  }

  /** The request for the host's node, if there is one. */
  requestFor(host: number): SelfNodeRemediation | undefined {
    const { store, fleet } = this.parts;
    const name = fleet.nodeName(host);
    return store.list(SELF_NODE_REMEDIATION).find((request) => targetOf(request, store).name === name);
  }
}

/** A batch is over when its slowest peer has answered, or has not. */
export function batchMs(answers: readonly PeerAnswer[], { peerDialTimeoutMs, apiTimeoutMs }: SelfNodeSettings): number {
  const silence = answers.includes('none') ? peerDialTimeoutMs : 0;
  return Math.max(silence, answers.includes('api-error') ? apiTimeoutMs : 0);
}
