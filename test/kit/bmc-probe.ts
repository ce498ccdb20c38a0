// One modelled management controller of a tiny world, asked request by request. Answers become short texts, so that a conversation
// can be read in a row of a table.

import type { BmcModelConfig } from '../../sim/config.ts';
import type { Fault } from '../../sim/faults/fault.ts';
import type { ManagementController } from '../../sim/host/bmc/management-controller.ts';
import type { BmcAnswer, BmcCaller, BmcRequest } from '../../sim/host/bmc/requests.ts';
import type { TraitChanges } from '../../sim/host/bmc/traits.ts';
import { FleetBmc } from '../../sim/host/bmc.ts';
import { HostFleet } from '../../sim/host/host-fleet.ts';
import { FleetProvisioner } from '../../sim/host/provisioner.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { aHost, tinyWorld } from './tiny-world.ts';

/** Answers take a tenth of a second, so that what a test waits for is what it is about. */
const QUICK: TraitChanges = {
  answerMs: { kind: 'constant', value: 100 },
  loginMs: { kind: 'constant', value: 100 },
};

export const BASIC: BmcCaller = {
  protocol: 'redfish',
  auth: 'basic',
  who: 'test',
  verifies: false,
  keepsAlive: false,
};

export function modelOf(change: Partial<BmcModelConfig> = {}): BmcModelConfig {
  return {
    profile: 'generic',
    quirks: [],
    verifiesCertificate: true,
    ...change,
    traits: { ...QUICK, ...change.traits },
  };
}

const HOST = { namespace: 'metal', name: 'a1' };

/** Longer than any answer of a controller that answers. */
const PATIENCE_MS = 20_000;

export class BmcProbe {
  readonly config;
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly bmc: FleetBmc;
  readonly provisioner: FleetProvisioner;
  readonly key = HOST;
  private operations = 0;
  private faults = 1000;

  constructor(model: BmcModelConfig = modelOf()) {
    this.config = tinyWorld({ hosts: [aHost('a1', 'rack-a', { bmc: model }), aHost('b1', 'rack-b')] });
    this.kernel = new Kernel(this.config.startMs);
    this.fleet = new HostFleet(this.kernel, this.config, new Draws(rootKey('probe'), 1));
    this.bmc = new FleetBmc(this.kernel, this.fleet, this.config.bmc);
    this.provisioner = new FleetProvisioner(this.kernel, this.fleet, this.bmc, {
      ...this.config.provisioning,
      failShare: 0,
    });
  }

  get controller(): ManagementController {
    const modelled = this.bmc.controllers.of(0);
    if (modelled === undefined) throw new Error('the host has a modelled controller');
    return modelled.controller;
  }

  wait(seconds: number): void {
    this.kernel.runUntil(this.kernel.nowMs + seconds * 1000);
  }

  /** Asks once and waits for the answer, at most 20 s. */
  ask(request: BmcRequest, caller: BmcCaller = BASIC): string {
    const answer = this.answerTo(request, caller);
    return answer === undefined ? 'silence' : textOf(answer);
  }

  /** Undefined: silence. */
  answerTo(request: BmcRequest, caller: BmcCaller = BASIC): BmcAnswer | undefined {
    const answers: BmcAnswer[] = [];
    this.controller.request(request, caller, (answer) => answers.push(answer));
    const untilMs = this.kernel.nowMs + PATIENCE_MS;
    while (answers.length === 0 && this.kernel.nextAtMs <= untilMs) this.kernel.runUntil(this.kernel.nextAtMs);
    if (answers.length === 0) this.kernel.runUntil(untilMs);
    return answers[0];
  }

  reset(type: Extract<BmcRequest, { ask: 'reset' }>['type']): string {
    return this.ask({ ask: 'reset', type });
  }

  /** What the controller says of power, and what is true. */
  power(): string {
    const shown = this.ask({ ask: 'power' });
    return `${shown} (${this.fleet.powered(0) ? 'on' : 'off'})`;
  }

  stage(): string {
    return this.fleet.host(0).stage;
  }

  /** Through the Bmc port, to its end. */
  command(power: 'on' | 'off', mode: 'soft' | 'hard' = 'hard', by?: 'fence-agent'): string {
    this.operations++;
    const { nowMs } = this.kernel;
    let text = 'no end';
    const operationId = `operation-${this.operations}`;
    this.bmc.setPower({ host: HOST, power, mode, operationId, ...(by === undefined ? {} : { by }) }, (end, atMs) => {
      text = `${end.kind}${end.kind === 'succeeded' ? '' : ` (${end.message})`} after ${Math.round((atMs - nowMs) / 1000)} s`;
    });
    this.wait(400);
    return text;
  }

  /** Through the Bmc port. */
  read(by?: 'fence-agent'): string {
    const { nowMs } = this.kernel;
    let text = 'no reading';
    this.bmc.observePower(
      HOST,
      ({ power, readAtMs }) => {
        text = `${power} after ${((readAtMs - nowMs) / 1000).toFixed(1)} s`;
      },
      by,
    );
    this.wait(100);
    return text;
  }

  /** Strikes the host with a fault that only a person ends, and says its id. */
  strike(faultClass: Fault['class']): Fault {
    const { nowMs } = this.kernel;
    const id = this.faults++;
    const fault: Fault = { id, class: faultClass, subject: 0, bornAtMs: nowMs, level: 'person', durationMs: 1 };
    this.fleet.strike(fault);
    return fault;
  }
}

function textOf(answer: BmcAnswer): string {
  switch (answer.kind) {
    case 'refused':
      return `${answer.code} ${answer.messageId}`;
    case 'power':
      return `${answer.power}`;
    case 'boot':
      return [answer.boot.target, answer.boot.enabled, answer.boot.mode ?? 'no mode'].join(' ');
    case 'health':
      return `${answer.health}`;
    case 'clock':
      return `${answer.offsetMs / 1000} s`;
    case 'task':
      return answer.state;
    case 'indicator':
      return answer.indicator;
    default:
      return answer.kind;
  }
}
