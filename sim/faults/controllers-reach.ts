// The remediation controllers' own way to the API server, as the network has it: while it is lost their requests vanish and their
// watches are silent, and afterwards they list anew.
//
// Divergence from reality: a way that is lost in one direction is lost; see the header of network.ts.

import type { ClientFault } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { Network } from '../network/network.ts';
import { ClientFaultEffect } from './client-fault-effect.ts';
import type { ControllerProcess } from './controller-process.ts';

const WAY_LOST: ClientFault = {
  name: 'the way of the controllers',
  start: { kind: 'at', atMs: 0 },
  lastsMs: { kind: 'constant', value: 0 },
  what: { fault: 'apiServerOutage', answers: 'none' },
};

interface ReachParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly network: Network;
  readonly processes: readonly ControllerProcess[];
}

/** From now on the processes feel it when their way is lost. */
export function followControllersReach({ kernel, draws, network, processes }: ReachParts): void {
  const effect = new ClientFaultEffect(WAY_LOST, { kernel, draws, struck: processes });
  let lost: { readonly sinceMs: number; readonly end: (lastedMs: number) => unknown } | undefined;
  network.onChange((_hosts, planes) => {
    if (!planes.includes('api')) return;
    const reaches = network.connects('controllers', 'site', 'api');
    if (reaches === (lost === undefined)) return;
    if (lost === undefined) lost = { sinceMs: kernel.nowMs, end: effect.begin() };
    else {
      lost.end(kernel.nowMs - lost.sinceMs);
      lost = undefined;
    }
  });
}
