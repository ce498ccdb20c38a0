// A BMC address that leads to another host: whom commands and questions really reach, how operators take it, and who is told.

import { describe, expect, test } from 'vitest';
import { fencingText } from '../../../reports/explanation.ts';
import { fencingsIn } from '../../../reports/fencings.ts';
import { StoryIndex } from '../../../reports/story-index.ts';
import type { ScriptedFault } from '../../../sim/config.ts';
import type { Fault } from '../../../sim/faults/fault.ts';
import { FleetBmc } from '../../../sim/host/bmc.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { FleetProvisioner } from '../../../sim/host/provisioner.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { simulate } from '../../../sim/simulation.ts';
import { hangStudy, MINUTE_MS } from '../../kit/hang-study.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';

const A1 = { namespace: 'metal', name: 'a1' };
const B1 = { namespace: 'metal', name: 'b1' };

/** Hosts a1, a2 of one rack and b1, b2 of another: 0 to 3. The address of a1 leads to b1 from the start. */
function misled() {
  const config = tinyWorld();
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('misled'), 1));
  const bmc = new FleetBmc(kernel, fleet, config.bmc);
  const provisioner = new FleetProvisioner(kernel, fleet, bmc, config.provisioning);
  const seconds = (): number => (kernel.nowMs - config.startMs) / 1000;
  const wrong: Fault = {
    id: 1,
    class: 'wrongBmcAddress',
    subject: 0,
    reaches: 2,
    bornAtMs: kernel.nowMs,
    level: 'person',
    durationMs: 1,
  };
  fleet.strike(wrong);
  return {
    config,
    kernel,
    fleet,
    bmc,
    provisioner,
    seconds,
    run: (s: number) => kernel.runUntil(config.startMs + s * 1000),
  };
}

describe('a BMC address that leads to another host', () => {
  test('a command cuts the power of that host, and readings name its system', () => {
    const { fleet, bmc, run } = misled();
    bmc.setPower({ host: A1, power: 'off', mode: 'hard', operationId: 'off' }, () => undefined);
    run(60);
    expect([0, 1, 2, 3].map((host) => fleet.powered(host))).toEqual([true, true, false, true]);
    const told: unknown[] = [];
    bmc.observePower(A1, ({ power, systemUuid }) => told.push([power, systemUuid === fleet.systemUuid(2)]));
    expect(told).toEqual([['off', true]]);
    expect(fleet.behindBmcOf(2)).toBe(2);
  });

  test('a standing poll follows the host that answers, and tells when another one does', () => {
    const { fleet, bmc, seconds, run } = misled();
    const seen: string[] = [];
    bmc.watchPower(A1, 10_000, ({ power, systemUuid }) => {
      const host = fleet.hosts.find(({ index }) => fleet.systemUuid(index) === systemUuid)?.config.name;
      seen.push(`${Math.floor(seconds() / 10)}0 ${power} ${host}`);
    });
    run(95);
    fleet.powerOff(2, 'person');
    run(195);
    fleet.powerOff(0, 'person');
    run(295);
    fleet.repaired(0);
    run(395);
    fleet.powerOn(2, 'person');
    run(500);
    expect(seen.map((line) => line.replace(/^\d+ /, ''))).toEqual(['on b1', 'off b1', 'off a1']);
  });

  test('it answers as long as the BMC there does, whatever becomes of its own', () => {
    const { fleet, bmc } = misled();
    fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs: Infinity });
    expect([bmc.reachable(0), bmc.answers(fleet.host(0))]).toEqual([true, false]);
    fleet.losePower({ where: { at: 'rack', rack: 1 }, endsAtMs: Infinity });
    expect(bmc.reachable(0)).toBe(false);
  });

  test('a deprovisioning takes the system of the other host away, wipes nobody, and times out', () => {
    const { fleet, provisioner, seconds, run } = misled();
    const log: string[] = [];
    provisioner.observe({
      provisioningStarted: (host, what, named) => log.push(`${seconds()} ${what} of ${named.name} on ${host}`),
      provisioningEnded: (host, what, end, named) =>
        log.push(`${seconds()} ${what} of ${named.name} on ${host} ${end.kind}`),
    });
    provisioner.deprovision(A1, 'metadata', 'clean', () => undefined);
    run(3600);
    expect(log).toEqual(['0 deprovision of a1 on 2', '1800 deprovision of a1 on 2 failed']);
    const state = (host: number) => [fleet.kubeletActs(host), fleet.host(host).installed, fleet.wipeEpoch(host)];
    expect([state(0), state(2)]).toEqual([
      [true, true, 0],
      [false, true, 0],
    ]);
    fleet.powerOff(2, 'remediation');
    fleet.powerOn(2, 'remediation');
    run(4000);
    expect(fleet.kubeletActs(2)).toBe(true);
  });

  test('without cleaning the other host is switched off, and the operation claims success', () => {
    const { fleet, provisioner, run } = misled();
    const ends: string[] = [];
    provisioner.deprovision(A1, 'disabled', 'off', ({ kind }) => ends.push(kind));
    run(120);
    expect({ ends, powered: [fleet.powered(0), fleet.powered(2)] }).toEqual({
      ends: ['succeeded'],
      powered: [true, false],
    });
  });

  test('hosts whose addresses are swapped reach each other', () => {
    const { fleet, bmc, run } = misled();
    const back: Fault = {
      id: 2,
      class: 'wrongBmcAddress',
      subject: 2,
      reaches: 0,
      bornAtMs: 0,
      level: 'person',
      durationMs: 1,
    };
    fleet.strike(back);
    bmc.setPower({ host: B1, power: 'off', mode: 'hard', operationId: 'off' }, () => undefined);
    run(60);
    expect([0, 1, 2, 3].map((host) => fleet.powered(host))).toEqual([false, true, true, true]);
  });
});

describe('a remediation through a wrong BMC address', () => {
  const { config, policy } = hangStudy();
  const scripted = (fault: ScriptedFault['fault'], more: Partial<ScriptedFault>): ScriptedFault => ({
    ...{ name: fault, atMs: 0, fault, target: 'worker-1' },
    ...more,
  });
  const { osHang } = config.faults.classes;
  const cures = { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 };
  const soon = { kind: 'constant', value: 5 * MINUTE_MS } as const;
  const { result, recording } = simulate(
    {
      ...config,
      durationMs: 4 * 60 * MINUTE_MS,
      faults: { ...config.faults, classes: { ...config.faults.classes, osHang: { ...osHang, cures } } },
      people: {
        ...config.people,
        lateNoticeMs: { kind: 'constant', value: 60 * MINUTE_MS },
        resetMs: soon,
        repairMs: soon,
      },
      script: [scripted('wrongBmcAddress', { reaches: 'worker-2' }), scripted('osHang', { atMs: 10 * MINUTE_MS })],
    },
    policy,
    { replication: 1, record: true },
  );
  const lines = (recording?.story ?? [])
    .filter(({ topic, hosts }) => ['effect', 'fault', 'people'].includes(topic) && hosts.length > 0)
    .map(({ hosts, text, meant }) => `${hosts.join(' ')}: ${text}${meant === undefined ? '' : ` (meant ${meant})`}`)
    .filter((line) => !/: (nobody is .*|waits for a person)$/.test(line));

  test('fences healthy hosts only, and ends when a person corrects the address', () => {
    expect(lines).toEqual([
      'worker-1: wrongBmcAddress that leads to worker-2, ends by person',
      'worker-1: osHang, ends by reboot',
      // The reboot that the health check asks for, and then the reprovisioning.
      'worker-2: bare-metal-host: power off (hard) openshift-machine-api/worker-1, which reaches worker-2 (meant worker-1)',
      'worker-2: bare-metal-host: power on (hard) openshift-machine-api/worker-1, which reaches worker-2 (meant worker-1)',
      'worker-2: bare-metal-host: deprovision openshift-machine-api/worker-1 (cleaning metadata), which reaches worker-2 (meant worker-1)',
      // The agent that took its system away answers nobody: worker-2 is remediated in its turn.
      'worker-2: bare-metal-host: power off (hard) openshift-machine-api/worker-2',
      'worker-2: bare-metal-host: power on (hard) openshift-machine-api/worker-2',
      'worker-1: a person is at work: powerCycle',
      'worker-1: wrongBmcAddress ended by person',
      'worker-1: osHang ended by person',
      'worker-1: repaired (powerCycle)',
      // Repaired by now: the reprovisioning that was begun is brought to its end all the same.
      'worker-1: bare-metal-host: deprovision openshift-machine-api/worker-1 (cleaning metadata)',
      'worker-1: bare-metal-host: power on (hard) openshift-machine-api/worker-1',
      'worker-1: bare-metal-host: provision openshift-machine-api/worker-1',
    ]);
    expect(result.metrics).toMatchObject({ fencings: 4, needlessHealthy: 3, humanRepairs: 1 });
    expect(result.scriptFired).toEqual({ wrongBmcAddress: 1, osHang: 1 });
  });

  test('is explained with who was met, and with what was known and decided of the host that was meant', () => {
    const shown = config.hosts.map(({ name }) => ({ name, shown: name, names: [] }));
    const index = new StoryIndex(recording?.story ?? [], shown);
    const [first] = fencingsIn(index);
    if (first === undefined) throw new Error('somebody was fenced');
    const text = fencingText(first, index, 'since', { width: 1000, color: false, ascii: true });
    const rows = text.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' '));
    expect(rows.slice(0, 6)).toEqual([
      '+15m51s worker-2 powered off',
      'meant worker-1, whose BMC address leads here',
      'known Ready=Unknown since +10m50s',
      'true up, no fault; would serve by itself in 0s',
      'fault +0s wrongBmcAddress that leads to worker-2, ends by person',
      'fault +10m osHang, ends by reboot',
    ]);
    expect(rows[6]).toContain('decided +15m51s machine-health-check.openshift');
    expect(rows[6]).toContain('unhealthy: Ready=Unknown; 1 of 6 not healthy, 4 allowed');
  });
});
