// The agents of self node remediation, one on each node: they feed a watchdog, look whether the API server answers, ask their
// peers when it does not, and reboot their node when a request or the peers' silence says so. What they conclude is core's
// (core/remediation/peer-verdict.ts); here is when they ask, whom they reach, and what of a broken host still acts.
// A healthy node schedules nothing: its checks succeed on a grid that is only computed when the API is lost.
// Source: medik8s/self-node-remediation internal/apicheck, internal/reboot, internal/watchdog, internal/peers.
//
// What acts when
// - kubelet dead: the agent lives, sees its request, and reboots its node;
// - host cut off (its own outage, or its rack's switch): the agent lives and asks peers that it does not reach;
// - operating system hung: nothing executes, the watchdog is not fed and resets the host, request or no request;
// - host dead or without power: nothing.
//
// Divergence from reality
// - The API server never fails for agents, only their way to it. A control plane node has no API server of its own.
// - A check that begins while the way is lost fails unless the way is back at its end. Peers of the control plane answer a control plane node in no time. An agent that is stopped by its kubelet disarms the watchdog at once.
// - kdump is not cut short by the watchdog. The clocks of agents are exact.

import type { Lineage } from '../../core/api/lineage.ts';
import { isControlPlaneNode, NODE, type Node } from '../../core/api/node.ts';
import {
  ANNOTATION_REBOOT_CAPABLE,
  ANNOTATION_WATCHDOG_TIMEOUT,
  isSelfNodeRemediationAgent,
  SELF_NODE_REMEDIATION,
  type SelfNodeRemediation,
} from '../../core/api/self-node-remediation.ts';
import { parseTime } from '../../core/api/time.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { medik8sMessage } from '../../core/remediation/medik8s-event.ts';
import {
  beginRound,
  controlPlaneIsHealthy,
  type PeerStep,
  type PeerVerdict,
  peersAnswered,
} from '../../core/remediation/peer-verdict.ts';
import {
  AGENT_PODS_BY_NODE,
  configurationOf,
  targetOf,
} from '../../core/remediation/self-node-remediation.controller.ts';
import { type SelfNodeSettings, selfNodeSettings } from '../../core/remediation/self-node-settings.ts';
import type { KubeEvents } from '../api-server/kube-events.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { WatchdogConfig } from '../config.ts';
import type { SelfResetReason } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { AgentNetwork } from './agent-network.ts';
import { AgentPeers, batchMs } from './agent-peers.ts';
import { agentIsReady } from './self-node-remediation-objects.ts';
import { SelfReset } from './self-reset.ts';

export interface AgentParts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly fleet: HostFleet;
  readonly network: AgentNetwork;
  readonly draws: Draws;
  readonly events: KubeEvents;
  readonly watchdog: WatchdogConfig;
  readonly watchLagMs: number;
  readonly lineage: Lineage;
}

interface Agent {
  readonly host: number;
  readonly reset: SelfReset;
  /** Last answer of any peer, or the start of the agent. */
  heardAtMs: number;
  /** Failed checks of the API server in a row. */
  errors: number;
  /** First round since the API server was lost. */
  askingSinceMs: number | undefined;
  /** The checks under way while the API server is lost; another object, another loss. */
  loss: object | undefined;
}

export class SelfNodeRemediationAgents {
  private readonly parts: AgentParts;
  private readonly agents: (Agent | undefined)[];
  private readonly peers: AgentPeers;
  private readonly epochs: Int32Array;
  /** Start of the operating system that runs; long ago at the start of the run. */
  private readonly bootedAtMs: Float64Array;

  constructor(parts: AgentParts) {
    this.parts = parts;
    const { fleet } = parts;
    this.agents = fleet.hosts.map(() => undefined);
    this.epochs = Int32Array.from(fleet.hosts, (_, host) => fleet.bootEpoch(host));
    this.bootedAtMs = new Float64Array(fleet.count).fill(Number.NEGATIVE_INFINITY);
    this.peers = new AgentPeers(parts, (host) => this.agents[host] !== undefined);
  }

  start(): void {
    const { fleet, store, network } = this.parts;
    for (let host = 0; host < fleet.count; host++) {
      const pods = store.byIndex(AGENT_PODS_BY_NODE, fleet.nodeName(host));
      if (pods.some(agentIsReady) && fleet.kubeletActs(host)) this.begin(host);
    }
    fleet.onChange((host) => this.hostChanged(host));
    network.onChange((host) => this.hostChanged(host));
    store.tap(
      (change) => {
        if (isOf(change, SELF_NODE_REMEDIATION) && change.after !== undefined) this.requestChanged(change.after);
        else if (isOf(change, POD)) this.podChanged(change.before, change.after);
      },
      [SELF_NODE_REMEDIATION, POD],
    );
  }

  // Life of an agent

  private podChanged(before: Pod | undefined, after: Pod | undefined): void {
    const pod = after ?? before;
    if (pod === undefined || !isSelfNodeRemediationAgent(pod)) return;
    const { fleet } = this.parts;
    const host = fleet.indexOfNode(pod.spec?.nodeName ?? '');
    if (host < 0 || !fleet.kubeletActs(host)) return;
    if (after === undefined) this.end(host);
    else if (agentIsReady(after) && this.agents[host] === undefined) {
      this.begin(host);
      this.annotate(fleet.nodeName(host));
      this.lookAtRequest(host);
    }
  }

  private begin(host: number): void {
    const { kernel, draws, fleet, watchdog } = this.parts;
    const stream = draws.stream(fleet.host(host).bareMetalHost, 'self node remediation');
    this.agents[host] = {
      host,
      reset: new SelfReset(kernel, watchdog, stream, (why) => this.resets(host, why)),
      heardAtMs: kernel.nowMs,
      errors: 0,
      askingSinceMs: undefined,
      loss: undefined,
    };
  }

  private end(host: number): void {
    const agent = this.agents[host];
    if (agent === undefined) return;
    agent.reset.disarm();
    agent.loss = undefined;
    this.agents[host] = undefined;
  }

  /** As the agent does at its start. */
  private annotate(name: string): void {
    const { store, watchdog } = this.parts;
    const wanted = {
      [ANNOTATION_REBOOT_CAPABLE]: 'true',
      [ANNOTATION_WATCHDOG_TIMEOUT]: String(Math.ceil(watchdog.timeoutMs / 1000)),
    };
    const known = store.get(NODE, { namespace: '', name })?.metadata.annotations;
    if (Object.entries(wanted).every(([key, value]) => known?.[key] === value)) return;
    store.update<Node>(NODE, { namespace: '', name }, 'main', (node) => ({
      ...node,
      metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, ...wanted } },
    }));
  }

  private resets(host: number, why: SelfResetReason): void {
    const { fleet } = this.parts;
    if (this.agents[host] !== undefined) fleet.selfReset(host, why);
  }

  // What happens to the host

  private hostChanged(host: number): void {
    const { fleet, kernel, network } = this.parts;
    const epoch = fleet.bootEpoch(host);
    if (epoch !== this.epochs[host]) {
      this.epochs[host] = epoch;
      this.bootedAtMs[host] = kernel.nowMs;
    }
    const agent = this.agents[host];
    if (agent === undefined) return;
    if (fleet.host(host).stage !== 'up') {
      this.end(host);
    } else if (!fleet.podsExecute(host)) {
      agent.loss = undefined;
      agent.reset.freeze();
    } else {
      agent.reset.thaw();
      if (!network.reachesApi(host)) this.lose(agent);
      else if (agent.loss !== undefined || agent.errors > 0) this.find(agent);
      else this.lookAtRequest(host);
    }
  }

  private lose(agent: Agent): void {
    if (agent.loss !== undefined) return;
    const loss = {};
    agent.loss = loss;
    agent.askingSinceMs = undefined;
    const { apiCheckEveryMs, apiTimeoutMs } = this.settings();
    const { nowMs } = this.parts.kernel;
    const sinceMs = (nowMs - agent.reset.phaseOf(apiCheckEveryMs)) % apiCheckEveryMs;
    const beginsMs = sinceMs === 0 ? nowMs : nowMs + apiCheckEveryMs - sinceMs;
    this.later(agent, loss, beginsMs + apiTimeoutMs, () => this.checkFailed(agent, loss));
  }

  private find(agent: Agent): void {
    agent.loss = undefined;
    agent.errors = 0;
    this.lookAtRequest(agent.host);
  }

  /** Unless the API server was found again, or the agent is no more. */
  private later(agent: Agent, loss: object, atMs: number, then: () => void): void {
    this.parts.kernel.call(atMs, () => {
      if (agent.loss === loss) then();
    });
  }

  // The API server is lost

  private checkFailed(agent: Agent, loss: object): void {
    const settings = this.settings();
    agent.errors++;
    if (agent.errors < settings.apiErrorsMax) {
      this.conclude(agent, loss, undefined);
      return;
    }
    const { kernel, lineage } = this.parts;
    const { nowMs } = kernel;
    agent.askingSinceMs ??= nowMs;
    const peers = this.peers.workersBeside(agent.host);
    const silence = { heardAtMs: agent.heardAtMs, askingSinceMs: agent.askingSinceMs };
    this.go(agent, loss, peers, beginRound(settings, lineage, peers.length, silence));
  }

  private go(agent: Agent, loss: object, peers: readonly string[], step: PeerStep): void {
    if (step.step === 'conclude') {
      agent.heardAtMs = Math.max(agent.heardAtMs, step.silentSinceMs);
      if (step.verdict.reason === 'request-not-found') agent.errors = 0;
      this.conclude(agent, loss, step.verdict);
      return;
    }
    const { kernel } = this.parts;
    const { count, round } = step;
    const answers = this.peers.answersOf(peers.slice(0, count), agent.host);
    this.later(agent, loss, kernel.nowMs + batchMs(answers, this.settings()), () =>
      this.go(agent, loss, peers.slice(count), peersAnswered(round, answers, kernel.nowMs)),
    );
  }

  /** @param verdict of the worker peers; undefined when they were not asked. */
  private conclude(agent: Agent, loss: object, verdict: PeerVerdict | undefined): void {
    const { kernel, fleet, store } = this.parts;
    const settings = this.settings();
    const node = store.get(NODE, { namespace: '', name: fleet.nodeName(agent.host) });
    const isControlPlane = node !== undefined && isControlPlaneNode(node);
    const healthy = isControlPlane
      ? controlPlaneIsHealthy(verdict, this.peers.findingsOf(agent.host, settings))
      : (verdict?.healthy ?? true);
    const againMs = settings.apiCheckEveryMs + settings.apiTimeoutMs;
    if (healthy) this.later(agent, loss, kernel.nowMs + againMs, () => this.checkFailed(agent, loss));
    else agent.reset.trigger(verdict?.reason ?? 'request-found', againMs);
  }

  // A request for the node

  private requestChanged(request: SelfNodeRemediation): void {
    const { kernel, fleet, store, watchLagMs } = this.parts;
    const host = fleet.indexOfNode(targetOf(request, store).name);
    if (host < 0 || this.agents[host] === undefined) return;
    kernel.call(kernel.nowMs + watchLagMs, () => this.lookAtRequest(host));
  }

  private lookAtRequest(host: number): void {
    const { fleet, network, store, events } = this.parts;
    const agent = this.agents[host];
    if (agent === undefined || !fleet.podsExecute(host) || !network.reachesApi(host)) return;
    const request = this.peers.requestFor(host);
    if (request === undefined || !asksForReboot(request) || agent.reset.triggered) return;
    if ((this.bootedAtMs[host] ?? 0) > parseTime(request.metadata.creationTimestamp ?? '')) return;
    const node = store.get(NODE, { namespace: '', name: fleet.nodeName(host) });
    if (node !== undefined) {
      events.record({
        regarding: node,
        type: 'Normal',
        reason: 'NodeReboot',
        message: medik8sMessage('The unhealthy node is about to reboot itself.'),
        component: 'SelfNodeRemediation',
      });
    }
    agent.reset.trigger('request', undefined);
  }

  private settings(): SelfNodeSettings {
    return selfNodeSettings(configurationOf(this.parts.store));
  }
}

function asksForReboot({ metadata, status }: SelfNodeRemediation): boolean {
  return status?.phase === 'Pre-Reboot-Completed' && metadata.deletionTimestamp === undefined;
}
