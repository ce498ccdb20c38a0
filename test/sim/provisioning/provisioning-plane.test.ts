// What provisioning needs beside its hosts, as whole histories of operations: shares of one server, services that go away, and racks
// that fail under them.

import { describe, expect, test } from 'vitest';
import type { HostConfig } from '../../../sim/config.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { FleetProvisioner } from '../../../sim/host/provisioner.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { ProvisioningPlane } from '../../../sim/provisioning/provisioning-plane.ts';
import { Services } from '../../../sim/provisioning/services.ts';
import type { ServiceName, ServicesConfig } from '../../../sim/provisioning/services-config.ts';
import { Availability } from '../../../sim/workload/availability.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';

const MB = 1_000_000;
const IMAGES_HOST = 's1';
const ON_S1 = { kind: 'host', host: IMAGES_HOST } as const;

/** 100 MB of agent and 1000 MB of image; 100 MB/s in all, 20 MB/s for one host. */
const IMAGE_SERVER: NonNullable<ServicesConfig['imageServer']> = {
  on: ON_S1,
  bytesPerSecond: 100 * MB,
  bytesPerSecondPerHost: 20 * MB,
  agentBytes: 100 * MB,
  imageBytes: 1000 * MB,
};
const REGISTRY: NonNullable<ServicesConfig['registry']> = {
  on: ON_S1,
  bytesPerSecond: 100 * MB,
  bytesPerSecondPerHost: 100 * MB,
  firstBootBytes: 1000 * MB,
  neededBy: 'kubelet',
  retryMs: { kind: 'constant', value: 30_000 },
};

/** Hosts `h0` to `hN-1` in rack a, and the one that runs the services in rack s. */
function setUp(services: ServicesConfig, hosts = 1) {
  const all: readonly HostConfig[] = [
    ...Array.from({ length: hosts }, (_, index) => aHost(`h${index}`, 'rack-a')),
    aHost(IMAGES_HOST, 'rack-s'),
  ];
  const world = tinyWorld({ hosts: all });
  const config = { ...world, provisioning: { ...world.provisioning, failShare: 0 } };
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('provisioning plane'), 1);
  const fleet = new HostFleet(kernel, config, draws);
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const placed = new Services(services, { fleet, availability: new Availability(kernel) });
  const plane = new ProvisioningPlane(services, { kernel, fleet, services: placed, draws });
  const provisioner = new FleetProvisioner(kernel, fleet, bmc, config.provisioning, plane);
  placed.start();
  const log: string[] = [];
  const seconds = (): number => (kernel.nowMs - config.startMs) / 1000;
  fleet.onChange((host) => {
    if (fleet.kubeletActs(host) && host < hosts) log.push(`${seconds()} h${host} serves`);
  });
  const deploy = (host: number, cleaning: 'metadata' | 'disabled' = 'disabled'): void =>
    provisioner.provision({ namespace: 'metal', name: `h${host}` }, cleaning, `deploy ${host} ${seconds()}`, (end) =>
      log.push(`${seconds()} h${host} ${end.kind}${end.kind === 'failed' ? `: ${end.message}` : ''}`),
    );
  const run = (s: number): void => kernel.runUntil(config.startMs + s * 1000);
  const out = (name: ServiceName, fromS: number, toS: number): void => {
    kernel.call(config.startMs + fromS * 1000, () => {
      const end = placed.putOut(name);
      kernel.call(config.startMs + toS * 1000, end);
    });
  };
  /** The returned function gives the power back. */
  const losePower = (rack: 'rack-a' | 'rack-s') =>
    fleet.losePower({ where: { at: 'rack', rack: fleet.racks.indexOf(rack) }, endsAtMs: Infinity });
  return { kernel, fleet, plane, log, deploy, run, out, losePower };
}

describe('the image server', () => {
  test('one host: agent 60 + 5 + 30 s, then the slower of 240 s of writing and 50 s of transfer', () => {
    const { log, deploy, run } = setUp({ imageServer: IMAGE_SERVER });
    deploy(0);
    run(3000);
    expect(log).toEqual(['335 h0 succeeded', '435 h0 serves']);
  });

  test('forty hosts share it: 40 x 100 MB in 40 s, 40 x 1000 MB in 400 s', () => {
    const { log, deploy, run } = setUp({ imageServer: IMAGE_SERVER }, 40);
    for (let host = 0; host < 40; host++) deploy(host);
    run(3000);
    expect(log.filter((line) => line.includes('succeeded'))).toEqual(
      Array.from({ length: 40 }, (_, host) => `530 h${host} succeeded`),
    );
  });

  test('away for a minute in the middle of an image: everything from the beginning', () => {
    const { log, deploy, run, out } = setUp({ imageServer: IMAGE_SERVER });
    out('imageServer', 300, 330);
    out('imageServer', 120, 180);
    deploy(0);
    run(3000);
    // Transfer from 95 s on, broken off, again from 180 s for 50 s, while the disk is written for 240 s.
    expect(log).toEqual(['335 h0 succeeded', '435 h0 serves']);
  });

  test('away for longer than an agent tries: the deployment fails', () => {
    const { log, deploy, run, out } = setUp({ imageServer: IMAGE_SERVER });
    out('imageServer', 100, 1000);
    deploy(0);
    run(3000);
    expect(log).toEqual(['290 h0 failed: Error downloading the image: the image server cannot be reached']);
  });

  test.each(['imageServer', 'dns'] as const)('%s away when the agent boots: nobody ever calls back', (name) => {
    const { log, deploy, run, out } = setUp({ imageServer: IMAGE_SERVER, dns: { on: ON_S1 } });
    out(name, 30, 90);
    deploy(0);
    run(3000);
    expect(log).toEqual(['1860 h0 failed: timeout reached while waiting for callback']);
  });

  test('its rack loses power, and with it the agents that wait for their image', () => {
    const { log, deploy, run, losePower, kernel } = setUp({ imageServer: IMAGE_SERVER }, 2);
    deploy(0);
    deploy(1);
    run(100);
    const giveBack = losePower('rack-s');
    kernel.call(kernel.nowMs + 600_000, () => giveBack());
    run(3000);
    expect(log).toEqual([
      '290 h0 failed: Error downloading the image: the image server cannot be reached',
      '290 h1 failed: Error downloading the image: the image server cannot be reached',
    ]);
  });

  test('a host that loses power over its image is lost at once', () => {
    const { log, deploy, run, losePower } = setUp({ imageServer: { ...IMAGE_SERVER, bytesPerSecondPerHost: MB } });
    deploy(0);
    run(500);
    losePower('rack-a');
    run(3000);
    expect(log).toEqual(['500 h0 failed: lost the host while deploying']);
  });
});

describe('DHCP', () => {
  test('away when the agent boots from the network: nobody ever calls back', () => {
    const { log, deploy, run, out } = setUp({ dhcp: { on: ON_S1 } });
    out('dhcp', 59, 61);
    deploy(0);
    run(3000);
    expect(log).toEqual(['1860 h0 failed: timeout reached while waiting for callback']);
  });

  test('away before and after: nothing happens', () => {
    const { log, deploy, run, out } = setUp({ dhcp: { on: ON_S1 } });
    out('dhcp', 10, 59);
    out('dhcp', 61, 500);
    deploy(0);
    run(3000);
    expect(log).toEqual(['330 h0 succeeded', '430 h0 serves']);
  });
});

describe('Ironic', () => {
  const ironic = (atOnce: number): ServicesConfig => ({ ironic: { on: ON_S1, atOnce } });

  test('two at once: the third waits, and its wait is in the account', () => {
    const { plane, log, deploy, run } = setUp(ironic(2), 3);
    for (const host of [0, 1, 2]) deploy(host);
    run(1000);
    expect(log.filter((line) => line.includes('succeeded'))).toEqual([
      '330 h0 succeeded',
      '330 h1 succeeded',
      '660 h2 succeeded',
    ]);
    const { entered, served, inSystemMs, stayedMs, waitingMs, waitedMs, longestWaitMs } =
      plane.conductor.account.figures();
    expect({ entered, served, inSystemMs, waitingMs, longestWaitMs }).toEqual({
      entered: 3,
      served: 3,
      inSystemMs: 330_000 + 330_000 + 660_000,
      waitingMs: 330_000,
      longestWaitMs: 330_000,
    });
    expect([stayedMs, waitedMs]).toEqual([inSystemMs, waitingMs]);
  });

  test('away: what it had in hands fails when it is back, what comes meanwhile waits for it', () => {
    const { log, deploy, run, out, kernel } = setUp(ironic(2), 3);
    out('ironic', 100, 400);
    deploy(0);
    kernel.call(kernel.nowMs + 200_000, () => deploy(1));
    run(3000);
    expect(log).toEqual([
      '400 h0 failed: the operation cannot be resumed by the conductor',
      '730 h1 succeeded',
      '830 h1 serves',
    ]);
  });

  test('an operation that would have timed out meanwhile fails once, when it is back', () => {
    const { log, deploy, run, out } = setUp({ ...ironic(2), dhcp: { on: ON_S1 } });
    out('dhcp', 50, 70);
    out('ironic', 1000, 2500);
    deploy(0);
    run(6000);
    expect(log).toEqual(['2500 h0 failed: the operation cannot be resumed by the conductor']);
  });

  test('cleaning and deploying are one operation', () => {
    const { log, deploy, run } = setUp(ironic(1));
    deploy(0, 'metadata');
    run(3000);
    expect(log).toEqual(['450 h0 succeeded', '550 h0 serves']);
  });
});

describe('the registry', () => {
  test('forty first boots share it, and no node serves before it has its containers', () => {
    const { log, deploy, run } = setUp({ registry: REGISTRY }, 40);
    for (let host = 0; host < 40; host++) deploy(host);
    run(3000);
    // Deployed after 330 s, booted 100 s later; 40 x 1000 MB in 400 s.
    expect(log.filter((line) => line.includes('serves'))).toEqual(
      Array.from({ length: 40 }, (_, host) => `830.001 h${host} serves`),
    );
  });

  test.each([
    { neededBy: 'system', servesAtS: 440.001, beats: false },
    { neededBy: 'kubelet', servesAtS: 440.001, beats: true },
  ] as const)(
    'needed by the $neededBy: its Node is heard of while it pulls: $beats',
    ({ neededBy, servesAtS, beats }) => {
      const { fleet, log, deploy, run } = setUp({ registry: { ...REGISTRY, neededBy } });
      deploy(0);
      run(425);
      const heard = fleet.kubeletBeats(0);
      run(3000);
      expect({ heard, log }).toEqual({ heard: beats, log: ['330 h0 succeeded', `${servesAtS} h0 serves`] });
    },
  );

  test('a reboot of a system that has joined once asks it for nothing', () => {
    const { fleet, log, run, out } = setUp({ registry: REGISTRY });
    out('registry', 0, 2000);
    run(1);
    fleet.warmReboot(0, 'planned');
    run(1000);
    expect(log).toEqual(['101 h0 serves']);
  });

  test('it is in the failed rack: nodes wait, keep what they have, and go on when it is back', () => {
    const { fleet, plane, log, deploy, run, losePower } = setUp({ registry: REGISTRY });
    deploy(0);
    run(435);
    const giveBack = losePower('rack-s');
    run(2000);
    expect({ log, stage: fleet.host(0).stage }).toEqual({ log: ['330 h0 succeeded'], stage: 'joining' });
    giveBack();
    run(2300);
    const servesAtS = Number(log.at(-1)?.split(' ')[0]);
    // Back after up to 60 s of staggering and 90 s of boot; tried again 30 s later; 500 MB were there already.
    const registryBackS = servesAtS - 5 - 30 - 0.001;
    expect(registryBackS).toBeGreaterThanOrEqual(2000 + 90);
    expect(registryBackS).toBeLessThanOrEqual(2000 + 60 + 100);
    expect(plane.services.isUp('registry')).toBe(true);
  });

  test('a host that loses power while it pulls boots again and pulls the rest', () => {
    const { fleet, log, deploy, run } = setUp({ registry: REGISTRY });
    deploy(0);
    run(432);
    fleet.powerOff(0, 'person');
    run(1000);
    fleet.powerOn(0, 'person');
    run(2000);
    expect(log.at(-1)).toBe('1108.001 h0 serves');
  });
});

describe('services', () => {
  test('in pods: there as long as one of them serves', () => {
    const kernel = new Kernel(0);
    const config = tinyWorld();
    const fleet = new HostFleet(kernel, config, new Draws(rootKey('services'), 1));
    const availability = new Availability(kernel);
    const index = availability.open('metal/ironic', 'Deployment');
    const services = new Services(
      { ironic: { on: { kind: 'workload', workload: 'metal/ironic' }, atOnce: 1 } },
      { fleet, availability },
    );
    const log: string[] = [];
    services.onChange((name, up) => log.push(`${name} ${up}`));
    services.start();
    availability.serving(index, 1);
    availability.serving(index, 1);
    availability.serving(index, -1);
    availability.serving(index, -1);
    expect(log).toEqual(['ironic false', 'ironic true', 'ironic false']);
  });
});
