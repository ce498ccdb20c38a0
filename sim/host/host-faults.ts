// The faults that hosts bear: shown, or latent because their host was down at their birth. A fault that shows may stop its host.

import { isEndedBy, stopsHost } from '../faults/catalogue.ts';
import type { CureLevel, Fault } from '../faults/fault.ts';
import type { FleetObserver } from './fleet-observer.ts';
import { type Host, isBlocked } from './host.ts';
import type { HostStages } from './host-stages.ts';
import type { Intermittence } from './intermittence.ts';

export class HostFaults {
  private readonly stages: HostStages;
  private readonly intermittence: Intermittence;
  private readonly observers: readonly FleetObserver[];

  constructor(stages: HostStages, intermittence: Intermittence, observers: readonly FleetObserver[]) {
    this.stages = stages;
    this.intermittence = intermittence;
    this.observers = observers;
  }

  /** A fault is born: what would stop a host that is down already waits for its next power-on. */
  strike(host: Host, fault: Fault): 'shown' | 'latent' {
    if (stopsHost(fault) && (host.stage !== 'up' || isBlocked(host) || isOnlyOfBoot(fault))) {
      host.latent = [...host.latent, fault];
      return 'latent';
    }
    this.show(host, fault, 'atBirth');
    return 'shown';
  }

  /** Of those that wait, these show, in order of birth; what shows may take the host down again, and then the rest waits on. */
  showLatent(host: Host, shows: (fault: Fault) => boolean): void {
    if (host.latent.length === 0) return;
    const waiting = host.latent;
    host.latent = [];
    for (const fault of waiting) {
      if (shows(fault)) this.show(host, fault, 'latent');
      else host.latent = [...host.latent, fault];
    }
  }

  /** The fault passed by itself, shown or not. @returns false where the host no longer had it. */
  pass(host: Host, fault: Fault): boolean {
    const before = host.active.length + host.latent.length;
    host.latent = host.latent.filter((other) => other.id !== fault.id);
    this.end(host, (other) => other.id === fault.id, 'itself');
    return host.active.length + host.latent.length < before;
  }

  /** Ends every shown fault that an action of this level ends. */
  cure(host: Host, applied: CureLevel): void {
    this.end(host, (fault) => isEndedBy(applied, fault), applied);
  }

  private show(host: Host, fault: Fault, how: 'atBirth' | 'latent'): void {
    host.active = [...host.active, fault];
    this.intermittence.begins(host, fault);
    for (const observer of this.observers) observer.faultShown?.(fault, host.index, how);
    if (fault.class === 'kernelPanic') this.stages.enter(host, 'dump', fault.durationMs);
    else if (fault.class === 'hostDead') this.stages.enter(host, 'stuck');
  }

  private end(host: Host, matches: (fault: Fault) => boolean, by: CureLevel): void {
    if (host.active.length === 0) return;
    const ended = host.active.filter(matches);
    if (ended.length === 0) return;
    host.active = host.active.filter((fault) => !matches(fault));
    for (const fault of ended) {
      this.intermittence.ends(host, fault);
      for (const observer of this.observers) observer.faultEnded?.(fault, host.index, by);
    }
  }
}

/** Does nothing to a system that runs. */
function isOnlyOfBoot({ effect }: Fault): boolean {
  return effect?.bootStop !== undefined && Object.keys(effect).length === 1;
}
