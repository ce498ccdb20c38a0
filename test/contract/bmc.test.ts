// Every implementation of Bmc runs the one suite.

import type { BmcModelConfig } from '../../sim/config.ts';
import { BMC_PROFILE_NAMES } from '../../sim/host/bmc/profiles.ts';
import { FleetBmc } from '../../sim/host/bmc.ts';
import { HostFleet } from '../../sim/host/host-fleet.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { SimpleBmc } from '../kit/simple-bmc.ts';
import { aHost, tinyWorld } from '../kit/tiny-world.ts';
import { type BmcRig, describeBmc } from './bmc.contract.ts';

async function fleetRig(bmcModel?: BmcModelConfig): Promise<BmcRig> {
  const systemUuid = '3f0c4d6e-8a51-4f0b-9d27-6c1e5b7a9f02';
  const modelled = bmcModel === undefined ? {} : { bmc: bmcModel };
  const config = tinyWorld({ hosts: [aHost('a1', 'rack-a', { systemUuid, ...modelled })] });
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('bmc'), 1));
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const host = { namespace: 'metal', name: 'a1' };
  const index = fleet.indexOfHost(host);
  const fault = {
    id: 1,
    class: 'bmcUnreachable',
    subject: index,
    bornAtMs: kernel.nowMs,
    level: 'itself',
    durationMs: 1,
  } as const;
  return {
    bmc,
    host,
    systemUuid: '3f0c4d6e-8a51-4f0b-9d27-6c1e5b7a9f02',
    tellsBootProgress: true,
    wait: async (ms) => kernel.runUntil(kernel.nowMs + ms),
    close: async () => undefined,
    setReachable: (reachable) => {
      if (reachable) fleet.endByItself(fault);
      else fleet.strike(fault);
      bmc.pollChanged(index);
    },
    get nowMs() {
      return kernel.nowMs;
    },
  };
}

async function simpleRig(): Promise<BmcRig> {
  const kernel = new Kernel(1_800_000_000_000);
  const options = { powerOffMs: 5_000, powerOnMs: 5_000, answerMs: 100, timeoutMs: 30_000 };
  const bmc = new SimpleBmc(kernel, options, () => undefined);
  const host = { namespace: 'metal', name: 'a1' };
  return {
    bmc,
    host,
    systemUuid: bmc.systemUuid(host),
    tellsBootProgress: true,
    wait: async (ms) => kernel.runUntil(kernel.nowMs + ms),
    close: async () => undefined,
    setReachable: (reachable) => bmc.setReachable(host, reachable),
    get nowMs() {
      return kernel.nowMs;
    },
  };
}

describeBmc('hosts of the simulator', () => fleetRig());
for (const profile of BMC_PROFILE_NAMES) {
  describeBmc(`modelled as ${profile}`, () => fleetRig({ profile, quirks: [], traits: {}, verifiesCertificate: true }));
}
describeBmc('the BMC of the controller tests', simpleRig);
