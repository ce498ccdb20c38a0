// What the kubelet of a host has to say about its Node: Ready or not and why, and what it is short of.

import { type Host, kubeletReady } from './host.ts';
import type { HostEffect, Pressure } from './host-effect.ts';

export interface KubeletReport {
  readonly ready: 'True' | 'False';
  /** Why it is not Ready, where a fault says so. */
  readonly message?: string;
  readonly pressures: readonly Pressure[];
}

const NO_PRESSURES: readonly Pressure[] = [];

/** @param reachesApi whether it is heard at all: a kubelet that is not says nothing better than False. */
export function kubeletReport(host: Host, reachesApi: boolean): KubeletReport {
  const pressures = pressuresOn(host);
  if (reachesApi && kubeletReady(host)) return { ready: 'True', pressures };
  const message = effectOn(host, 'notReady')?.notReady;
  return { ready: 'False', pressures, ...(message === undefined ? {} : { message }) };
}

/** In the order in which a kubelet reports them. */
function pressuresOn(host: Host): readonly Pressure[] {
  return effectOn(host, 'pressures')?.pressures ?? NO_PRESSURES;
}

function effectOn(host: Host, what: keyof HostEffect): HostEffect | undefined {
  for (const { effect, id } of host.active) {
    if (effect?.[what] !== undefined && !host.resting.includes(id)) return effect;
  }
  return undefined;
}
