// Inspects, deploys and cleans hosts (Ironic's role): implements core's Provisioner port against the truth of the fleet.
//
// Divergence from reality
// - Agent boots use the host's own firmware and boot draws. Image servers, DHCP and Ironic itself have limits and outages only where a
//   scenario has them (sim/provisioning).
// - An inspection by the agent takes the agent's boot; what it finds is known already.
// - Where the BMC address is wrong, the agent is booted on the wrong host. It is looked up by its network cards, nobody waits
//   for that host, and the operation times out: nothing is wiped, but the system that ran there is gone until the next boot.
// - With cleaning disabled, teardown is a power-off: the agent is not booted.
// - The boot source of the agent is set by one change that takes no time, once; the virtual media of other drivers are not modelled.

import type { ObjectKey } from '../../core/api/object.ts';
import { keyString } from '../../core/api/object.ts';
import { broken } from '../../core/assert.ts';
import type { OperationEnd } from '../../core/facts.ts';
import { type Ended, Operations } from '../../core/ports/operations.ts';
import type { Provisioner } from '../../core/ports/provisioner.ts';
import type { ProvisioningConfig } from '../config.ts';
import { stopsHost } from '../faults/catalogue.ts';
import { cures, type Fault } from '../faults/fault.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Turn } from '../provisioning/conductor.ts';
import type { ProvisioningPlane } from '../provisioning/provisioning-plane.ts';
import type { FleetBmc } from './bmc.ts';
import { precedesNetworkBoot } from './boot-steps.ts';
import { firmwareDurationMs } from './boot-times.ts';
import { type Host, provisionDraw } from './host.ts';
import type { HostFleet } from './host-fleet.ts';
import { powerRefusalOf, refusalText } from './power-refusal.ts';

/** `host`: the one that the operation reaches, as of a BMC's commands. */
export interface ProvisionerObserver {
  provisioningStarted(host: number, what: OperationName, named: ObjectKey): void;
  provisioningEnded(host: number, what: OperationName, end: OperationEnd, named: ObjectKey): void;
}

type OperationName = 'inspect' | 'provision' | 'deprovision';

/** Assumption: a BMC lists its hardware, or powers off a host that is not looked at further, in half a minute. */
const FAST_INSPECTION_MS = 30_000;
/** Assumption: until a provisioner has tried and given up on what the BMC refuses. */
const BOOT_DEVICE_REFUSED_MS = 60_000;

/** Draws of one operation: agent firmware, agent boot, image or cleaning, failure. */
const DRAWS_PER_OPERATION = 4;

type Finish = (end: OperationEnd) => void;

interface StartedOperation {
  readonly host: Host;
  /** First of the draws of this operation. */
  readonly draw: number;
  readonly finish: Finish;
  /** False once it has ended, or Ironic has gone away over it: nothing that it had begun goes on. */
  readonly turn: Pick<Turn, 'lasts'>;
}

const FOR_EVER: Turn = { lasts: true, end: () => undefined };

interface AskedOperation {
  readonly key: ObjectKey;
  readonly operationId: string;
  readonly what: OperationName;
  readonly bootsAgent: boolean;
  readonly ended: Ended;
}

export class FleetProvisioner implements Provisioner {
  private readonly kernel: Kernel;
  private readonly fleet: HostFleet;
  private readonly bmc: FleetBmc;
  private readonly config: ProvisioningConfig;
  private readonly operations: Operations;
  private readonly plane: ProvisioningPlane | undefined;
  private readonly observers: ProvisionerObserver[] = [];

  /** @param plane absent: what operations need beside their hosts is always there, and takes no time of its own. */
  constructor(kernel: Kernel, fleet: HostFleet, bmc: FleetBmc, config: ProvisioningConfig, plane?: ProvisioningPlane) {
    this.kernel = kernel;
    this.operations = new Operations(kernel);
    this.fleet = fleet;
    this.bmc = bmc;
    this.config = config;
    this.plane = plane;
  }

  observe(observer: ProvisionerObserver): void {
    this.observers.push(observer);
  }

  inspect(key: ObjectKey, mode: 'fast' | 'agent', operationId: string, ended: Ended): void {
    this.start({ key, operationId, what: 'inspect', bootsAgent: mode === 'agent', ended }, (started) => {
      const { host, draw, finish } = started;
      if (mode === 'fast') {
        this.after(FAST_INSPECTION_MS, () => finish({ kind: 'succeeded' }));
        return;
      }
      if (!this.bootAgent(host, finish)) return;
      this.agentUp(started, draw, () => {
        if (!this.stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while inspecting' });
        if (!host.hardware.fastTrack) this.fleet.powerOff(host.index, 'provisioning');
        return finish({ kind: 'succeeded' });
      });
    });
  }

  provision(key: ObjectKey, cleaning: 'metadata' | 'disabled', operationId: string, ended: Ended): void {
    this.start({ key, operationId, what: 'provision', bootsAgent: true, ended }, (started) => {
      if (cleaning === 'disabled') this.deploy(started);
      else this.clean(started, () => this.deploy({ ...started, draw: this.nextDraw(started.host) }));
    });
  }

  private deploy(started: StartedOperation): void {
    const { host, draw, finish } = started;
    const isUp = host.hardware.fastTrack && host.stage === 'agent';
    const failed = provisionDraw(host, draw + 3) < this.config.failShare;
    if (!this.bootAgent(host, finish)) return;
    if (failed) {
      this.timeOut(finish);
      return;
    }
    const writeMs = sample(host.hardware.imageWriteMs, provisionDraw(host, draw + 2));
    const deployed = () => {
      if (!this.stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while deploying' });
      host.provisioning = false;
      this.plane?.deployed(host.index);
      this.fleet.bootFresh(host.index);
      return finish({ kind: 'succeeded' });
    };
    if (this.plane === undefined) {
      const agentMs = isUp ? 0 : this.agentBootMs(host, draw);
      this.after(agentMs + writeMs, deployed);
    } else if (isUp) this.write(started, this.plane, writeMs, deployed);
    else {
      const plane = this.plane;
      this.agentUp(started, draw, () => this.write(started, plane, writeMs, deployed));
    }
  }

  /** Writes the image while it arrives; `written` when both are done, or the host is gone. */
  private write(
    { host, finish, turn }: StartedOperation,
    plane: ProvisioningPlane,
    writeMs: number,
    written: () => void,
  ): void {
    let left = 2;
    const one = (): void => {
      left--;
      if (left === 0 && turn.lasts) written();
    };
    this.after(writeMs, one);
    plane.fetchImage(host.index, turn, one, (message) => {
      if (turn.lasts) finish({ kind: 'failed', message });
    });
  }

  deprovision(key: ObjectKey, cleaning: 'metadata' | 'disabled', operationId: string, ended: Ended): void {
    this.start({ key, operationId, what: 'deprovision', bootsAgent: cleaning === 'metadata', ended }, (started) => {
      const { host, draw, finish } = started;
      if (host.stage !== 'off' && this.isRefused(host, finish)) return;
      this.fleet.powerOff(host.index, 'provisioning');
      if (cleaning === 'disabled') {
        this.fleet.uninstall(host.index, false);
        this.after(sample(host.hardware.powerOffMs, provisionDraw(host, draw + 2)), () =>
          finish({ kind: 'succeeded' }),
        );
        return;
      }
      this.clean(started, () => {
        if (!host.hardware.fastTrack) this.fleet.powerOff(host.index, 'provisioning');
        finish({ kind: 'succeeded' });
      });
    });
  }

  /** Boots the agent and wipes the metadata of all disks; `then` with the agent still running. */
  private clean(started: StartedOperation, then: () => void): void {
    const { host, draw, finish, turn } = started;
    if (!this.bootAgent(host, finish)) return;
    const cleanMs = sample(host.hardware.metadataCleanMs, provisionDraw(host, draw + 2));
    const cleaned = () => {
      if (!this.stillThere(host)) return finish({ kind: 'failed', message: 'lost the host while cleaning' });
      this.fleet.uninstall(host.index, true);
      return then();
    };
    if (this.plane === undefined) this.after(this.agentBootMs(host, draw) + cleanMs, cleaned);
    else this.agentUp(started, draw, () => this.after(cleanMs, () => (turn.lasts ? cleaned() : undefined)));
  }

  /** The agent has started and calls back. */
  private agentUp({ host, finish, turn }: StartedOperation, draw: number, then: () => void): void {
    const plane = this.plane;
    if (plane === undefined) {
      this.after(this.agentBootMs(host, draw), then);
      return;
    }
    const { firmwareMs, agentMs } = this.agentStages(host, draw);
    const up = (): void => {
      if (turn.lasts) then();
    };
    this.after(firmwareMs, () => {
      if (!turn.lasts) return;
      plane.fetchAgent(
        host.index,
        () => this.after(agentMs, up),
        () => this.timeOut(finish),
      );
    });
  }

  /** Once per operation id, when it is taken: at once, unless Ironic is away or has enough to do. */
  private start(asked: AskedOperation, begin: (started: StartedOperation) => void): void {
    if (!this.operations.begin(asked.operationId, asked.ended)) return;
    const index = this.fleet.indexOfHost(asked.key);
    if (index < 0) broken(`BareMetalHost ${keyString(asked.key)} has hardware behind it`);
    if (this.plane === undefined) {
      this.taken(asked, index, FOR_EVER, this.endOf(asked, index, FOR_EVER), begin);
      return;
    }
    let end: Finish | undefined;
    this.plane.conductor.ask(
      (turn) => {
        const ends = this.endOf(asked, index, turn);
        end = ends;
        // While Ironic is away nobody hears how an operation ended.
        this.taken(asked, index, turn, (how) => (turn.lasts ? ends(how) : undefined), begin);
      },
      (message) => end?.({ kind: 'failed', message }),
    );
  }

  /** Ends an operation, once. */
  private endOf({ key, operationId, what }: AskedOperation, index: number, turn: Turn): Finish {
    const host = this.fleet.host(index);
    const reached = this.fleet.behindBmcOf(index);
    let over = false;
    return (end) => {
      if (over) return;
      over = true;
      host.provisioning = false;
      turn.end();
      for (const observer of this.observers) observer.provisioningEnded(reached, what, end, key);
      this.operations.end(operationId, end);
    };
  }

  private taken(
    { key, what, bootsAgent }: AskedOperation,
    index: number,
    turn: Turn,
    finish: Finish,
    begin: (started: StartedOperation) => void,
  ): void {
    const host = this.fleet.host(index);
    const reached = this.fleet.behindBmcOf(index);
    for (const observer of this.observers) observer.provisioningStarted(reached, what, key);
    if (!this.bmc.reachable(index)) {
      this.timeOut(finish);
      return;
    }
    if (reached !== index) {
      if (bootsAgent && this.isRefused(this.fleet.host(reached), finish)) return;
      if (what === 'deprovision') this.fleet.powerOff(reached, 'provisioning');
      if (bootsAgent) this.fleet.enterForeignAgent(reached);
      if (bootsAgent) this.timeOut(finish);
      else this.after(FAST_INSPECTION_MS, () => finish({ kind: 'succeeded' }));
      return;
    }
    host.provisioning = true;
    begin({ host, draw: this.nextDraw(host), finish, turn });
  }

  private nextDraw(host: Host): number {
    return host.provisions++ * DRAWS_PER_OPERATION;
  }

  private agentBootMs(host: Host, draw: number): number {
    const { firmwareMs, agentMs } = this.agentStages(host, draw);
    return firmwareMs + agentMs;
  }

  private agentStages(host: Host, draw: number): { readonly firmwareMs: number; readonly agentMs: number } {
    const agentMs = sample(host.hardware.osBootMs, provisionDraw(host, draw + 1));
    return { firmwareMs: firmwareDurationMs(host.hardware, provisionDraw(host, draw), 'cold'), agentMs };
  }

  /** Starts the agent; false where it will not call back, and the operation ends without it. */
  private bootAgent(host: Host, finish: (end: OperationEnd) => void): boolean {
    if (this.isRefused(host, finish)) return false;
    const isThere = host.hardware.fastTrack && host.stage === 'agent';
    const started = isThere ? 'agent' : this.bmc.controllers.startAgent(host.index);
    if (started === 'refused') {
      this.after(BOOT_DEVICE_REFUSED_MS, () => finish({ kind: 'failed', message: 'the BMC refused the boot device' }));
      return false;
    }
    if (started === 'agent') {
      this.fleet.enterAgent(host.index);
      if (this.agentCanRun(host)) return true;
    } else {
      this.startOtherwise(host);
      if (started === 'stopped') this.fleet.stopInFirmware(host.index);
    }
    this.timeOut(finish);
    return false;
  }

  /** Its firmware does not let anybody switch the host; the operation ends with that. */
  private isRefused(host: Host, finish: Finish): boolean {
    const refusal = powerRefusalOf(host, host.stage === 'off' ? 'up' : 'down');
    if (refusal === undefined) return false;
    this.after(BOOT_DEVICE_REFUSED_MS, () => finish({ kind: 'failed', message: refusalText(refusal) }));
    return true;
  }

  /** Firmware does not boot what it was told to. */
  private startOtherwise({ index }: Host): void {
    if (this.fleet.powered(index)) this.fleet.warmReboot(index, 'provisioning');
    else this.fleet.powerOn(index, 'provisioning');
  }

  /** The agent runs from memory on the host's hardware: a fault that only a person ends keeps it from calling back. */
  private agentCanRun(host: Host): boolean {
    return host.active.every(
      (fault) => !stopsHost(fault) || cures('reprovision', fault.level) || isOfInstalledSystem(fault),
    );
  }

  private stillThere(host: Host): boolean {
    return this.fleet.power.fed(host.index) && host.stage === 'agent';
  }

  private timeOut(finish: (end: OperationEnd) => void): void {
    this.after(this.config.callbackTimeoutMs, () =>
      finish({ kind: 'failed', message: 'timeout reached while waiting for callback' }),
    );
  }

  private after(delayMs: number, run: () => void): void {
    this.kernel.call(this.kernel.nowMs + Math.max(1, Math.round(delayMs)), run);
  }
}

/** Keeps the deployed system from starting, and not an agent from the network. */
function isOfInstalledSystem({ effect }: Fault): boolean {
  return effect?.bootStop !== undefined && !precedesNetworkBoot(effect.bootStop.step);
}
