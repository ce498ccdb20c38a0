// Inspects, deploys and cleans hosts (Ironic's role): implements core's Provisioner port against the truth of the fleet.
//
// Divergence from reality
// - Agent boots use the host's own firmware and boot draws; image servers and DHCP have no limits and no outages yet.
// - An inspection by the agent takes the agent's boot; what it finds is known already.
// - Where the BMC address is wrong, the agent is booted on the wrong host. It is looked up by its network cards, nobody waits
//   for that host, and the operation times out: nothing is wiped, but the system that ran there is gone until the next boot.
// - With cleaning disabled, teardown is a power-off: the agent is not booted.
// - The boot source of the agent is set by one change that takes no time, once; the virtual media of other drivers are not modelled.

import type { ObjectKey } from '../../core/api/object.ts';
import { keyString } from '../../core/api/object.ts';
import { broken } from '../../core/assert.ts';
import type { OperationEnd } from '../../core/facts.ts';
import type { Provisioner } from '../../core/ports/provisioner.ts';
import type { ProvisioningConfig } from '../config.ts';
import { stopsHost } from '../faults/catalogue.ts';
import { cures, type Fault } from '../faults/fault.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FleetBmc } from './bmc.ts';
import { precedesNetworkBoot } from './boot-steps.ts';
import { firmwareDurationMs } from './boot-times.ts';
import { type Host, provisionDraw } from './host.ts';
import type { HostFleet } from './host-fleet.ts';
import { type Ended, Operations } from './operations.ts';

/** `host`: the one that the operation reaches, as of a BMC's commands. */
export interface ProvisionerObserver {
  provisioningStarted(host: number, what: OperationName, named: ObjectKey): void;
  provisioningEnded(host: number, what: OperationName, end: OperationEnd, named: ObjectKey): void;
}

type OperationName = 'inspect' | 'provision' | 'deprovision';

/** Assumption: a BMC lists its hardware, or powers off a host that is not looked at further, in half a minute. */
const FAST_INSPECTION_MS = 30_000;
/** Assumption: until a provisioner has tried and given up on a boot device that the BMC refuses. */
const BOOT_DEVICE_REFUSED_MS = 60_000;

/** Draws of one operation: agent firmware, agent boot, image or cleaning, failure. */
const DRAWS_PER_OPERATION = 4;

interface StartedOperation {
  readonly host: Host;
  /** First of the draws of this operation. */
  readonly draw: number;
  readonly finish: (end: OperationEnd) => void;
}

export class FleetProvisioner implements Provisioner {
  readonly #kernel: Kernel;
  readonly #fleet: HostFleet;
  readonly #bmc: FleetBmc;
  readonly #config: ProvisioningConfig;
  readonly #operations: Operations;
  readonly #observers: ProvisionerObserver[] = [];

  constructor(kernel: Kernel, fleet: HostFleet, bmc: FleetBmc, config: ProvisioningConfig) {
    this.#kernel = kernel;
    this.#operations = new Operations(kernel);
    this.#fleet = fleet;
    this.#bmc = bmc;
    this.#config = config;
  }

  observe(observer: ProvisionerObserver): void {
    this.#observers.push(observer);
  }

  inspect(key: ObjectKey, mode: 'fast' | 'agent', operationId: string, ended: Ended): void {
    const started = this.#start(key, operationId, 'inspect', mode === 'agent', ended);
    if (started === undefined) return;
    const { host, draw, finish } = started;
    if (mode === 'fast') {
      this.#after(FAST_INSPECTION_MS, () => finish({ kind: 'succeeded' }));
      return;
    }
    if (!this.#bootAgent(host, finish)) return;
    this.#after(this.#agentBootMs(host, draw), () => {
      if (!this.#stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while inspecting' });
      if (!host.hardware.fastTrack) this.#fleet.powerOff(host.index, 'provisioning');
      return finish({ kind: 'succeeded' });
    });
  }

  provision(key: ObjectKey, cleaning: 'metadata' | 'disabled', operationId: string, ended: Ended): void {
    const started = this.#start(key, operationId, 'provision', true, ended);
    if (started === undefined) return;
    if (cleaning === 'disabled') this.#deploy(started);
    else this.#clean(started, () => this.#deploy({ ...started, draw: this.#nextDraw(started.host) }));
  }

  #deploy({ host, draw, finish }: StartedOperation): void {
    const agentMs = host.hardware.fastTrack && host.stage === 'agent' ? 0 : this.#agentBootMs(host, draw);
    const failed = provisionDraw(host, draw + 3) < this.#config.failShare;
    if (!this.#bootAgent(host, finish)) return;
    if (failed) {
      this.#timeOut(finish);
      return;
    }
    const writeMs = sample(host.hardware.imageWriteMs, provisionDraw(host, draw + 2));
    this.#after(agentMs + writeMs, () => {
      if (!this.#stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while deploying' });
      host.provisioning = false;
      this.#fleet.bootFresh(host.index);
      return finish({ kind: 'succeeded' });
    });
  }

  deprovision(key: ObjectKey, cleaning: 'metadata' | 'disabled', operationId: string, ended: Ended): void {
    const started = this.#start(key, operationId, 'deprovision', cleaning === 'metadata', ended);
    if (started === undefined) return;
    const { host, draw, finish } = started;
    this.#fleet.powerOff(host.index, 'provisioning');
    if (cleaning === 'disabled') {
      this.#fleet.uninstall(host.index, false);
      this.#after(sample(host.hardware.powerOffMs, provisionDraw(host, draw + 2)), () => finish({ kind: 'succeeded' }));
      return;
    }
    this.#clean(started, () => {
      if (!host.hardware.fastTrack) this.#fleet.powerOff(host.index, 'provisioning');
      finish({ kind: 'succeeded' });
    });
  }

  /** Boots the agent and wipes the metadata of all disks; `then` with the agent still running. */
  #clean({ host, draw, finish }: StartedOperation, then: () => void): void {
    if (!this.#bootAgent(host, finish)) return;
    const cleanMs = sample(host.hardware.metadataCleanMs, provisionDraw(host, draw + 2));
    this.#after(this.#agentBootMs(host, draw) + cleanMs, () => {
      if (!this.#stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while cleaning' });
      this.#fleet.uninstall(host.index, true);
      return then();
    });
  }

  #start(
    key: ObjectKey,
    operationId: string,
    what: OperationName,
    bootsAgent: boolean,
    ended: Ended,
  ): StartedOperation | undefined {
    if (!this.#operations.begin(operationId, ended)) return undefined;
    const index = this.#fleet.indexOfHost(key);
    if (index < 0) broken(`BareMetalHost ${keyString(key)} has hardware behind it`);
    const host = this.#fleet.host(index);
    const reached = this.#fleet.behindBmcOf(index);
    const finish = (end: OperationEnd): void => {
      host.provisioning = false;
      for (const observer of this.#observers) observer.provisioningEnded(reached, what, end, key);
      this.#operations.end(operationId, end);
    };
    for (const observer of this.#observers) observer.provisioningStarted(reached, what, key);
    if (!this.#bmc.reachable(index)) {
      this.#timeOut(finish);
      return undefined;
    }
    if (reached !== index) {
      if (what === 'deprovision') this.#fleet.powerOff(reached, 'provisioning');
      if (bootsAgent) this.#fleet.enterForeignAgent(reached);
      if (bootsAgent) this.#timeOut(finish);
      else this.#after(FAST_INSPECTION_MS, () => finish({ kind: 'succeeded' }));
      return undefined;
    }
    host.provisioning = true;
    return { host, draw: this.#nextDraw(host), finish };
  }

  #nextDraw(host: Host): number {
    return host.provisions++ * DRAWS_PER_OPERATION;
  }

  #agentBootMs(host: Host, draw: number): number {
    const agentMs = sample(host.hardware.osBootMs, provisionDraw(host, draw + 1));
    return firmwareDurationMs(host.hardware, provisionDraw(host, draw), 'cold') + agentMs;
  }

  /** Starts the agent; false where it will not call back, and the operation ends without it. */
  #bootAgent(host: Host, finish: (end: OperationEnd) => void): boolean {
    const isThere = host.hardware.fastTrack && host.stage === 'agent';
    const started = isThere ? 'agent' : this.#bmc.controllers.startAgent(host.index);
    if (started === 'refused') {
      this.#after(BOOT_DEVICE_REFUSED_MS, () => finish({ kind: 'failed', message: 'the BMC refused the boot device' }));
      return false;
    }
    if (started === 'agent') {
      this.#fleet.enterAgent(host.index);
      if (this.#agentCanRun(host)) return true;
    } else {
      this.#startOtherwise(host);
      if (started === 'stopped') this.#fleet.stopInFirmware(host.index);
    }
    this.#timeOut(finish);
    return false;
  }

  /** Firmware does not boot what it was told to. */
  #startOtherwise({ index }: Host): void {
    if (this.#fleet.powered(index)) this.#fleet.warmReboot(index, 'provisioning');
    else this.#fleet.powerOn(index, 'provisioning');
  }

  /** The agent runs from memory on the host's hardware: a fault that only a person ends keeps it from calling back. */
  #agentCanRun(host: Host): boolean {
    return host.active.every(
      (fault) => !stopsHost(fault) || cures('reprovision', fault.level) || isOfInstalledSystem(fault),
    );
  }

  #stillThere(host: Host): boolean {
    return this.#fleet.power.fed(host.index) && host.stage === 'agent';
  }

  #timeOut(finish: (end: OperationEnd) => void): void {
    this.#after(this.#config.callbackTimeoutMs, () =>
      finish({ kind: 'failed', message: 'timeout reached while waiting for callback' }),
    );
  }

  #after(delayMs: number, run: () => void): void {
    this.#kernel.call(this.#kernel.nowMs + Math.max(1, Math.round(delayMs)), run);
  }
}

/** Keeps the deployed system from starting, and not an agent from the network. */
function isOfInstalledSystem({ effect }: Fault): boolean {
  return effect?.bootStop !== undefined && !precedesNetworkBoot(effect.bootStop.step);
}
