// The remediation controllers' own way to the API server, as the network has it: while it is lost their requests vanish and their
// watches are silent, and afterwards they list anew; while it is slow, requests and events are late.
//
// Divergence from reality: a way that is lost in one direction is lost; see the header of network.ts. A slow way delays a request before
// it is handled and its answer not at all; which of both waits makes no difference to who asked.

import type { ClientFault, ClientFaultKind } from '../config.ts';
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

const SLOW_WAY: ClientFault = { ...WAY_LOST, name: 'the slow way of the controllers' };

interface ReachParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly network: Network;
  readonly processes: readonly ControllerProcess[];
}

/** From now on the processes feel it when their way is lost, or slow. */
export function followControllersReach({ kernel, draws, network, processes }: ReachParts): void {
  const effect = new ClientFaultEffect(WAY_LOST, { kernel, draws, struck: processes });
  const slow = slowedBy({ kernel, draws, network, processes });
  let lost: { readonly sinceMs: number; readonly end: (lastedMs: number) => unknown } | undefined;
  network.onChange((_hosts, planes) => {
    if (!planes.includes('api')) return;
    slow(network.waitMs('api'));
    const reaches = network.connects('controllers', 'site', 'api');
    if (reaches === (lost === undefined)) return;
    if (lost === undefined) lost = { sinceMs: kernel.nowMs, end: effect.begin() };
    else {
      lost.end(kernel.nowMs - lost.sinceMs);
      lost = undefined;
    }
  });
}

/** Makes everything between the processes and the API server so many ms late, until it is called again. */
function slowedBy({ kernel, draws, processes }: ReachParts): (waitMs: number) => void {
  let slow: { readonly waitMs: number; readonly ends: readonly (() => unknown)[] } = { waitMs: 0, ends: [] };
  return (waitMs) => {
    if (waitMs === slow.waitMs) return;
    for (const end of slow.ends) end();
    const late = { share: 1, delayMs: { kind: 'constant', value: waitMs } } as const;
    const begins = (what: ClientFaultKind): (() => unknown) => {
      const end = new ClientFaultEffect({ ...SLOW_WAY, what }, { kernel, draws, struck: processes }).begin();
      return () => end(0);
    };
    const both = [{ fault: 'slowRequests', ...late } as const, { fault: 'lateEvents', ...late } as const];
    slow = { waitMs, ends: waitMs === 0 ? [] : both.map(begins) };
  };
}
