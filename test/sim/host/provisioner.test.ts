// Deploying and cleaning, as whole histories: what the host goes through, how the operation ends, and who hears of it.

import { describe, expect, test } from 'vitest';
import type { FaultClass, SimConfig } from '../../../sim/config.ts';
import type { CureLevel } from '../../../sim/faults/fault.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { FleetProvisioner } from '../../../sim/host/provisioner.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';

const HOST = { namespace: 'metal', name: 'a1' };

function setUp(change: Partial<SimConfig['provisioning']> = {}) {
  const world = tinyWorld();
  const config = { ...world, provisioning: { ...world.provisioning, failShare: 0, ...change } };
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('provisioner'), 1));
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const provisioner = new FleetProvisioner(kernel, fleet, bmc, config.provisioning);
  const log: string[] = [];
  const seconds = (): number => (kernel.nowMs - config.startMs) / 1000;
  const ended = (what: string) => (end: { kind: string }) => {
    log.push(`${seconds()} ${what} ${end.kind}`);
  };
  const strike = (faultClass: FaultClass, level: CureLevel): void => {
    fleet.strike({ id: 1, class: faultClass, subject: 0, bornAtMs: kernel.nowMs, level, durationMs: 1 });
  };
  return {
    kernel,
    fleet,
    provisioner,
    log,
    ended,
    strike,
    run: (s: number) => kernel.runUntil(config.startMs + s * 1000),
  };
}

describe('provisioner', () => {
  test('cleaning boots the agent, wipes and powers off; deploying boots it, writes the image and boots the host', () => {
    const { fleet, provisioner, log, ended, run } = setUp();
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('clean'));
    run(1000);
    const cleaned = { installed: fleet.host(0).installed, wiped: fleet.wipeEpoch(0), powered: fleet.powered(0) };
    provisioner.provision(HOST, 'disabled', 'deploy', ended('deploy'));
    run(3000);
    // Agent boot 60 + 30 s, cleaning 30 s; agent boot 90 s, image 240 s; the host then boots in 100 s.
    expect(log).toEqual(['120 clean succeeded', '1330 deploy succeeded']);
    expect(cleaned).toEqual({ installed: false, wiped: 1, powered: false });
    expect({ acts: fleet.kubeletActs(0), boots: fleet.bootEpoch(0) }).toEqual({ acts: true, boots: 1 });
  });

  test('with cleaning disabled the disks are kept and no agent is booted', () => {
    const { fleet, provisioner, log, ended, run } = setUp();
    provisioner.deprovision(HOST, 'disabled', 'clean', ended('clean'));
    run(100);
    expect(log).toEqual(['5 clean succeeded']);
    expect({ wiped: fleet.wipeEpoch(0), installed: fleet.host(0).installed }).toEqual({ wiped: 0, installed: false });
  });

  test.each([
    {
      given: 'a hang that a reprovision cures',
      fault: 'osHang',
      level: 'reprovision',
      ends: ['330 deploy succeeded'],
      acts: true,
    },
    { given: 'a dead board', fault: 'hostDead', level: 'person', ends: ['1800 deploy failed'], acts: false },
  ] as const)('$given: $ends', ({ fault, level, ends, acts }) => {
    const { fleet, provisioner, log, ended, strike, run } = setUp();
    strike(fault, level);
    provisioner.provision(HOST, 'disabled', 'deploy', ended('deploy'));
    run(3000);
    expect(log).toEqual(ends);
    expect(fleet.kubeletActs(0)).toBe(acts);
  });

  test('an unreachable BMC fails the operation after the callback time-out and leaves the host alone', () => {
    const { fleet, provisioner, log, ended, strike, run } = setUp();
    strike('bmcUnreachable', 'person');
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('clean'));
    run(3000);
    expect(log).toEqual(['1800 clean failed']);
    expect(fleet.kubeletActs(0)).toBe(true);
  });

  test('asking again under one id runs once and tells everybody, during and after', () => {
    const { fleet, provisioner, log, ended, run } = setUp();
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('first'));
    run(60);
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('again'));
    run(200);
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('late'));
    run(400);
    expect(log).toEqual(['120 first succeeded', '120 again succeeded', '200 late succeeded']);
    expect(fleet.wipeEpoch(0)).toBe(1);
  });

  test('losing power while cleaning is a failure', () => {
    const { fleet, provisioner, log, ended, run } = setUp();
    provisioner.deprovision(HOST, 'metadata', 'clean', ended('clean'));
    run(60);
    fleet.losePower({ where: { at: 'rack', rack: fleet.host(0).rack }, endsAtMs: Infinity });
    run(400);
    expect(log).toEqual(['120 clean failed']);
  });
});
