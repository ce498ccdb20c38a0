// The management controllers of all hosts: implements core's Bmc port against the truth of the fleet.
//
// Divergence from reality
// - Unless it is modelled as a computer of its own (sim/host/bmc/), a BMC is ideal: one command takes one drawn time, a reading takes
//   none, and what does not reach it is answered with nothing at all.
// - Whether an operating system hears its power button is asked when the button is pressed; while it boots, it does.
// - An address leads to one host at any instant: two hosts that answer at one address in turn do not exist.
// - Standing polls are elided (standing-polls.ts), but those that a modelled BMC turns away, for each counts.

import type { ObjectKey } from '../../core/api/object.ts';
import { keyString } from '../../core/api/object.ts';
import { broken } from '../../core/assert.ts';
import type { OperationEnd, PowerReading } from '../../core/facts.ts';
import type { Bmc, PowerCommand } from '../../core/ports/bmc.ts';
import { Operations } from '../../core/ports/operations.ts';
import type { BmcConfig } from '../config.ts';
import type { Fault } from '../faults/fault.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { FleetControllers } from './bmc/fleet-controllers.ts';
import { powerOf } from './bmc/power-client.ts';
import type { Host } from './host.ts';
import { bootProgressAt, hasActive, hearsPowerButton, pollDraw, powerDraw } from './host.ts';
import type { HostFleet } from './host-fleet.ts';
import { isUpdating, powerRefusalOf, refusalText } from './power-refusal.ts';
import { StandingPolls } from './standing-polls.ts';

/** Nobody waits longer than this for an operating system to power off. Source: baremetal-operator, pkg/provisioner/ironic/ironic.go (softPowerOffTimeout), 180 s; then the last look at the power. */
const SOFT_POWER_OFF_GIVEN_UP_MS = 181_000;

/** `host`: the one that the command reaches, which is not the one it names where that one's BMC address is wrong. */
export interface BmcObserver {
  commandStarted(host: number, command: PowerCommand): void;
  commandEnded(host: number, command: PowerCommand, end: OperationEnd): void;
  /** An answer about power, of the BMC that is asked for this host. */
  read?(asked: ObjectKey, reading: PowerReading): void;
  /** The BMC of this host turned somebody away. */
  loginRefused?(host: number, who: string, code: 401 | 403): void;
}

export class FleetBmc implements Bmc {
  private readonly kernel: Kernel;
  private readonly fleet: HostFleet;
  private readonly config: BmcConfig;
  private readonly observers: BmcObserver[] = [];
  private readonly operations: Operations;
  private readonly polls: StandingPolls;
  /** By host: power returned, and its BMC boots until then. */
  private readonly bootsUntilMs: Float64Array;
  /** Hosts to those whose BMC addresses lead to them although they are others'. */
  private readonly misled = new Map<number, Set<number>>();
  /** BMCs that are computers of their own. */
  readonly controllers: FleetControllers;

  constructor(kernel: Kernel, fleet: HostFleet, config: BmcConfig) {
    this.kernel = kernel;
    this.fleet = fleet;
    this.config = config;
    this.operations = new Operations(kernel);
    this.polls = new StandingPolls(kernel, fleet.count, {
      power: (index) => this.power(this.behind(index)),
      read: (index) => this.polled(this.behind(index)),
      tells: (asked, reading) => this.tell(asked, reading),
      countsPolls: (index) => this.isTurnedAway(this.behind(index)),
    });
    this.bootsUntilMs = new Float64Array(fleet.count);
    this.controllers = new FleetControllers({
      kernel,
      fleet,
      timeoutMs: config.timeoutMs,
      softTimeoutMs: SOFT_POWER_OFF_GIVEN_UP_MS,
      changed: (host) => this.pollChanged(host),
      loginRefused: (host, who, code) => {
        for (const observer of this.observers) observer.loginRefused?.(host, who, code);
      },
    });
    fleet.onChange((host) => this.pollChanged(host));
    fleet.observe({
      faultShown: (fault, host) => this.addressChanged(fault, host, (others) => others.add(host)),
      faultEnded: (fault, host) => this.addressChanged(fault, host, (others) => others.delete(host)),
    });
  }

  observe(observer: BmcObserver): void {
    this.observers.push(observer);
  }

  /** These hosts have power again: their BMCs answer after their own boot. */
  powerReturned(hosts: readonly number[]): void {
    const readyAtMs = this.kernel.nowMs + this.config.bootMs;
    for (const host of hosts) this.bootsUntilMs[host] = readyAtMs;
    this.controllers.powerReturned(hosts);
    this.kernel.call(readyAtMs, () => {
      for (const host of hosts) this.pollChanged(host);
    });
  }

  /** The BMC at the address of this host answers. */
  reachable(index: number): boolean {
    return this.answers(this.behind(index));
  }

  /** The BMC that is built into this host answers, whatever address leads to it. */
  answers(host: Host): boolean {
    const modelled = this.controllers.of(host.index);
    if (modelled !== undefined) return this.controllers.isLinked(host) && modelled.controller.isUp();
    return (
      this.fleet.power.fed(host.index) &&
      this.fleet.network.connects(host.index, 'controllers', 'bmc') &&
      (this.bootsUntilMs[host.index] ?? 0) <= this.kernel.nowMs &&
      !hasActive(host, 'bmcUnreachable')
    );
  }

  setPower(command: PowerCommand, ended: (end: OperationEnd, atMs: number) => void): void {
    if (!this.operations.begin(command.operationId, ended)) return;
    const host = this.hostOf(command.host);
    for (const observer of this.observers) observer.commandStarted(host.index, command);
    const modelled = this.controllers.of(host.index);
    if (modelled !== undefined) {
      const client = command.by === 'fence-agent' ? modelled.fenceAgent : modelled.operator;
      client.command(command, (end, wasSent) => {
        this.end(host, command, end);
        if (!wasSent) this.operations.forget(command.operationId);
      });
      return;
    }
    if (!this.answers(host)) {
      this.kernel.call(this.kernel.nowMs + this.config.timeoutMs, () => {
        this.end(host, command, { kind: 'unknown', message: 'BMC did not answer' });
        // It reached nobody: the same command may be given again.
        this.operations.forget(command.operationId);
      });
      return;
    }
    const takesMs = this.takesMs(host, command);
    if (command.power === 'off' && command.mode === 'soft' && !hearsPowerButton(host)) {
      const end: OperationEnd = { kind: 'unknown', message: 'the operating system did not power off' };
      this.kernel.call(this.kernel.nowMs + SOFT_POWER_OFF_GIVEN_UP_MS, () => this.end(host, command, end));
    } else this.kernel.call(this.kernel.nowMs + takesMs, () => this.execute(host, command));
  }

  private execute(host: Host, command: PowerCommand): void {
    if (!this.fleet.power.fed(host.index)) {
      this.end(host, command, { kind: 'unknown', message: 'BMC lost power' });
      return;
    }
    const refusal = powerRefusalOf(host, command.power === 'on' ? 'up' : 'down');
    if (refusal !== undefined) {
      this.end(host, command, { kind: 'failed', message: refusalText(refusal) });
      return;
    }
    if (command.power === 'off') this.fleet.powerOff(host.index, 'remediation');
    else this.fleet.powerOn(host.index, 'remediation');
    this.end(
      host,
      command,
      this.answers(host) ? { kind: 'succeeded' } : { kind: 'unknown', message: 'BMC did not confirm' },
    );
  }

  private end(host: Host, command: PowerCommand, end: OperationEnd): void {
    for (const observer of this.observers) observer.commandEnded(host.index, command, end);
    this.operations.end(command.operationId, end);
  }

  observePower(key: ObjectKey, answered: (reading: PowerReading) => void, by?: PowerCommand['by']): void {
    const done = (reading: PowerReading): void => {
      this.tell(key, reading);
      answered(reading);
      this.polls.heard(this.indexOf(key), reading);
    };
    const host = this.hostOf(key);
    const modelled = this.controllers.of(host.index);
    if (modelled !== undefined) {
      (by === 'fence-agent' ? modelled.fenceAgent : modelled.operator).read(done);
      return;
    }
    const askedAtMs = this.kernel.nowMs;
    if (this.answers(host)) {
      done(this.reading(host, askedAtMs));
      return;
    }
    const timeoutAtMs = askedAtMs + this.config.timeoutMs;
    this.kernel.call(timeoutAtMs, () => done({ power: 'unreachable', askedAtMs, readAtMs: timeoutAtMs }));
  }

  watchPower(asked: ObjectKey, everyMs: number, changed: (reading: PowerReading) => void): () => void {
    const index = this.indexOf(asked);
    const phaseMs = Math.floor(pollDraw(this.fleet.host(index), 0) * everyMs);
    return this.polls.start(index, { asked, everyMs, phaseMs, changed });
  }

  /** Observers hear of an answer before whoever asked. */
  private tell(asked: ObjectKey, reading: PowerReading): void {
    for (const observer of this.observers) observer.read?.(asked, reading);
  }

  /** The truth that a poll would read may have changed. */
  pollChanged(index: number): void {
    this.polls.look(index);
    for (const other of this.misled.get(index) ?? []) this.polls.look(other);
  }

  /** Another system answers at the address of this host from now on: the next poll tells, whatever its power is. */
  private addressChanged({ reaches }: Fault, host: number, change: (others: Set<number>) => void): void {
    if (reaches === undefined) return;
    const others = this.misled.get(reaches) ?? new Set();
    this.misled.set(reaches, others);
    change(others);
    this.polls.renew(host);
  }

  private power(host: Host): PowerReading['power'] {
    const modelled = this.controllers.of(host.index);
    if (modelled !== undefined) {
      if (!this.controllers.isLinked(host)) return 'unreachable';
      return powerOf(modelled.controller.wouldShow(modelled.operator.caller));
    }
    if (!this.answers(host)) return 'unreachable';
    return this.fleet.powered(host.index) ? 'on' : 'off';
  }

  private reading(host: Host, atMs: number): PowerReading {
    const power = this.power(host);
    if (power === 'unreachable') return { power, askedAtMs: atMs, readAtMs: atMs };
    const systemUuid = this.fleet.systemUuid(host.index);
    // Written out, not spread: every operator keeps one of every host.
    if (host.config.bmcProtocol === 'ipmi') return { power, askedAtMs: atMs, readAtMs: atMs, systemUuid };
    const bootProgress = bootProgressAt(host, this.kernel.nowMs);
    const reading = { power, askedAtMs: atMs, readAtMs: atMs, systemUuid, bootProgress };
    return isUpdating(host) ? { ...reading, isUpdating: true } : reading;
  }

  /** A standing poll is made: it logs in where it has no session. */
  private polled(host: Host): PowerReading {
    const reading = this.reading(host, this.kernel.nowMs);
    const operator = this.controllers.of(host.index)?.operator;
    if (operator !== undefined && operator.caller.session === undefined) operator.knock();
    return reading;
  }

  private isTurnedAway(host: Host): boolean {
    return this.controllers.of(host.index)?.controller.turnsAway() === true && this.controllers.isLinked(host);
  }

  private takesMs(host: Host, command: PowerCommand): number {
    const distribution =
      command.power === 'on'
        ? host.hardware.powerOnMs
        : command.mode === 'soft'
          ? host.hardware.shutdownMs
          : host.hardware.powerOffMs;
    return Math.max(1, Math.round(sample(distribution, powerDraw(host))));
  }

  /** The host that a command or question really reaches. */
  private hostOf(key: ObjectKey): Host {
    return this.behind(this.indexOf(key));
  }

  private behind(index: number): Host {
    return this.fleet.host(this.fleet.behindBmcOf(index));
  }

  private indexOf(key: ObjectKey): number {
    const index = this.fleet.indexOfHost(key);
    if (index < 0) broken(`BareMetalHost ${keyString(key)} has hardware behind it`);
    return index;
  }
}
