// Planned reboots: a rolling operating-system upgrade that cordons, drains, reboots and uncordons node after node, as
// OpenShift's machine-config operator and Cluster API rollouts in place do. Part of the default world: a policy that takes
// a planned reboot for a failure must show it.
//
// Divergence from reality
// - Order is by rack, then host; the product sorts by zone and age.
// - Machine configurations are marked on Nodes only where a NodeHealthCheck, which reads them, exists; ClusterVersion does not
//   move: such an upgrade is a rollout of the machine configuration alone.
// - An upgrade leaves nodes alone that are not Ready or cordoned when their turn comes, and does not come back to them.

import { ANNOTATION_CAPI_PAUSED } from '../../core/api/cluster.ts';
import { NODE } from '../../core/api/node.ts';
import { NODE_HEALTH_CHECK, type NodeHealthCheck } from '../../core/api/node-health-check.ts';
import { type Kind, keyOf, type StringMap } from '../../core/api/object.ts';
import { ANNOTATION_CURRENT_CONFIG, ANNOTATION_DESIRED_CONFIG } from '../../core/api/openshift-cluster.ts';
import { CAPI_MACHINE_HEALTH_CHECK, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../core/api/remediation.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY, type RemediationPolicy } from '../../core/api/remediation-policy.ts';
import type { DrainFlags } from '../../core/maintenance/drain-filters.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { rebootAsPlanned } from './planned-reboot.ts';

/** Source: OpenShift's DefaultRebootingNodeDegradedInertia: a node that reboots may take two hours before it counts as stuck. */
const NODE_TIMEOUT_MS = 2 * 3_600_000;

/** Value of our own pause: one that somebody else set stays. */
const BY_UPGRADE = 'rolling-upgrade';

/** Cordon and eviction of one node, as kubectl drain does it; `done` says whether it finished in time. */
export type Drain = (
  nodeName: string,
  options: { readonly timeoutMs: number; readonly flags?: DrainFlags },
  done: (drained: boolean) => void,
) => void;

export interface UpgradeObserver {
  upgrade(host: number, step: 'draining' | 'rebooting' | 'done' | 'stuck'): void;
}

export class RollingUpgrade {
  private readonly kernel: Kernel;
  private readonly store: ObjectStore;
  private readonly config: SimConfig;
  private readonly fleet: HostFleet;
  private readonly drain: Drain;
  private readonly observers: UpgradeObserver[] = [];
  private waiting: number[] = [];
  private running = 0;
  /** Hosts rebooting for the upgrade, with what voids their time-out. */
  private readonly rebooting = new Map<number, number>();
  private attempt = 0;
  /** Upgrades begun so far: names the machine configuration. */
  private round = 0;

  constructor(kernel: Kernel, store: ObjectStore, config: SimConfig, fleet: HostFleet, drain: Drain) {
    this.kernel = kernel;
    this.store = store;
    this.config = config;
    this.fleet = fleet;
    this.drain = drain;
  }

  observe(observer: UpgradeObserver): void {
    this.observers.push(observer);
  }

  start(): void {
    const { everyMs, firstAtMs } = this.config.plannedReboots;
    if (everyMs <= 0) return;
    this.fleet.onChange((host) => this.hostChanged(host));
    this.scheduleNext(this.config.startMs + firstAtMs);
  }

  private scheduleNext(atMs: number): void {
    if (atMs >= this.config.startMs + this.config.durationMs) return;
    this.kernel.call(atMs, () => {
      this.begin();
      this.scheduleNext(atMs + this.config.plannedReboots.everyMs);
    });
  }

  private begin(): void {
    if (this.running > 0 || this.waiting.length > 0) return;
    this.waiting = this.fleet.hosts
      .filter((host) => !host.config.controlPlane)
      .sort((a, b) => a.rack - b.rack || a.index - b.index)
      .map((host) => host.index);
    this.round++;
    this.setPaused(true);
    this.startMore();
  }

  private startMore(): void {
    while (this.running < this.config.plannedReboots.atOnce) {
      const host = this.waiting.shift();
      if (host === undefined) break;
      if (this.eligible(host)) this.startHost(host);
    }
    if (this.running === 0 && this.waiting.length === 0) this.setPaused(false);
  }

  private eligible(host: number): boolean {
    const node = this.store.get(NODE, { namespace: '', name: this.fleet.nodeName(host) });
    return node !== undefined && node.spec?.unschedulable !== true && this.fleet.kubeletActs(host);
  }

  private startHost(host: number): void {
    const { drain, drainTimeoutMs } = this.config.plannedReboots;
    this.running++;
    this.mark(host, {
      [ANNOTATION_CURRENT_CONFIG]: `rendered-worker-${this.round - 1}`,
      [ANNOTATION_DESIRED_CONFIG]: `rendered-worker-${this.round}`,
    });
    this.tell(host, 'draining');
    if (drain) this.drain(this.fleet.nodeName(host), { timeoutMs: drainTimeoutMs }, () => this.reboot(host));
    else this.reboot(host);
  }

  private reboot(host: number): void {
    if (!this.fleet.kubeletActs(host)) {
      this.finish(host, 'stuck');
      return;
    }
    const attempt = ++this.attempt;
    this.rebooting.set(host, attempt);
    this.tell(host, 'rebooting');
    rebootAsPlanned(this.kernel, this.fleet, host);
    this.kernel.call(this.kernel.nowMs + NODE_TIMEOUT_MS, () => {
      if (this.rebooting.get(host) === attempt) this.finish(host, 'stuck');
    });
  }

  private hostChanged(host: number): void {
    const record = this.fleet.host(host);
    if (this.rebooting.has(host) && !record.shuttingDown && this.fleet.kubeletActs(host)) this.finish(host, 'done');
  }

  private finish(host: number, how: 'done' | 'stuck'): void {
    this.rebooting.delete(host);
    this.running--;
    const name = this.fleet.nodeName(host);
    if (this.config.plannedReboots.drain) {
      this.store.update(NODE, { namespace: '', name }, 'main', (node) => {
        if (node.spec?.unschedulable !== true) return node;
        const { unschedulable: _, ...spec } = node.spec;
        return { ...node, spec };
      });
    }
    if (how === 'done') this.mark(host, { [ANNOTATION_CURRENT_CONFIG]: `rendered-worker-${this.round}` });
    this.tell(host, how);
    // The product stops a rollout at a node that does not come back; so does this one, until the next.
    if (how === 'stuck') this.waiting = [];
    this.kernel.call(this.kernel.nowMs, () => this.startMore());
  }

  /** The machine configuration that a node has and shall have, as OpenShift's machine-config operator writes it. */
  private mark(host: number, annotations: StringMap): void {
    if (this.config.machineApi !== 'openshift' || !this.isMarkRead()) return;
    const key = { namespace: '', name: this.fleet.nodeName(host) };
    this.store.patch(NODE, key, { metadata: { annotations } }, { subresource: 'main' });
  }

  /** Node health checks look at it, and the budgets of our own policy. */
  private isMarkRead(): boolean {
    return this.store.list(NODE_HEALTH_CHECK).length > 0 || this.store.list(REMEDIATION_BUDGET).length > 0;
  }

  /** Outside OpenShift those who act on Nodes know nothing of such an upgrade, and whoever does one asks them to pause. */
  private setNodeHealthChecksPaused(paused: boolean): void {
    if (this.config.machineApi === 'openshift') return;
    this.pause(NODE_HEALTH_CHECK, paused);
    this.pause(REMEDIATION_POLICY, paused);
  }

  private pause(kind: Kind<NodeHealthCheck> | Kind<RemediationPolicy>, paused: boolean): void {
    for (const policy of this.store.list<NodeHealthCheck | RemediationPolicy>(kind)) {
      const others = (policy.spec?.pauseRequests ?? []).filter((request) => request !== BY_UPGRADE);
      const pauseRequests = paused ? [...others, BY_UPGRADE] : others;
      this.store.patch(
        kind,
        keyOf(policy),
        { spec: { pauseRequests: pauseRequests.length === 0 ? null : pauseRequests } },
        { subresource: 'main' },
      );
    }
  }

  /** OpenShift's documentation asks to pause MachineHealthChecks before an upgrade, lest it reboots nodes that reboot. */
  private setPaused(paused: boolean): void {
    if (!this.config.plannedReboots.pauseHealthChecks) return;
    this.setNodeHealthChecksPaused(paused);
    for (const kind of [OPENSHIFT_MACHINE_HEALTH_CHECK, CAPI_MACHINE_HEALTH_CHECK]) {
      if (!this.store.knows(kind.key)) continue;
      for (const check of this.store.list(kind)) {
        if (check.metadata.annotations?.[ANNOTATION_CAPI_PAUSED] !== (paused ? undefined : BY_UPGRADE)) continue;
        this.store.patch(
          kind,
          keyOf(check),
          { metadata: { annotations: { [ANNOTATION_CAPI_PAUSED]: paused ? BY_UPGRADE : null } } },
          { subresource: 'main' },
        );
      }
    }
  }

  private tell(host: number, step: 'draining' | 'rebooting' | 'done' | 'stuck'): void {
    for (const observer of this.observers) observer.upgrade(host, step);
  }
}
