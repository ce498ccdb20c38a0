// A control plane that runs on hosts of its own cluster: when most of them are down there is no API server, kube-controller-manager
// and the remediation controllers are gone with it, and when most are up again everything starts anew.
//
// Divergence from reality
// - It is there or not: the API server is as fast and as consistent with two members of three as with three.
// - Scheduler, workload controllers and machine controllers go on; with nodes that nobody writes about they have nothing to do.
// - The remediation controllers die with the quorum, wherever their pods are, and start with it.

import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NodeLifecycle } from './node-lifecycle.ts';

/** Assumption: from a quorum of running hosts to an API server that answers, static pods, elections of leaders and all. */
const API_START_MS = 60_000;

interface ControlPlaneParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly lifecycle: Pick<NodeLifecycle, 'stopController' | 'startController'>;
  /** The remediation controllers: each dies, and the returned function starts its successor. */
  readonly processes: readonly { crash(): () => void }[];
}

export type ControlPlaneListener = (there: boolean) => void;

export class HostedControlPlane {
  private readonly parts: ControlPlaneParts;
  private readonly members: readonly number[];
  private readonly listeners: ControlPlaneListener[] = [];
  private revive: (() => void) | undefined;
  /** Grows when a start is interrupted. */
  private starts = 0;
  private starting = false;

  /** @param members hosts of the control plane, by index; at least one. */
  constructor(parts: ControlPlaneParts, members: readonly number[]) {
    this.parts = parts;
    this.members = members;
    const isMember = new Set(members);
    parts.fleet.onChange((host) => {
      if (isMember.has(host)) this.look();
    });
  }

  onChange(listener: ControlPlaneListener): void {
    this.listeners.push(listener);
  }

  get isThere(): boolean {
    return this.revive === undefined;
  }

  private hasQuorum(): boolean {
    const { fleet } = this.parts;
    const up = this.members.filter((host) => fleet.podsExecute(host) && fleet.reachable(host)).length;
    return up * 2 > this.members.length;
  }

  private look(): void {
    if (!this.hasQuorum()) {
      this.starting = false;
      this.starts++;
      if (this.revive === undefined) this.die();
    } else if (this.revive !== undefined && !this.starting) {
      this.starting = true;
      const { kernel } = this.parts;
      const start = this.starts;
      kernel.call(kernel.nowMs + API_START_MS, () => {
        if (start === this.starts) this.live();
      });
    }
  }

  private die(): void {
    const { fleet, lifecycle, processes } = this.parts;
    const restart = processes.map((process) => process.crash());
    lifecycle.stopController();
    this.revive = () => undefined;
    const heal = fleet.network.cut({
      where: { at: 'outside', place: 'controlPlane' },
      planes: ['api'],
      lost: 'both',
      endsAtMs: Infinity,
    });
    this.revive = () => {
      heal();
      lifecycle.startController();
      for (const each of restart) each();
    };
    for (const listener of this.listeners) listener(false);
  }

  private live(): void {
    const revive = this.revive;
    this.revive = undefined;
    this.starting = false;
    revive?.();
    for (const listener of this.listeners) listener(true);
  }
}
