// Agents of self node remediation on real hosts, over the real store, with a network that a test cuts as it likes. Nobody
// else acts: no kubelet posts, no manager, no health check.

import type { Lineage } from '../../core/api/lineage.ts';
import type { KubeObject } from '../../core/api/object.ts';
import {
  SELF_NODE_REMEDIATION,
  type SelfNodeRemediation,
  type SelfNodeRemediationConfig,
} from '../../core/api/self-node-remediation.ts';
import { formatTime } from '../../core/api/time.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { assert } from '../../core/assert.ts';
import { KNOWN_KINDS, optionsOf } from '../../sim/api-server/known-kinds.ts';
import { KubeEvents } from '../../sim/api-server/kube-events.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { HostFleet } from '../../sim/host/host-fleet.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import type { AgentNetwork } from '../../sim/node/agent-network.ts';
import { SelfNodeRemediationAgents } from '../../sim/node/self-node-remediation-agents.ts';
import { withSelfNodeRemediation } from '../../sim/node/self-node-remediation-objects.ts';
import { aHost, tinyWorld } from './tiny-world.ts';
import { WORLD_START_MS } from './workload-objects.ts';

export interface AgentWorldOptions {
  /** Worker nodes `w0`, `w1`, … */
  readonly workers: number;
  /** Control plane nodes `m0`, `m1`, … */
  readonly controlPlane?: number;
  readonly config?: SelfNodeRemediationConfig['spec'];
  readonly lineage?: Lineage;
  readonly brokenShare?: number;
}

export class AgentWorld implements AgentNetwork {
  readonly kernel = new Kernel(WORLD_START_MS);
  readonly store: ObjectStore;
  readonly fleet: HostFleet;
  /** Every reset of a host by itself: `+64 w0`. */
  readonly resets: string[] = [];
  readonly events: string[] = [];
  private readonly names: readonly string[];
  private readonly withoutApi = new Set<string>();
  private readonly silent = new Set<string>();
  private readonly listeners: ((host: number) => void)[] = [];
  private faults = 0;

  constructor({ workers, controlPlane = 0, config = {}, lineage = 'exact', brokenShare = 0 }: AgentWorldOptions) {
    const { kernel } = this;
    this.names = [...names('m', controlPlane), ...names('w', workers)];
    const watchdog = { timeoutMs: 60_000, brokenShare };
    const world = tinyWorld({
      startMs: WORLD_START_MS,
      watchdog,
      hosts: this.names.map((name) => aHost(name, 'rack', { nodeName: name, controlPlane: name.startsWith('m') })),
    });
    const draws = new Draws(rootKey('agents'), 0);
    this.store = new ObjectStore(kernel, draws.stream('api-server', 'names'));
    for (const kind of KNOWN_KINDS) this.store.register(kind, optionsOf(kind));
    const objects = [...this.names.map(node), configOf(config)];
    this.store.load(withSelfNodeRemediation(objects, objects, watchdog));
    this.fleet = new HostFleet(kernel, world, draws);
    const { store, fleet } = this;
    const events = new KubeEvents();
    events.onEvent(({ regarding, reason }) =>
      this.events.push(`+${this.seconds()} ${regarding.metadata.name} ${reason}`),
    );
    this.fleet.observe({
      selfReset: (host) => this.resets.push(`+${this.seconds()} ${fleet.nodeName(host)}`),
    });
    new SelfNodeRemediationAgents({
      ...{ kernel, store, fleet, network: this, draws, events, watchdog, watchLagMs: 2, lineage },
    }).start();
  }

  reachesApi(host: number): boolean {
    const name = this.fleet.nodeName(host);
    return !this.withoutApi.has(name) && !this.silent.has(name);
  }

  connects(from: number, to: number): boolean {
    return !this.silent.has(this.fleet.nodeName(from)) && !this.silent.has(this.fleet.nodeName(to));
  }

  onChange(listener: (host: number) => void): void {
    this.listeners.push(listener);
  }

  /** These nodes reach their peers, but not the API server. */
  loseApi(...nodes: readonly string[]): void {
    this.change(this.withoutApi, nodes, true);
  }

  findApi(...nodes: readonly string[]): void {
    this.change(this.withoutApi, nodes, false);
  }

  /** These nodes reach nobody. */
  cutOff(...nodes: readonly string[]): void {
    this.change(this.silent, nodes, true);
  }

  join(...nodes: readonly string[]): void {
    this.change(this.silent, nodes, false);
  }

  /** The operating system hangs until a reset, or until `endHang`. */
  hang(node: string): number {
    const fault = { bornAtMs: this.kernel.nowMs, level: 'reboot', durationMs: 1 } as const;
    this.faults++;
    this.fleet.strike({ id: this.faults, class: 'osHang', subject: this.fleet.indexOfNode(node), ...fault });
    return this.faults;
  }

  endHang(node: string, id: number): void {
    const fault = { bornAtMs: 0, level: 'reboot', durationMs: 1 } as const;
    this.fleet.endByItself({ id, class: 'osHang', subject: this.fleet.indexOfNode(node), ...fault });
  }

  /** Somebody asks for the node's remediation, and the manager has done its part. */
  request(nodeName: string, phase = 'Pre-Reboot-Completed'): void {
    const key = { namespace: 'operators', name: nodeName };
    const made = this.store.create(SELF_NODE_REMEDIATION, {
      apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
      kind: 'SelfNodeRemediation',
      metadata: key,
    });
    assert(made.kind === 'done', 'the request is made');
    this.store.update<SelfNodeRemediation>(SELF_NODE_REMEDIATION, key, 'status', (request) => ({
      ...request,
      status: { phase },
    }));
  }

  /** The agent of a node runs again, as its kubelet says after a boot. */
  agentStarts(nodeName: string): void {
    const key = { namespace: 'operators', name: `self-node-remediation-ds-${nodeName}` };
    const lastTransitionTime = formatTime(this.kernel.nowMs);
    this.store.update<Pod>(POD, key, 'status', (pod) => ({
      ...pod,
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] },
    }));
  }

  until(seconds: number): void {
    this.kernel.runUntil(WORLD_START_MS + Math.round(seconds * 1000));
  }

  seconds(): number {
    return Math.round((this.kernel.nowMs - WORLD_START_MS) / 1000);
  }

  private change(set: Set<string>, nodes: readonly string[], there: boolean): void {
    for (const name of nodes) {
      if (there) set.add(name);
      else set.delete(name);
      for (const listener of this.listeners) listener(this.fleet.indexOfNode(name));
    }
  }
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function configOf(spec: SelfNodeRemediationConfig['spec']): KubeObject {
  return {
    apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
    kind: 'SelfNodeRemediationConfig',
    metadata: { name: 'self-node-remediation-config', namespace: 'operators', uid: '', resourceVersion: '' },
    spec,
  };
}

function node(name: string): KubeObject {
  const role = name.startsWith('m') ? 'control-plane' : 'worker';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: '',
      resourceVersion: '',
      labels: { 'kubernetes.io/hostname': name, [`node-role.kubernetes.io/${role}`]: '' },
    },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
