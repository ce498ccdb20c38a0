// Every implementation of FenceAgents runs the one suite: the simulated agents, over the hosts of the simulator and over the
// BMC of the controller tests.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { FleetBmc } from '../../sim/host/bmc.ts';
import { SimulatedFenceAgents } from '../../sim/host/fence-agents.ts';
import { HostFleet } from '../../sim/host/host-fleet.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { aHost } from '../kit/host-objects.ts';
import { SimpleBmc } from '../kit/simple-bmc.ts';
import { tinyWorld } from '../kit/tiny-world.ts';
import { describeFenceAgents, type FenceAgentsRig } from './fence-agents.contract.ts';

const HOST = { namespace: 'metal', name: 'a1' };
const COMMAND = {
  node: 'node-a1',
  agent: 'fence_ipmilan',
  parameters: { '--ip': '192.0.2.1', '--lanplus': '' },
  timeoutMs: 60_000,
} as const;

/** A store with the BareMetalHost of the rig: its controller is at 192.0.2.1. */
function hostStore(kernel: Kernel): ObjectStore {
  const store = new ObjectStore(kernel, new Draws(rootKey('fence-agents'), 0).stream('api-server', 'names'));
  store.register(BARE_METAL_HOST, { statusSubresource: true });
  store.load([
    aHost(HOST.name, 'provisioned', { namespace: HOST.namespace, spec: { bmc: { address: 'ipmi://192.0.2.1' } } }),
  ]);
  return store;
}

function fleetRig(): FenceAgentsRig {
  const config = tinyWorld();
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('fence-agents'), 1));
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const index = fleet.indexOfHost(HOST);
  let cuts = 0;
  fleet.observe({
    powerCut: () => {
      cuts++;
    },
  });
  const fault = {
    id: 1,
    class: 'bmcUnreachable',
    subject: index,
    bornAtMs: kernel.nowMs,
    level: 'itself',
    durationMs: 1,
  } as const;
  return {
    agents: new SimulatedFenceAgents(kernel, hostStore(kernel), bmc),
    command: COMMAND,
    power: () => (fleet.powered(index) ? 'on' : 'off'),
    cuts: () => cuts,
    wait: (ms) => kernel.runUntil(kernel.nowMs + ms),
    setReachable: (reachable) => {
      if (reachable) fleet.endByItself(fault);
      else fleet.strike(fault);
    },
  };
}

function simpleRig(): FenceAgentsRig {
  const kernel = new Kernel(1_800_000_000_000);
  const options = { powerOffMs: 5_000, powerOnMs: 5_000, answerMs: 100, timeoutMs: 30_000 };
  let cuts = 0;
  const bmc = new SimpleBmc(kernel, options, (_host, power) => {
    if (power === 'off') cuts++;
  });
  return {
    agents: new SimulatedFenceAgents(kernel, hostStore(kernel), bmc),
    command: COMMAND,
    power: () => bmc.power(HOST),
    cuts: () => cuts,
    wait: (ms) => kernel.runUntil(kernel.nowMs + ms),
    setReachable: (reachable) => bmc.setReachable(HOST, reachable),
  };
}

describeFenceAgents('simulated agents over the hosts of the simulator', fleetRig);
describeFenceAgents('simulated agents over the BMC of the controller tests', simpleRig);
